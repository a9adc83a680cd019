"""The analyst's screen in a real browser, on the real server with a history in memory."""

import csv
import io
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from selenium import webdriver
from selenium.webdriver.common.actions.action_builder import ActionBuilder

from app import ids
from app.ids import SPECIAL
from pipeline.catalogue.load import load_catalogue
from tests.e2e.conftest import ROOT, START_S, ready, visit, wait_until
from tests.e2e.orders import Sums
from tests.e2e.past_site import CLOSED, lines_of, trading_time
from tests.e2e.watched_page import root

pytestmark = pytest.mark.browser
LAST_YEAR, MIDSUMMER, _ = CLOSED

HERO = "const e = document.querySelector('#hero-body [data-value]'); return e && +e.dataset.value"
# Both baselines are read, and the page has drawn them.
COMPARED = """const now = [...document.querySelectorAll('.tile [data-value]')]
    .filter(e => !e.closest('[data-tick]')).map(e => e.dataset.value).join();
    const held = window.heldNumbers || {text: '', at: 0};
    if (held.text !== now) window.heldNumbers = {text: now, at: Date.now()};
    return held.text === now && Date.now() - held.at > 2500 &&
        document.querySelectorAll('#hero-deltas [data-value]').length > 3"""
MODE = "const e = document.getElementById('wall'); return e && e.dataset.mode"
MARKED = "return document.documentElement.dataset.reading"
NUMBERS = """return [...document.querySelectorAll('.tile [data-value]')]
    .filter(e => !e.closest('[data-tick]')).map(e => e.dataset.value).join()"""
PICTURE = """const done = arguments[arguments.length - 1];
    dash_clientside.daping.pictureBlob().then(async (blob) => {
        const image = await createImageBitmap(blob);
        const canvas = new OffscreenCanvas(image.width, image.height);
        const c = canvas.getContext('2d');
        c.drawImage(image, 0, 0);
        const pixels = c.getImageData(0, 0, image.width, image.height).data;
        const colours = new Set();
        for (let i = 0; i < pixels.length; i += 4 * 97)
            colours.add(pixels[i] << 16 | pixels[i + 1] << 8 | pixels[i + 2]);
        done({size: blob.size, width: image.width, colours: colours.size});
    }, (fault) => done({fault: String(fault)}));"""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a screen with closed days, of this module's own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("past") / "screen.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.past_site", str(port)], cwd=ROOT, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: ready(address), START_S)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
        log.close()


@cache
def sums(day: date, window: str) -> Sums:
    """Return what a closed day must show, from its lines alone."""
    catalogue = load_catalogue()
    trading = trading_time(catalogue)
    bounds = trading.bounds("28H" if window == SPECIAL else window, day)
    end = bounds.start + 1440 if window == SPECIAL else bounds.end
    return Sums.of(lines_of(catalogue, trading, day, CLOSED[day]), bounds.start, end)


def shows(browser: webdriver.Chrome, paid: int) -> None:
    wait_until(lambda: browser.execute_script(HERO) == paid, 30)


def pressed(browser: webdriver.Chrome, selector: str) -> None:
    browser.execute_script("document.querySelector(arguments[0]).click()", selector)


def address_has(browser: webdriver.Chrome, *parts: str) -> None:
    wait_until(lambda: all(part in browser.current_url for part in parts), 10)


@pytest.fixture
def wall(browser: webdriver.Chrome, url: str) -> Iterator[str]:
    """A wall in a tab of its own, which an analyst must never move; its numbers."""
    browser.get(f"{url}/?lang=en")
    wait_until(lambda: browser.execute_script(MODE) == "live" and browser.execute_script(HERO), 20)
    wait_until(lambda: browser.execute_script(COMPARED), 60)
    wait_until(lambda: root(browser, "ready"))
    first, numbers, at = browser.current_window_handle, numbers_of(browser), browser.current_url
    browser.switch_to.new_window("tab")
    yield numbers
    for handle in browser.window_handles:
        browser.switch_to.window(handle)
        if handle != first:
            browser.close()
    browser.switch_to.window(first)
    assert browser.execute_script(MODE) == "live"
    assert browser.current_url == at
    assert numbers_of(browser) == numbers


def numbers_of(browser: webdriver.Chrome) -> str:
    return str(browser.execute_script(NUMBERS))


def test_a_day_is_picked_changed_shared_taken_along_and_left(
    browser: webdriver.Chrome, url: str, wall: str
) -> None:
    browser.get(f"{url}/?lang=en")
    wait_until(lambda: browser.execute_script(MODE) == "live" and browser.execute_script(HERO), 20)
    browser.find_element("css selector", "body").send_keys("d")
    wait_until(lambda: browser.execute_script(MARKED) == "yes", 20)
    wait_until(lambda: browser.execute_script(MODE) == "history", 30)
    assert browser.execute_script(MARKED) is None
    address_has(browser, "date=2026-11-10")
    theme = "return document.documentElement.dataset.theme"
    assert browser.execute_script(theme) == "light"

    pick(browser, "2026-06-18")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    pressed(browser, "[data-choice-window='24H']")
    shows(browser, sums(MIDSUMMER, "24H").paid)
    pressed(browser, "[data-choice-baseline='mom']")
    address_has(browser, "date=2026-06-18", "window=24H", "baseline=mom")
    wait_until(lambda: chosen(browser) == ["24H", "mom"], 30)

    shared, numbers = browser.current_url, numbers_of(browser)
    browser.switch_to.new_window("tab")
    browser.get(shared)
    shows(browser, sums(MIDSUMMER, "24H").paid)
    wait_until(lambda: numbers_of(browser) == numbers, 10)
    exports_agree(url, shared.partition("?")[2], sums(MIDSUMMER, "24H"))
    picture = browser.execute_async_script(PICTURE)
    assert picture.get("width", 0) >= 2 * 1900, picture
    assert picture["colours"] > 20, picture

    pressed(browser, f"#toolbar .group [data-go*='{LAST_YEAR}']")
    shows(browser, sums(LAST_YEAR, "24H").paid)
    pressed(browser, f"[data-choice-window='{SPECIAL}']")
    shows(browser, sums(LAST_YEAR, SPECIAL).paid)
    browser.find_element("css selector", "body").send_keys("l")
    wait_until(lambda: browser.execute_script(MODE) == "live", 20)
    assert "date=" not in browser.current_url
    assert SPECIAL not in browser.current_url
    wait_until(lambda: chosen(browser)[0] == "28H", 10)
    browser.execute_script("dash_clientside.daping.go({baseline: null})")
    wait_until(lambda: numbers_of(browser) == wall, 20)


def chosen(browser: webdriver.Chrome) -> list[str]:
    """Return the window and the baseline that the server drew."""
    names = ("window", "baseline")
    found = [f"[data-choice-{name}][aria-pressed='true']" for name in names]
    elements = [browser.find_elements("css selector", selector) for selector in found]
    return [
        str(element[0].get_attribute(f"data-choice-{name}")) if element else ""
        for name, element in zip(names, elements, strict=True)
    ]


def pick(browser: webdriver.Chrome, day: str) -> None:
    """Open the calendar and press a day; a hole cannot be pressed."""
    browser.find_element("css selector", "[data-open='calendar']").click()
    assert browser.find_element("id", ids.CALENDAR).is_displayed()
    days = "#calendar button[data-date]"
    wait_until(lambda: browser.find_elements("css selector", days), 10)
    assert not browser.find_elements("css selector", "#calendar button[data-date='2026-06-10']")
    pressed(browser, f"#calendar [data-date='{day}']")
    address_has(browser, f"date={day}")
    assert not browser.find_element("id", ids.CALENDAR).is_displayed()


def exports_agree(url: str, query: str, expected: Sums) -> None:
    """Read both exports of an address: the integer of the page is in them."""
    answer = httpx.get(f"{url}/export.csv?{query}&tile=all", timeout=20).raise_for_status()
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert any(str(expected.paid) in row for row in rows)
    document = httpx.get(f"{url}/export.json?{query}&tile=all", timeout=20).raise_for_status()
    assert str(expected.paid) in document.text


def test_the_browsers_back_button_goes_back_a_day(browser: webdriver.Chrome, url: str) -> None:
    visit(browser, url, "?date=2026-06-18&lang=en")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    pressed(browser, "#toolbar .group [data-go*='2025-11-11']")
    shows(browser, sums(LAST_YEAR, "28H").paid)
    browser.back()
    shows(browser, sums(MIDSUMMER, "28H").paid)


def test_the_cursor_reads_the_minute_and_the_address_keeps_it(
    browser: webdriver.Chrome, url: str
) -> None:
    visit(browser, url, "?date=2026-06-18&lang=en")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    ready_to_read = "return Boolean(document.querySelector('#flow-figure .js-plotly-plot'))"
    wait_until(lambda: browser.execute_script(ready_to_read), 20)
    body = browser.find_element("css selector", "body")
    body.send_keys(webdriver.Keys.ARROW_LEFT)
    box = browser.find_element("css selector", ".cursor-box")
    wait_until(lambda: "23:59" in box.text, 20)
    frame = httpx.get(f"{url}/frame.json?date=2026-06-18", timeout=20).json()
    own = frame["windows"]["28H"]["metrics"]["sales_per_minute"]["values"]
    first = "return +document.querySelector('.cursor-box [data-value]').dataset.value"
    assert browser.execute_script(first) == own[-1]
    body.send_keys(webdriver.Keys.SHIFT, webdriver.Keys.ARROW_LEFT)
    wait_until(lambda: "23:49" in box.text, 20)
    assert browser.execute_script(first) == own[-11]
    address_has(browser, "cursor=1669")
    wait_until(lambda: "23:49" in browser.find_element("id", "categories-note").text, 30)
    body.send_keys(webdriver.Keys.ESCAPE)
    assert not box.is_displayed()


LABELS = """return [...document.querySelectorAll("#flow-figure .annotation")].map(label => {
    const place = label.getBoundingClientRect();
    return {...place.toJSON(), hidden: label.style.visibility === "hidden"}; })"""


def test_the_cursors_box_cuts_no_label_in_two(browser: webdriver.Chrome, url: str) -> None:
    visit(browser, url, "?date=2026-06-18&versus=2025-11-11&lang=en")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    stands = "return dash_clientside.daping.page.fresh && document.documentElement.dataset.ready"
    wait_until(lambda: upper_labels(browser) and browser.execute_script(stands))
    assert not any(label["hidden"] for label in labels(browser))
    label = upper_labels(browser)[-1]
    to = ActionBuilder(browser)  # the box lies to the left of the cursor, and so over it
    to.pointer_action.move_to_location(int(label["right"]) + 30, int(label["bottom"]) + 2)
    to.perform()
    box = browser.find_element("css selector", ".cursor-box")
    wait_until(box.is_displayed, 10)
    assert over(browser, ".cursor-box", label)
    assert all(one["hidden"] for one in labels(browser) if over(browser, ".cursor-box", one))
    browser.find_element("css selector", "body").send_keys(webdriver.Keys.ESCAPE)
    assert not any(one["hidden"] for one in labels(browser))


def upper_labels(browser: webdriver.Chrome) -> list[dict[str, Any]]:
    """Return the labels as high as the box of the cursor, from left to right."""
    top = browser.execute_script(
        "return document.querySelector('#flow .plot').getBoundingClientRect().top"
    )
    high = [label for label in labels(browser) if label["top"] < top + 60]
    return sorted(high, key=lambda label: float(label["left"]))


def labels(browser: webdriver.Chrome) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.execute_script(LABELS)
    return found


def over(browser: webdriver.Chrome, selector: str, label: dict[str, Any]) -> bool:
    box = browser.execute_script(
        "return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", selector
    )
    beside = label["left"] >= box["right"] or label["right"] <= box["left"]
    return not beside and label["top"] < box["bottom"] and label["bottom"] > box["top"]


def test_a_drill_moves_every_tile_and_a_crumb_takes_it_away(
    browser: webdriver.Chrome, url: str
) -> None:
    whole = sums(MIDSUMMER, "28H").paid
    visit(browser, url, "?date=2026-06-18&lang=en")
    shows(browser, whole)
    key = browser.execute_script(
        "const r = document.querySelector('#regions .row'); r.click(); return r.dataset.id"
    )
    address_has(browser, f"drill=region%3A{key}")
    wait_until(lambda: 0 < (browser.execute_script(HERO) or 0) < whole, 20)
    rows = "return [...document.querySelectorAll('#regions .row')].length"
    wait_until(lambda: browser.execute_script(rows) > 1, 20)
    assert "recounted from events" in browser.find_element("id", ids.CRUMBS).text
    pressed(browser, "#crumbs [data-go]")
    shows(browser, whole)


def test_a_number_says_why_and_is_counted_again(browser: webdriver.Chrome, url: str) -> None:
    whole = sums(MIDSUMMER, "28H").paid
    visit(browser, url, "?date=2026-06-18&lang=en")
    shows(browser, whole)
    pressed(browser, "#hero [data-why]")
    slot = (
        "const e = document.querySelector(`#why [data-slot='${arguments[0]}'] [data-value]`);"
        + ("return e && +e.dataset.value")
    )
    wait_until(lambda: browser.execute_script(slot, "shown") == whole, 20)
    pressed(browser, "#why [data-act='recount']")
    wait_until(lambda: browser.execute_script(slot, "value") == whole, 30)
    assert browser.execute_script(slot, "difference") == 0


def test_what_changed_sums_to_the_difference(browser: webdriver.Chrome, url: str) -> None:
    visit(browser, url, "?date=2026-06-18&versus=2025-11-11&lang=en")
    own, base = sums(MIDSUMMER, "28H").paid, sums(LAST_YEAR, "28H").paid
    shows(browser, own)
    tabs = "#changes [data-split]"
    wait_until(lambda: browser.find_elements("css selector", tabs), 30)
    pressed(browser, "[data-open='changes']")
    read = (
        "return [...document.querySelectorAll(arguments[0])].map("
        "tr => [...tr.querySelectorAll('[data-value]')].map(e => +e.dataset.value))"
    )
    wait_until(lambda: browser.execute_script(read, "#changes tfoot tr"), 30)
    total = browser.execute_script(read, "#changes tfoot tr")[0]
    assert total == [own, base, own - base]
    rows = browser.execute_script(read, "#changes tbody tr")
    assert [sum(column) for column in zip(*rows, strict=True)] == total


def test_paper_has_the_numbers_and_no_controls(
    browser: webdriver.Chrome, url: str, tmp_path: Path
) -> None:
    visit(browser, url, "?date=2026-06-18&lang=en")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert not browser.find_element("id", ids.TOOLBAR).is_displayed()
        stamp = browser.find_element("css selector", ".stamp")
        assert stamp.is_displayed()
        assert "As of" in stamp.text
        assert "date=2026-06-18" in stamp.text
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_an_argument_that_is_refused_is_said_and_left_out(
    browser: webdriver.Chrome, url: str
) -> None:
    visit(browser, url, "?date=2026-06-18&step=7&lang=en")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    wait_until(lambda: "step=7" not in browser.current_url, 20)


def test_the_browser_has_nothing_to_complain_about(browser: webdriver.Chrome, url: str) -> None:
    browser.get_log("browser")
    browser.get(f"{url}/?date=2026-06-18&lang=zh")
    shows(browser, sums(MIDSUMMER, "28H").paid)
    said = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert [e for e in said if " 404 " not in e["message"]] == []
