"""Exact to the cent through any crash: the whole demo, killed part by part under load."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from selenium import webdriver

from app import ids
from pipeline.local.ports import next_free_port
from tests.e2e.conftest import CHROMIUM
from tests.integration.breaking import hung, kill, wait_back
from tests.integration.running_demo import RunningDemo
from tests.integration.watching import Shown, Watcher

pytestmark = [pytest.mark.services, pytest.mark.timeout(1800)]

# Supervised parts of the demo, in the order in which they are killed.
ALONE = ("taskmanager", "jobmanager", "kafka", "redis", "screen")
PARTS = (*ALONE, "clickhouse")  # which has a stage of its own
HANGING_S = 20.0


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDemo]:
    """A demo at 60 times real speed: some hundred lines a second."""
    jars = Path(os.environ.get("DAPING_HOME", Path.home() / ".daping")) / "jars"
    started = RunningDemo.start(
        tmp_path_factory.mktemp("demo"), jars.resolve(), next_free_port(18050), "--speed", "60",
        "--lines", "40000", "--months", "0",
    )  # fmt: skip
    try:
        started.wait_live()
        started.wait_compared()
        yield started
    finally:
        started.stop()


def test_an_undisturbed_run_with_bad_events_is_exact(demo: RunningDemo) -> None:
    frame = demo.wait_live()
    accounting = frame["accounting"]
    assert accounting["duplicate"] > 0
    assert set(accounting["rejected"]) >= {"unparseable", "too_late"}, accounting
    rows = demo.verify()
    for item in (
        "lead",
        "baseline's stretch",
        "region_ranking east",
        "category_minute phones expected",
    ):
        assert {row["window"] for row in rows if row["item"] == item} == set(demo.compared()), item


def test_everything_listens_on_the_loopback_address_only(demo: RunningDemo) -> None:
    demo.note_processes()
    elsewhere, heard = [], 0
    for pid in demo.seen:
        try:
            one = psutil.Process(pid)
            for socket in one.net_connections("tcp"):
                if socket.status == psutil.CONN_LISTEN:
                    heard += 1
                    if socket.laddr.ip not in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
                        elsewhere.append((" ".join(one.cmdline())[:80], socket.laddr))
        except psutil.NoSuchProcess:
            continue
    assert heard >= 6
    assert elsewhere == []


@pytest.mark.parametrize("part", ALONE)
def test_killing_a_part_under_load_loses_and_doubles_nothing(demo: RunningDemo, part: str) -> None:
    with Watcher(demo) as watcher:
        watcher.wait_looks()
        killed, counted = kill(demo, part), demo.counted()
        wait_back(demo, part, killed)
        demo.wait_counted(counted)
        demo.wait_live()
        demo.verify()
    watcher.assert_nothing_fell()
    if part != "screen":
        watcher.assert_compared_all_along()


def test_injected_faults_are_followed_until_the_wall_has_recovered(demo: RunningDemo) -> None:
    with Watcher(demo) as watcher:
        watcher.wait_looks()
        for fault in ("duplicates", "late", "poison", "kill_taskmanager"):
            done = demo.command("inject", fault)
            assert done.returncode == 0, done.stdout + done.stderr + demo.tail()
            words = "recovered" if fault.startswith("kill") else "every message accounted for"
            assert words in done.stdout
        demo.wait("the banner", lambda: (took(demo, "kill_taskmanager") or 0) > 0, 90)
        demo.verify()
    watcher.assert_nothing_fell()


def took(demo: RunningDemo, kind: str) -> int | None:
    """Return how long the wall says that it took to recover from the newest fault of a kind."""
    shown = [one for one in (demo.frame() or {}).get("injected", ()) if one["kind"] == kind]
    return shown[0]["took_ms"] if shown else None


def test_an_injected_wave_of_refunds_lowers_net_sales_only(demo: RunningDemo) -> None:
    before = demo.wait_live()["accounting"]["counted"]
    done = demo.command("inject", "refunds")
    assert done.returncode == 0, done.stdout + done.stderr + demo.tail()
    assert demo.counted() > before
    demo.verify()


def test_a_redis_that_lost_its_data_was_restored_from_the_archive(demo: RunningDemo) -> None:
    said = demo.said("watch")
    assert "Redis lost the data of the active generation" in said
    assert "Redis restored from the archive" in said, said[-3000:]
    demo.wait("a new generation", lambda: (demo.frame() or {"generation": 0})["generation"] > 1)


def test_a_clickhouse_that_hangs_and_is_killed_while_the_archive_catches_up(
    demo: RunningDemo,
) -> None:
    with Watcher(demo) as watcher:
        watcher.wait_looks()
        reached = demo.archived()
        with hung(demo, "clickhouse"):
            until, counted = time.monotonic() + HANGING_S, demo.counted()
            while time.monotonic() < until:
                counted = demo.wait_counted(counted, 20)
                time.sleep(1)
        demo.wait("the archive goes on", lambda: demo.archived() > reached)
        killed = kill(demo, "clickhouse")
        demo.wait_counted(counted)
        wait_back(demo, "clickhouse", killed)
        demo.verify()
    watcher.assert_nothing_fell()
    watcher.assert_compared_all_along()


@pytest.fixture
def headline(demo: RunningDemo) -> Iterator[Callable[[], Shown]]:
    """What a real page in Chromium says at one instant: its headline's integer and its date."""
    options = webdriver.ChromeOptions()
    for word in CHROMIUM:
        options.add_argument(word)
    driver = webdriver.Chrome(options=options)
    try:
        driver.get(str(demo.run["screen"]))
        script = (
            "return [document.querySelector('#hero .digits')?.getAttribute('data-value') ?? null,"
            f" document.getElementById('{ids.DATE}')?.textContent ?? null]"
        )
        until = time.monotonic() + 60
        while not driver.execute_script(script)[0] and time.monotonic() < until:
            time.sleep(0.2)
        yield lambda: tuple(driver.execute_script(script))
    finally:
        driver.quit()


@pytest.mark.browser
def test_killing_all_parts_at_once_loses_and_doubles_nothing(
    demo: RunningDemo, headline: Callable[[], Shown]
) -> None:
    with Watcher(demo, headline=headline) as watcher:
        watcher.wait_looks()
        killed = {part: kill(demo, part) for part in PARTS}
        for part, pid in killed.items():
            wait_back(demo, part, pid)
        demo.wait_live(240)
        demo.verify()
    assert watcher.page_highest > 0
    watcher.assert_nothing_fell()


def test_ctrl_c_leaves_no_process_a_second_start_goes_on_and_kill_9_leaves_no_orphan(
    demo: RunningDemo,
) -> None:
    frame = demo.wait_live()
    before, date = (
        frame["windows"]["28H"]["metrics"]["gross_sales"]["value"],
        frame["business_date"],
    )
    port = int(str(demo.run["screen"]).rstrip("/").rsplit(":", 1)[1])
    assert demo.stop(120) == 0, demo.tail()
    assert demo.left() == []
    options = ("--speed", "60", "--months", "0")
    again = RunningDemo.start(demo.home, demo.home / "jars", port, *options)
    try:
        frame = again.wait_live()
        if frame["business_date"] == date:
            assert frame["windows"]["28H"]["metrics"]["gross_sales"]["value"] >= before
        again.verify()
        again.process.kill()
        until = time.monotonic() + 60
        while again.left() and time.monotonic() < until:
            time.sleep(0.5)
        assert again.left() == []
    finally:
        again.stop()
