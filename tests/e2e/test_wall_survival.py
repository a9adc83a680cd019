"""A wall left alone through silence, lost network, wrong clocks, sleep and new builds."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from selenium import webdriver

from app import ids
from tests.e2e.conftest import ROOT, START_S, Site, ready, wait_until
from tests.e2e.test_page import hero, opened, state_of, sums
from tests.e2e.test_wall_motion import more_orders
from tests.e2e.watched_page import before_the_page, no_more, root, shows

pytestmark = [pytest.mark.browser, pytest.mark.services]

SILENT_S = 15
AGES = """return Object.fromEntries([...document.querySelectorAll('[data-tick="heard"]')]
    .map(e => [e.dataset.stage, +e.dataset.value]))"""
SHIFTED = """window.ahead = %d; const RealDate = Date;
    window.Date = class extends RealDate {
        constructor(...all) { all.length ? super(...all) : super(RealDate.now() + ahead); }
        static now() { return RealDate.now() + ahead; } };"""
# Let the wall's clock go on by an hour, and measure in the page how soon it says so.
SLEEP = """window.marked = null; const begun = performance.now();
    new MutationObserver((_, seen) => { seen.disconnect(); marked = performance.now() - begun; })
        .observe(document.documentElement, {attributeFilter: ['data-server']});
    ahead = 3_600_000"""
# Elements of the page, and the changes of inputs that Dash keeps for ever.
SIZES = """const root = document.getElementById('react-entry-point');
    let at = root[Object.keys(root).find(k => k.startsWith('__reactContainer'))].stateNode.current;
    while (!(at.memoizedProps && at.memoizedProps.store)) at = at.child;
    const {past} = at.memoizedProps.store.getState().history;
    return [document.querySelectorAll('*').length, past.length]"""
BUILD = "return window.dash_clientside?.daping?.page?.build"


def live(browser: webdriver.Chrome, site: Site) -> None:
    site.renew()
    wait_until(lambda: state_of(browser, ids.HERO) == "live", 10)


def young(browser: webdriver.Chrome, site: Site) -> bool:
    """Let every part be heard of, and say whether the page shows so."""
    site.renew()
    return bool(max(browser.execute_script(AGES).values()) < 10_000)


def silent(browser: webdriver.Chrome) -> bool:
    return (
        state_of(browser, ids.HERO) == "stale"
        and root(browser, "server") == "silent"
        and "silent since" in (shows(browser, ids.SILENT) or "")
    )


@pytest.fixture
def network(browser: webdriver.Chrome) -> Iterator[Callable[[bool], None]]:
    """Take the network away, and give it back."""

    def switch(offline: bool) -> None:
        said = {"offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        browser.execute_cdp_cmd("Network.emulateNetworkConditions", said)

    browser.execute_cdp_cmd("Network.enable", {})
    yield switch
    switch(False)


def test_a_server_that_stops_answering_is_marked_in_time_and_comes_back(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en")
    live(browser, site)
    site.signal(signal.SIGSTOP)
    began = time.monotonic()
    try:
        wait_until(lambda: silent(browser), SILENT_S)
        assert time.monotonic() - began < SILENT_S
        wait_until(lambda: max(browser.execute_script(AGES).values()) > 5_000, 10)  # ages go on
    finally:
        site.signal(signal.SIGCONT)
    wait_until(lambda: root(browser, "server") == "live", SILENT_S)
    live(browser, site)
    assert hero(browser) == sums(site, "28H").paid


def test_a_lost_network_is_marked_and_its_return_needs_no_click(
    browser: webdriver.Chrome, site: Site, network: Callable[[bool], None]
) -> None:
    opened(browser, site, "?lang=en")
    live(browser, site)
    network(True)
    wait_until(lambda: silent(browser), SILENT_S)
    more_orders(site, 4)
    network(False)
    wait_until(lambda: hero(browser) == sums(site, "28H").paid, SILENT_S)
    live(browser, site)


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_viewers_wrong_clock_changes_no_age(
    browser: webdriver.Chrome, site: Site, minutes: int
) -> None:
    script = before_the_page(browser, SHIFTED % (minutes * 60_000))
    try:
        opened(browser, site, "?lang=en")
        live(browser, site)
        assert browser.execute_script("return Math.abs(Date.now() - RealDate.now()) > 500_000")
        wait_until(lambda: (shows(browser, ids.CLOCK) or "").startswith("02:0"), 5)
        wait_until(lambda: young(browser, site))
        assert "old" in (shows(browser, ids.AGE) or "")
        assert "min" not in (shows(browser, ids.AGE) or "")
    finally:
        no_more(browser, script)


def test_a_page_that_slept_does_not_pretend(
    browser: webdriver.Chrome, site: Site, network: Callable[[bool], None]
) -> None:
    """After a sleep only the wall's clock has gone on, by an hour; the network comes back later."""
    script = before_the_page(browser, SHIFTED % 0)
    try:
        opened(browser, site, "?lang=en")
        live(browser, site)
        network(True)
        browser.execute_script(SLEEP)
        wait_until(lambda: silent(browser), SILENT_S)
        assert browser.execute_script("return marked") < 3_000  # before three ticks have passed
        wait_until(lambda: min(browser.execute_script(AGES).values()) > 3_500_000, 2)
        network(False)
        wait_until(lambda: root(browser, "server") == "live", SILENT_S)
        wait_until(lambda: young(browser, site))
    finally:
        no_more(browser, script)


def test_a_clock_set_back_by_hand_makes_no_number_younger(
    browser: webdriver.Chrome, site: Site
) -> None:
    script = before_the_page(browser, SHIFTED % 0)
    try:
        opened(browser, site, "?lang=en")
        live(browser, site)
        site.signal(signal.SIGSTOP)
        before = browser.execute_script(AGES)
        browser.execute_script("ahead = -3_600_000")
        time.sleep(1)
        site.signal(signal.SIGCONT)
        after = browser.execute_script(AGES)
        lasting = (before.keys() & after.keys()) - {"redis", "screen"}  # heard of again by now
        assert "source" in lasting
        assert all(after[stage] >= before[stage] for stage in lasting)
    finally:
        site.signal(signal.SIGCONT)
        no_more(browser, script)


@pytest.fixture
def shown_again(browser: webdriver.Chrome) -> Iterator[None]:
    """A page that was frozen stays hidden for the tests that follow: bring it back."""
    place = browser.get_window_rect()
    yield
    browser.minimize_window()
    browser.set_window_rect(**place)
    wait_until(lambda: browser.execute_script("return document.visibilityState") == "visible")


@pytest.mark.usefixtures("shown_again")
def test_a_frozen_page_asks_at_once_when_it_goes_on(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?lang=en")
    live(browser, site)
    browser.execute_cdp_cmd("Page.setWebLifecycleState", {"state": "frozen"})
    more_orders(site, 4)
    time.sleep(5)
    browser.execute_cdp_cmd("Page.setWebLifecycleState", {"state": "active"})
    wait_until(lambda: hero(browser) == sums(site, "28H").paid, 3)
    live(browser, site)


def test_a_page_from_the_browsers_own_memory_is_judged_anew(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en")
    live(browser, site)
    browser.get(f"{site.url}/healthz")
    more_orders(site, 4)
    time.sleep(4)
    browser.back()
    wait_until(lambda: hero(browser) == sums(site, "28H").paid, 10)
    live(browser, site)


class Drawn:
    """A server of the drawing alone, started again with another build."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, build: str) -> None:
        self.stop()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.drawn_wall", str(self.port), "live", build],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: ready(self.url), START_S)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None


@pytest.fixture
def drawn() -> Iterator[Drawn]:
    server = Drawn()
    yield server
    server.stop()


def test_a_new_build_reloads_once_and_never_in_a_circle(
    browser: webdriver.Chrome, drawn: Drawn
) -> None:
    drawn.start("one")
    browser.get(f"{drawn.url}/?lang=en&kiosk=1")
    wait_until(lambda: browser.execute_script(BUILD) == "one", 15)
    browser.execute_script("window.stillHere = true")
    here = "return window.stillHere === true"
    drawn.start("one")  # a server that only starts again changes nothing
    time.sleep(3)
    assert browser.execute_script(here)
    drawn.start("two")
    wait_until(lambda: not browser.execute_script(here), 15)
    wait_until(lambda: browser.execute_script(BUILD) == "two", 15)
    drawn.start("one")
    wait_until(lambda: browser.execute_script(BUILD) == "one", 15)
    browser.execute_script("window.stillHere = true")
    drawn.start("two")  # two builds in turn behind one address
    wait_until(lambda: browser.execute_script(BUILD) == "two", 15)
    assert browser.execute_script(here)
    assert "kiosk=1" in browser.current_url


def test_nothing_of_the_page_grows_with_its_ticks(browser: webdriver.Chrome, site: Site) -> None:
    """Elements, listeners and Dash's own memory of what changed stay as many."""
    opened(browser, site, "?lang=en")
    live(browser, site)
    wait_until(lambda: root(browser, "ready"))  # the figures too
    time.sleep(3)
    before = browser.execute_script(SIZES)
    for _ in range(8):
        more_orders(site, 1)
        expected = sums(site, "28H").paid
        wait_until(lambda expected=expected: hero(browser) == expected, 5)
    after = browser.execute_script(SIZES)
    assert after[1] == before[1] <= 1
    assert abs(after[0] - before[0]) < 40  # labels of the chart come and go
