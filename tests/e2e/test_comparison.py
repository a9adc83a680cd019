"""The comparisons on the page are the frame's integers, and those are the sums of the lines."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from selenium import webdriver

from pipeline.catalogue.load import load_catalogue
from tests.e2e import past_site
from tests.e2e.conftest import PATIENCE_S, ROOT, START_S, ready, visit, wait_until
from tests.e2e.orders import Line, Sums
from tests.e2e.test_numbers import LOOSE, READ, integers
from tests.e2e.written import written

pytestmark = [pytest.mark.browser]

CHANGES = """return Object.fromEntries([...document.querySelectorAll('#hero-deltas > div')].map(e =>
    [e.dataset.id, [...e.querySelectorAll('[data-value]')].map(n => +n.dataset.value)]))"""
KPIS = """return Object.fromEntries([...document.querySelectorAll('#kpis .kpi')].map(e =>
    [e.dataset.id, +e.querySelector('.delta [data-value]')?.dataset.value]))"""
READOUTS = """return [...document.querySelectorAll('#flow-readouts .readout')].map(e =>
    [...e.querySelectorAll('[data-value]')].map(n => +n.dataset.value))"""
ROWS = """return Object.fromEntries([...document.querySelectorAll(arguments[0] + ' .row')].map(r =>
    [r.dataset.id, +r.querySelector(arguments[1] + ' [data-value]')?.dataset.value]))"""
SAID = """return [...document.querySelectorAll('#flow-figure .annotation')]
    .map(e => e.textContent)"""
DRAWN_FOR = """return Object.fromEntries([["lang", document.documentElement.lang],
    ...["window", "baseline"].map(name => [name, document.querySelector(
        `[data-choice-${name}][aria-pressed="true"]`)?.getAttribute(`data-choice-${name}`)])])"""
CHOICES = [("28H", "mom", "en"), ("4H", "yoy", "zh"), ("24H", "mom", "zh")]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A wall at 02:00 whose history holds both baselines, closed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-m", "tests.e2e.past_site", str(port)], cwd=ROOT)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until(lambda: ready(address), START_S)
        wait_until(lambda: compared(address), START_S)
        yield address
    finally:
        process.kill()
        process.wait(10)


def frame(url: str) -> Any:
    return httpx.get(f"{url}/frame.json", timeout=PATIENCE_S).raise_for_status().json()


def compared(url: str) -> bool:
    """Say whether every window has both baselines, and buyers on both sides."""
    windows = frame(url)["windows"].values()
    return all(c["state"] == "ready" for w in windows for c in w["comparisons"].values())


def opened(browser: webdriver.Chrome, url: str, query: str) -> None:
    visit(browser, url, query)
    wanted = {"window": "28H", "baseline": "yoy", **dict(parse_qsl(query[1:]))}
    wait_until(lambda: drawn_for(browser) == wanted, 30)
    wait_until(lambda: len(browser.execute_script(CHANGES)) == 2, 30)


def drawn_for(browser: webdriver.Chrome) -> dict[str, str]:
    """Return what the server drew the page for."""
    found: dict[str, str] = browser.execute_script(DRAWN_FOR)
    return found


@pytest.mark.parametrize(("window", "baseline", "lang"), CHOICES)
def test_the_tiles_show_the_frames_comparison(
    browser: webdriver.Chrome, url: str, window: str, baseline: str, lang: str
) -> None:
    opened(browser, url, f"?window={window}&baseline={baseline}&lang={lang}")
    drawn = frame(url)["windows"][window]
    both, said = drawn["comparisons"], drawn["comparisons"][baseline]
    totals = {kind: c["metrics"]["gross_sales"] for kind, c in both.items()}
    shown = {kind: [t["change"], t["value"]] for kind, t in totals.items()}
    assert browser.execute_script(CHANGES) == shown
    kpis = browser.execute_script(KPIS)
    assert kpis["orders"] == said["metrics"]["orders"]["change"]
    assert kpis["refunds"] == said["metrics"]["refund_rate"]["difference"]
    regions = browser.execute_script(ROWS, "#regions", ".delta")
    assert regions == {key: said["regions"][key]["change"] for key in regions}
    times = browser.execute_script(ROWS, "#categories", ".times")
    assert times == {key: said["categories"][key]["ratio"] for key in times}
    minute, ahead = browser.execute_script(READOUTS)
    assert minute[:2] == [said["minute"]["value"], said["minute"]["ratio"]]
    lead = [said["lead"]["minutes"]] if said["lead"]["minutes"] else []
    assert ahead == [totals[baseline]["difference"], *lead]
    if lead and not said["lead"]["beyond"]:
        words = written(lead[0], "span", lang)
        wait_until(lambda: any(words in text for text in browser.execute_script(SAID)), 15)


@pytest.mark.parametrize(("window", "baseline", "lang"), CHOICES)
def test_every_number_of_a_comparison_is_in_the_frame_and_written_out(
    browser: webdriver.Chrome, url: str, window: str, baseline: str, lang: str
) -> None:
    opened(browser, url, f"?window={window}&baseline={baseline}&lang={lang}")
    told = frame(url)
    told["windows"] = {window: told["windows"][window]}
    known = integers(told)
    shown = [n for n in browser.execute_script(READ) if n["kind"] != "age"]
    assert len(shown) > 100
    assert [n for n in shown if n["value"] not in known] == []
    wrong = [n for n in shown if n["text"] != written(n["value"], n["kind"], lang)]
    assert wrong == []
    assert browser.execute_script(LOOSE) == []


@pytest.mark.parametrize("window", ["28H", "4H", "24H"])
def test_both_sides_are_the_sums_of_the_lines_before_the_cut(url: str, window: str) -> None:
    catalogue = load_catalogue()
    trading = past_site.trading_time(catalogue)
    drawn = frame(url)["windows"][window]
    elapsed = drawn["complete"]["elapsed"]
    for said in drawn["comparisons"].values():
        day = next(day for day in past_site.CLOSED if day.isoformat() == said["date"])
        lines: list[Line] = past_site.lines_of(catalogue, trading, day, past_site.CLOSED[day])
        start = trading.bounds(window, day).start
        base = Sums.of(lines, start, start + elapsed)
        assert said["metrics"]["gross_sales"]["value"] == base.paid
        assert said["metrics"]["orders"]["value"] == base.orders
        assert said["elapsed"] == elapsed


def test_the_switch_changes_the_baseline_and_the_address(
    browser: webdriver.Chrome, url: str
) -> None:
    opened(browser, url, "?window=28H&lang=en")
    browser.find_element("css selector", "[data-choice-baseline='mom']").click()
    said = frame(url)["windows"]["28H"]["comparisons"]["mom"]["metrics"]["orders"]
    wait_until(lambda: browser.execute_script(KPIS)["orders"] == said["change"], 5)
    assert "baseline=mom" in browser.current_url
    wait_until(lambda: "6.18 2026" in " ".join(browser.execute_script(SAID)), 15)
