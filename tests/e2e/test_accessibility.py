"""axe-core on every screen: nothing serious, nothing critical."""

import pytest
from selenium import webdriver

from app import ids
from tests.e2e.axe import faults, grave
from tests.e2e.conftest import START_S, wait_until
from tests.e2e.gallery_pictures import DRAWN

pytestmark = pytest.mark.browser
CHOICES = [(lang, theme) for lang in ("en", "zh") for theme in ("dark", "light")]
READY = """const wall = document.getElementById('wall');
    return wall && wall.dataset.mode === arguments[0] && !document.documentElement.dataset.reading
        && Boolean(document.documentElement.dataset.ready)
        && Boolean(document.querySelector('#hero-body [data-value]'))"""
OPEN = "const e = document.getElementById(arguments[0]); return e && !e.hidden"
PANELS = {
    ids.CALENDAR: "document.querySelector('[data-open=calendar]').click()",
    ids.COMPARING: "document.querySelector('[data-open=comparing]').click()",
    ids.CHANGES_PANEL: "document.querySelector('[data-open=changes]').click()",
    ids.WHY_PANEL: "document.querySelector('#hero [data-why]').click()",
    ids.KEYS_PANEL: "const press = {key: '?', bubbles: true};"
    "document.body.dispatchEvent(new KeyboardEvent('keydown', press))",
}
HIDDEN_CHARTS = """return [...document.querySelectorAll('.js-plotly-plot')]
    .map(chart => Boolean(chart.closest('[aria-hidden=true]')))"""
TABLES = """return [...document.querySelectorAll('.twin table')].map(t => ({
    tile: t.closest('.tile').id, caption: t.caption.textContent,
    heads: t.querySelectorAll('thead th[scope=col]').length,
    rows: t.querySelectorAll('tbody th[scope=row]').length,
    numbers: t.querySelectorAll('td[data-value]').length,
    seen: getComputedStyle(t.parentElement).clipPath !== 'inset(50%)'
        || t.parentElement.getBoundingClientRect().width > 1}))"""


def opened(browser: webdriver.Chrome, address: str, mode: str) -> None:
    browser.get(address)
    wait_until(lambda: browser.execute_script(READY, mode), 60)


@pytest.mark.parametrize(("lang", "theme"), CHOICES)
def test_the_live_wall(browser: webdriver.Chrome, screen_url: str, lang: str, theme: str) -> None:
    opened(browser, f"{screen_url}/?lang={lang}&theme={theme}", "live")
    assert grave(faults(browser)) == []


@pytest.mark.parametrize(("lang", "theme"), CHOICES)
def test_the_analysts_screen_and_every_panel(
    browser: webdriver.Chrome, screen_url: str, lang: str, theme: str
) -> None:
    opened(browser, f"{screen_url}/?date=2026-06-18&lang={lang}&theme={theme}", "history")
    found = {"screen": grave(faults(browser))}
    for panel, opens in PANELS.items():
        browser.execute_script(opens)
        wait_until(lambda panel=panel: browser.execute_script(OPEN, panel), 5)
        found[panel] = grave(faults(browser, f"#{panel}"))
        browser.execute_script("dash_clientside.daping.closeAll()")
    assert found == {name: [] for name in found}


@pytest.mark.parametrize(("lang", "theme"), CHOICES)
def test_every_tile_in_every_state(
    browser: webdriver.Chrome, screen_url: str, lang: str, theme: str
) -> None:
    browser.get(f"{screen_url}/gallery?lang={lang}&theme={theme}")
    wait_until(lambda: browser.execute_script(DRAWN), START_S)
    found = faults(browser)
    assert grave(found) == []


def test_a_fault_would_be_found(browser: webdriver.Chrome, screen_url: str) -> None:
    opened(browser, f"{screen_url}/?lang=en", "live")
    browser.execute_script(
        "const b = document.querySelector('#open-history'); b.removeAttribute('aria-label');"
        "b.removeAttribute('title'); document.querySelector('#flow-note').style.color = '#333'"
    )
    broken = {one.rule for one in faults(browser)}
    assert {"button-name", "color-contrast"} <= broken


def test_every_chart_has_a_table_that_only_the_eye_does_not_see(
    browser: webdriver.Chrome, screen_url: str
) -> None:
    opened(browser, f"{screen_url}/?lang=en", "live")
    wait_until(lambda: len(browser.execute_script(TABLES)) == 3, 10)
    tables = {table["tile"]: table for table in browser.execute_script(TABLES)}
    assert set(tables) == {ids.FLOW, ids.BRANDS, ids.GENDER}
    for table in tables.values():
        assert not table["seen"]
        assert table["caption"]
        assert table["heads"] > 2
        assert table["numbers"] >= table["rows"] > 3
    assert browser.execute_script(HIDDEN_CHARTS) == [True] * 3
