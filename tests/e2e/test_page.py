"""The page in a real browser: what is read from its pixels is what went in."""

import re
import signal
import time
from typing import Any

import pytest
from selenium import webdriver

from app import ids
from tests.e2e.conftest import DAY, MINUTES, Site, evening, wait_until
from tests.e2e.orders import MINUTE_MS, Sums

pytestmark = [pytest.mark.browser, pytest.mark.services]

KPIS = "return [...document.querySelectorAll('#kpis [data-value]')].map(e => +e.dataset.value)"


def opened(browser: webdriver.Chrome, site: Site, query: str = "") -> webdriver.Chrome:
    browser.get(f"{site.url}/{query}")
    wait_until(lambda: state_of(browser, ids.HERO) not in (None, "loading"), 15)
    return browser


def state_of(browser: webdriver.Chrome, tile: str) -> Any:
    return browser.execute_script(
        "const e = document.getElementById(arguments[0]); return e && e.dataset.state", tile
    )


def hero(browser: webdriver.Chrome) -> int | None:
    found = browser.execute_script(
        "const e = document.querySelector('#hero [data-value], #hero[data-value]');"
        "return e && +e.dataset.value"
    )
    return None if found is None else int(found)


def sums(site: Site, window: str) -> Sums:
    bounds = site.time.bounds(window, DAY)
    return Sums.of(site.lines, bounds.start, bounds.end)


@pytest.mark.parametrize("window", ["28H", "4H", "24H"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_what_went_in(
    browser: webdriver.Chrome, site: Site, window: str, lang: str
) -> None:
    opened(browser, site, f"?window={window}&lang={lang}")
    expected = sums(site, window)
    wait_until(lambda: hero(browser) == expected.paid, 10)
    shown = set(browser.execute_script(KPIS))
    average = (2 * expected.paid + expected.orders) // (2 * expected.orders)
    net = expected.paid - expected.refunded
    assert {expected.orders, expected.units, expected.buyers, average, net} <= shown


def test_more_orders_move_the_page_without_a_click(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site)
    before = hero(browser)
    start = site.time.bounds("28H", DAY).start * MINUTE_MS
    everything = evening(site.catalogue, start, MINUTES + 1)
    site.feed(everything[len(site.lines) :], site.now_ms + MINUTE_MS)
    expected = sums(site, "28H").paid
    assert before is not None
    assert before < expected
    wait_until(lambda: hero(browser) == expected, 5)


def test_a_window_and_a_language_are_chosen_without_reload(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?window=28H&lang=zh")
    browser.execute_script("window.stillHere = true")
    browser.find_element("css selector", "[data-choice-window='4H']").click()
    wait_until(lambda: hero(browser) == sums(site, "4H").paid, 5)
    body = browser.find_element("css selector", "body")
    body.send_keys("z")
    wait_until(lambda: browser.execute_script("return document.documentElement.lang") == "en", 5)
    body.send_keys("t")
    theme = "return document.documentElement.dataset.theme"
    wait_until(lambda: browser.execute_script(theme) == "light", 5)
    address = browser.current_url
    assert "window=4H" in address
    assert "lang=en" in address
    assert "theme=light" in address
    assert browser.execute_script("return window.stillHere") is True
    pressed = "return document.querySelector('[data-choice-window=\"4H\"]').ariaPressed"
    assert browser.execute_script(pressed) == "true"


def test_an_unknown_choice_falls_back_to_the_walls(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?window=99H&lang=en")
    assert hero(browser) == sums(site, "28H").paid
    assert "99H" not in browser.current_url


def test_a_silent_server_is_marked_and_its_return_needs_no_click(
    browser: webdriver.Chrome, site: Site
) -> None:
    site.renew()
    opened(browser, site, "?lang=en")
    wait_until(lambda: state_of(browser, ids.HERO) == "live", 5)
    broken = "document.getElementById(arguments[0]).dataset.state = 'error'"
    browser.execute_script(broken, ids.GENDER)
    site.signal(signal.SIGSTOP)
    try:
        wait_until(lambda: state_of(browser, ids.HERO) == "stale", 8)
        notice = browser.find_element("css selector", "[data-silent]")
        assert notice.is_displayed()
        assert re.search(r"\d\d:\d\d:\d\d", notice.text)
        assert hero(browser) == sums(site, "28H").paid
        assert state_of(browser, ids.GENDER) == "error"
    finally:
        site.signal(signal.SIGCONT)
    site.renew()
    wait_until(lambda: state_of(browser, ids.HERO) != "stale", 8)
    assert not browser.find_element("css selector", "[data-silent]").is_displayed()


def test_a_page_that_was_never_answered_is_loading_and_not_silent(
    browser: webdriver.Chrome, site: Site
) -> None:
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/view.json*"]})
    try:
        browser.get(f"{site.url}/?lang=en")
        wait_until(lambda: state_of(browser, ids.HERO) == "loading", 10)
        time.sleep(6)
        assert state_of(browser, ids.HERO) == "loading"
        assert not browser.find_element("css selector", "[data-silent]").is_displayed()
    finally:
        browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})
    wait_until(lambda: state_of(browser, ids.HERO) not in (None, "loading"), 5)


def test_the_clock_is_the_sources(browser: webdriver.Chrome, site: Site) -> None:
    site.renew()
    opened(browser, site)
    wait_until(lambda: browser.find_element("id", ids.CLOCK).text.startswith("02:0"), 5)


def test_the_browser_has_nothing_to_complain_about(browser: webdriver.Chrome, site: Site) -> None:
    browser.get_log("browser")
    opened(browser, site)
    said = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert said == []
