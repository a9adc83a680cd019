"""Everything by keyboard alone: every control is reached, seen, acts, and lets go."""

from collections.abc import Iterator
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from app import ids
from tests.e2e.conftest import wait_until
from tests.e2e.test_accessibility import OPEN, opened

pytestmark = pytest.mark.browser
MOST = 400  # tab stops; more would be a circle
WIDE = {"width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": False}
# Every control that can be seen, in the order of the page, each with a mark of its own.
CONTROLS = """let n = 0;
    return [...document.querySelectorAll('button, a[href], input, [tabindex="0"]')]
        .filter(e => e.checkVisibility() && !e.disabled && e.getBoundingClientRect().width)
        .map(e => e.dataset.mark = String(n++))"""
TOP = """document.body.tabIndex = -1; document.body.focus({preventScroll: true});
    document.body.removeAttribute('tabindex')"""
FOCUSED = """const e = document.activeElement, style = getComputedStyle(e);
    if (e === document.body || e === document.documentElement) return null;
    const box = e.getBoundingClientRect();
    const name = e.getAttribute('aria-label') || e.textContent || e.name;
    return {mark: e.dataset.mark || '', name,
        outline: style.outlineStyle === 'none' ? 0 : parseFloat(style.outlineWidth),
        visible: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        panel: (e.closest('[role=dialog]') || {}).id || ''}"""
# What is pressed when a finger comes down 19 px beside the middle of a control.
SMALL = """const small = [];
    for (const e of document.querySelectorAll('button, a[href]')) {
        if (!e.checkVisibility() || e.disabled || e.closest('[role=dialog]')) continue;
        const box = e.getBoundingClientRect();
        if (!box.width) continue;
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        for (const [dx, dy] of [[-19, 0], [19, 0], [0, -19], [0, 19]]) {
            const hit = document.elementFromPoint(x + dx, y + dy);
            if (!hit || hit.closest('button, a[href]') !== e) {
                small.push([e.id || e.textContent, dx, dy, hit && hit.outerHTML.slice(0, 80)]);
                break; }
        }
    }
    return small"""
ROWS = """return [...document.querySelectorAll('.row[tabindex]')]
    .map(row => row.getBoundingClientRect().height)"""
SIDES = """return [...document.getElementById(arguments[0]).querySelectorAll('button, input')]
    .filter(e => e.checkVisibility() && e.type !== 'checkbox').map(e => e.getBoundingClientRect())
    .map(box => Math.min(box.width, box.height))"""


@pytest.fixture
def wide(browser: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", WIDE)
    yield browser
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def press(browser: webdriver.Chrome, *keys: str) -> None:
    ActionChains(browser).send_keys(*keys).perform()


def focused(browser: webdriver.Chrome) -> Any:
    return browser.execute_script(FOCUSED)


def walked(browser: webdriver.Chrome) -> tuple[list[str], list[Any]]:
    """Press Tab from the top until it comes round; return the controls, and where it stopped."""
    controls = browser.execute_script(CONTROLS)
    browser.execute_script(TOP)
    stops: list[Any] = []
    for _ in range(MOST):
        press(browser, Keys.TAB)
        at = focused(browser)
        if at is None and stops:
            return controls, stops
        if stops and at["mark"] == stops[0]["mark"]:
            return controls, stops
        stops += [at] if at else []
    raise AssertionError(f"Tab never comes round: {stops[-4:]}")


def to(browser: webdriver.Chrome, selector: str) -> None:
    """Tab until a control is reached; nothing but the keyboard moves."""
    for _ in range(MOST):
        if browser.execute_script("return document.activeElement.matches(arguments[0])", selector):
            return
        press(browser, Keys.TAB)
    raise AssertionError(f"{selector} was not reached")


@pytest.mark.parametrize(("query", "mode"), [("", "live"), ("date=2026-06-18&", "history")])
def test_tab_stops_at_every_control_in_order_and_can_be_seen(
    wide: webdriver.Chrome, screen_url: str, query: str, mode: str
) -> None:
    opened(wide, f"{screen_url}/?{query}lang=en", mode)
    controls, stops = walked(wide)
    assert len(controls) > 15
    assert [stop["mark"] for stop in stops] == controls
    assert [stop for stop in stops if stop["outline"] < 3] == []
    assert [stop for stop in stops if not stop["visible"] or not stop["name"].strip()] == []


def test_the_tools_come_before_the_tiles(wide: webdriver.Chrome, screen_url: str) -> None:
    opened(wide, f"{screen_url}/?date=2026-06-18&lang=en", "history")
    after = """const before = (a, b) => document.querySelector(a).compareDocumentPosition(
        document.querySelector(b)) & Node.DOCUMENT_POSITION_FOLLOWING;
        return Boolean(before('.head', '#toolbar') && before('#toolbar', '#hero'))"""
    assert wide.execute_script(after)


@pytest.mark.parametrize("key", [Keys.ENTER, Keys.SPACE])
def test_a_switch_acts_and_the_keyboard_stays_with_it(
    wide: webdriver.Chrome, screen_url: str, key: str
) -> None:
    opened(wide, f"{screen_url}/?lang=en&theme=dark", "live")
    to(wide, "[data-choice-theme=light]")
    press(wide, key)
    wait_until(
        lambda: wide.execute_script("return document.documentElement.dataset.theme") == "light", 5
    )
    stays = "return document.activeElement.matches('[data-choice-theme=dark]')"
    wait_until(lambda: wide.execute_script(stays), 2)
    to(wide, "[data-choice-window='4H']")
    press(wide, key)
    wait_until(lambda: "window=4H" in wide.current_url, 5)
    pressed = "return document.activeElement.getAttribute('aria-pressed')"
    wait_until(lambda: wide.execute_script(pressed) == "true", 5)


PANELS = {
    ids.CALENDAR: "[data-open=calendar]",
    ids.COMPARING: "[data-open=comparing]",
    ids.CHANGES_PANEL: "[data-open=changes]",
    ids.WHY_PANEL: "#flow-title",
}


@pytest.mark.parametrize(("panel", "opener"), PANELS.items())
@pytest.mark.parametrize("key", [Keys.ENTER, Keys.SPACE])
def test_a_panel_opens_is_walked_through_and_gives_the_focus_back(
    wide: webdriver.Chrome, screen_url: str, panel: str, opener: str, key: str
) -> None:
    opened(wide, f"{screen_url}/?date=2026-06-18&lang=en", "history")
    to(wide, opener)
    press(wide, key)
    wait_until(lambda: wide.execute_script(OPEN, panel), 5)
    wait_until(lambda: (focused(wide) or {}).get("panel") == panel, 5)
    assert focused(wide)["outline"] >= 3
    controls = wide.execute_script(CONTROLS)
    inside = wide.execute_script(
        "return [...document.getElementById(arguments[0]).querySelectorAll('[data-mark]')]"
        ".filter(e => e.checkVisibility() && !e.disabled).map(e => e.dataset.mark)",
        panel,
    )
    _, stops = walked(wide)
    # A date is one control with several stops.
    assert list(dict.fromkeys(s["mark"] for s in stops if s["panel"] == panel)) == inside
    assert set(inside) < set(controls)
    assert min(wide.execute_script(SIDES, panel)) >= 40
    press(wide, Keys.ESCAPE)
    wait_until(lambda: not wide.execute_script(OPEN, panel), 5)
    assert wide.execute_script("return document.activeElement.matches(arguments[0])", opener)


def test_a_row_is_drilled_into_and_the_crumb_takes_it_away(
    wide: webdriver.Chrome, screen_url: str
) -> None:
    opened(wide, f"{screen_url}/?date=2026-06-18&lang=en", "history")
    wait_until(
        lambda: wide.execute_script(
            "return Boolean(document.querySelector('#regions [role=button]'))"
        ),
        10,
    )
    to(wide, "#regions .row")
    press(wide, Keys.SPACE)
    wait_until(lambda: "drill=" in wide.current_url, 10)
    crumb = "return Boolean(document.querySelector('#crumbs .crumb'))"
    wait_until(lambda: wide.execute_script(crumb), 30)
    to(wide, "#crumbs .crumb")
    press(wide, Keys.ENTER)
    wait_until(lambda: "drill=" not in wide.current_url, 10)


def test_a_finger_hits_every_control_of_history(wide: webdriver.Chrome, screen_url: str) -> None:
    opened(wide, f"{screen_url}/?date=2026-06-18&lang=en&drill=region:east", "history")
    wait_until(
        lambda: wide.execute_script("return Boolean(document.querySelector('#crumbs .crumb'))"), 30
    )
    wait_until(lambda: wide.execute_script(ROWS), 10)
    assert wide.execute_script(SMALL) == []
    assert min(wide.execute_script(ROWS)) >= 24
