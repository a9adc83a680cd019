"""Motion tells change: digits roll, rows slide, and what did not change is not touched."""

import time
from typing import Any

import pytest
from selenium import webdriver

from app import ids
from tests.e2e.conftest import DAY, MINUTES, Site, evening, wait_until
from tests.e2e.orders import MINUTE_MS
from tests.e2e.test_page import hero, opened, state_of, sums
from tests.e2e.watched_page import DIGITS, root, touched, watch
from tests.e2e.written import written

pytestmark = [pytest.mark.browser, pytest.mark.services]

KEPT = """window.kept = [...document.querySelectorAll(
    '#hero-body .cell, .row, #kpis [data-id], #kpis button, #flow-figure .js-plotly-plot')];"""
# Those made anew: gone, though one of the same name stands in its place.
LOST = """return kept.filter(e => !e.isConnected).filter(e => !e.matches('.row') ||
    document.querySelector(`.row[data-id="${CSS.escape(e.dataset.id)}"]`)).map(e => e.outerHTML)"""
ROLLING = "return document.querySelectorAll('#hero-body [data-was]').length"
# Every frame: the number's integer and text, and what rolls.
RECORD = """window.frames_ = [];
    const look = () => { const e = document.querySelector('#hero-body [data-value]');
        const rolling = [...document.querySelectorAll('#hero-body [data-was]')];
        frames_.push([+e.dataset.value, e.textContent, rolling.length,
            rolling.filter(i => i.hasAttribute('data-fall')).length,
            rolling.filter(i => getComputedStyle(i).transform !== 'none').length]);
        window.recording = requestAnimationFrame(look); };
    look()"""
RECORDED = "cancelAnimationFrame(recording); return frames_"
# A page that is held up for seconds calls its server silent, and marks every tile.
PATIENT = "Object.assign(dash_clientside.daping, {beat: () => 0, patience: () => 60_000})"
DRAW = """const {apply, moving} = dash_clientside.daping;
    const place = document.getElementById('hero-body');
    const span = (key, text) => ({type: 'Span', namespace: 'dash_html_components', props: {key,
        className: 'cell', children: {type: 'Span', namespace: 'dash_html_components', props: {
        className: 'reel', children: {type: 'I', namespace: 'dash_html_components',
        props: {children: text}}}}}});
    const digits = String(arguments[0]).split('');
    moving('hero-body', place, () => apply(place, {type: 'Div', namespace: 'dash_html_components',
        props: {className: 'digits ages', 'data-value': String(arguments[0]), 'data-kind': 'hero',
        children: digits.map((d, i) => span('digit' + (digits.length - 1 - i), d))}}));
    return [...document.querySelectorAll('#hero-body .reel i')].map(i =>
        [i.textContent, i.dataset.was ?? null, i.hasAttribute('data-fall')])"""


def more_orders(site: Site, lines: int) -> None:
    """Let some lines of the evening's next minutes be counted."""
    start = site.time.bounds("28H", DAY).start * MINUTE_MS
    later = evening(site.catalogue, start, MINUTES + 30)[len(site.lines) :][:lines]
    newest = max(line.at for line in later)
    site.feed(later, max(site.now_ms, newest))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_only_changed_digits_roll_and_the_text_is_right_in_every_frame(
    browser: webdriver.Chrome, site: Site, lang: str
) -> None:
    site.renew()
    opened(browser, site, f"?lang={lang}")
    wait_until(lambda: hero(browser) == sums(site, "28H").paid, 10)
    before = hero(browser)
    browser.execute_script(RECORD)
    more_orders(site, 2)
    expected = sums(site, "28H").paid
    last = "const frame = frames_.at(-1); return [frame[0], frame[2]]"
    wait_until(lambda: browser.execute_script(last) == [expected, 0])
    frames = browser.execute_script(RECORDED)
    symbol = site.frame()["currency"]["symbol"]
    for value, text, *_ in frames:
        assert text == written(value, "hero", lang, symbol)
    assert {frame[0] for frame in frames} >= {before, expected}
    rolled = max(frame[2] for frame in frames)
    digits = sum(c.isdigit() for c in written(expected, "hero", lang))
    assert 0 < rolled < digits
    assert max(frame[3] for frame in frames) == 0
    assert max(frame[4] for frame in frames) > 0  # it is seen to move


def test_a_fall_rolls_the_other_way(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?lang=en&window=4H")
    wait_until(lambda: root(browser, "swap") is None)  # the first view swaps, and moves nothing
    browser.execute_script("clearInterval(dash_clientside.daping.page.ticking)")
    browser.execute_script(DRAW, 1299)
    wait_until(lambda: not browser.execute_script(ROLLING), 5)
    assert browser.execute_script(DRAW, 1305) == [
        ["1", None, False],
        ["3", "2", False],
        ["0", "9", False],
        ["5", "9", False],
    ]
    wait_until(lambda: not browser.execute_script(ROLLING), 5)
    assert browser.execute_script(DRAW, 1304)[-1] == ["4", "5", True]


def test_another_window_is_not_a_change_of_what_happened(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en&window=28H")
    browser.execute_script(RECORD)
    browser.execute_script("dash_clientside.daping.choose('window', '4H')")
    wait_until(lambda: hero(browser) == sums(site, "4H").paid, 5)
    assert max(frame[2] for frame in browser.execute_script(RECORDED)) == 0


def test_elements_are_kept_from_tick_to_tick_and_a_button_keeps_its_focus(
    browser: webdriver.Chrome, site: Site
) -> None:
    site.renew()
    opened(browser, site, "?lang=en")
    wait_until(lambda: hero(browser) == sums(site, "28H").paid, 10)
    browser.execute_script(KEPT)
    browser.execute_script("document.querySelector('#kpis button').focus()")
    focused = "return document.activeElement.dataset.why"
    why = browser.execute_script(focused)
    for _ in range(3):
        more_orders(site, 6)
        expected = sums(site, "28H").paid
        wait_until(lambda expected=expected: hero(browser) == expected, 5)
    assert browser.execute_script("return kept.length") > 40
    assert browser.execute_script(LOST) == []
    assert browser.execute_script(focused) == why


def test_what_did_not_change_is_not_touched(browser: webdriver.Chrome, site: Site) -> None:
    site.renew()
    opened(browser, site, "?lang=en&window=4H")  # closed at midnight: no order changes it
    wait_until(lambda: hero(browser) == sums(site, "4H").paid, 10)
    wait_until(lambda: state_of(browser, ids.FLOW) == "live", 10)
    wait_until(lambda: root(browser, "ready"))
    time.sleep(0.5)  # in which figures settle
    wait_until(lambda: quiet(browser), 20)
    browser.execute_script(PATIENT)
    watch(browser)
    site.renew()
    more_orders(site, 2)  # of 02:00: outside of the window
    wait_until(lambda: site.frame()["accounting"]["counted"] == len(site.lines), 5)
    wait_until(lambda: counted(browser) == len(site.lines), 5)
    tiles = [said for said in touched(browser) if said["tile"] in {*ids.TILES, ids.KPIS}]
    assert tiles == []


def counted(browser: webdriver.Chrome) -> Any:
    return browser.execute_script(
        "return +document.querySelector('#alerts [data-value]').dataset.value"
    )


def quiet(browser: webdriver.Chrome) -> bool:
    """Say whether the first drawing is over: figures settle after the tiles."""
    return bool(
        browser.execute_script(
            "const now = document.querySelectorAll('main *').length;"
            "const before = window.lastCount; window.lastCount = now; return before === now"
        )
    )


def test_a_row_slides_to_its_place_and_keeps_its_element(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en")
    wait_until(lambda: root(browser, "swap") is None)
    browser.execute_script("clearInterval(dash_clientside.daping.page.ticking)")
    moved = browser.execute_script(
        """const {apply} = dash_clientside.daping;
        const place = document.getElementById('brands-left');
        const row = (id, i) => ({type: 'Div', namespace: 'dash_html_components', props: {
            className: 'row', key: id, 'data-id': id, style: {'--i': i}, children: id}});
        const rows = (ids) => ({type: 'Div', namespace: 'dash_html_components', props: {
            className: 'rows', style: {'--n': 10}, children: ids.map(row)}});
        apply(place, rows(['a', 'b', 'c']));
        const c = place.querySelector('[data-id="c"]');
        const from = c.getBoundingClientRect().top;
        apply(place, rows(['c', 'a', 'b']));
        const now = c.getBoundingClientRect().top;
        const order = [...place.querySelectorAll('.row')].map(r => r.dataset.id).join('');
        const running = c.getAnimations().map(a => a.effect.getTiming().duration);
        return {same: place.querySelector('[data-id="c"]') === c, order, from, now, running}"""
    )
    assert moved["same"]
    assert moved["order"] == "cab"
    assert moved["now"] == pytest.approx(moved["from"], abs=1)  # it begins where it was
    assert 700 in moved["running"]


def test_with_reduced_motion_values_swap(browser: webdriver.Chrome, site: Site) -> None:
    feature = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", feature)
    try:
        site.renew()
        opened(browser, site, "?lang=en")
        wait_until(lambda: hero(browser) == sums(site, "28H").paid, 10)
        browser.execute_script(RECORD)
        more_orders(site, 2)
        wait_until(lambda: hero(browser) == sums(site, "28H").paid, 5)
        assert max(frame[2] for frame in browser.execute_script(RECORDED)) == 0
        running = "return document.getAnimations().length"
        assert browser.execute_script(running) == 0
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_number_is_one_labelled_number(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?lang=zh")
    value, text, label = browser.execute_script(DIGITS)
    assert text == label == written(value, "hero", "zh", site.frame()["currency"]["symbol"])
