"""A wall without hands: kiosk, pause, keys, scenes, and what an address may say."""

import re
import time
from collections.abc import Iterator

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys

from tests.e2e.conftest import Site, wait_until
from tests.e2e.test_page import hero, opened, sums
from tests.e2e.test_wall_motion import more_orders
from tests.e2e.watched_page import before_the_page, no_more, press, root, shows

pytestmark = [pytest.mark.browser, pytest.mark.services]

SCENE = "return document.getElementById('wall').dataset.scene"
SEEN = """return [...document.querySelectorAll('main > .tile, main > .kpis')]
    .filter(e => e.checkVisibility()).map(e => e.id)"""
ASKED = """return performance.getEntriesByType('resource').map(e => e.name)
    .filter(n => n.includes('view.json'))"""
WORST_NOW = "document.getElementById('alerts').dataset.worst"
WORST = f"{WORST_NOW} = arguments[0]"
OVERFLOWING = """return [...document.querySelectorAll('main > .tile, main > .kpis')]
    .filter(e => e.checkVisibility()).filter(e => {
        const b = e.getBoundingClientRect();
        return b.right > innerWidth + 1 || b.bottom > innerHeight + 1 || b.width < 50;
    }).map(e => e.id)"""
AWAKE = """window.asked_ = 0;
    Object.defineProperty(navigator, 'wakeLock', {value: {request: async () => {
        asked_ += 1;
        const lock = new EventTarget();
        lock.release = async () => lock.dispatchEvent(new Event('release'));
        window.lock_ = lock;
        return lock; }}});"""


def sold(site: Site) -> int:
    """Return what the screen's frame says was sold."""
    return int(site.frame()["windows"]["28H"]["metrics"]["gross_sales"]["value"])


def on(browser: webdriver.Chrome, scene: str) -> None:
    wait_until(lambda: browser.execute_script(SCENE) == scene, 5)


# ---- addresses ---------------------------------------------------------------------------------


def test_a_display_is_configured_by_its_address(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?kiosk=1&lang=zh&window=4H&theme=light&rotate=20&scene=sales&sound=0")
    wait_until(lambda: hero(browser) == sums(site, "4H").paid, 5)
    on(browser, "sales")
    assert browser.execute_script("return document.documentElement.lang") == "zh"
    assert root(browser, "theme") == "light"
    for asked in browser.execute_script(ASKED):
        assert not any(f"{name}=" in asked for name in ("kiosk", "rotate", "scene", "sound"))
    for kept in ("kiosk=1", "rotate=20", "scene=sales", "sound=0"):
        assert kept in browser.current_url


@pytest.mark.parametrize(
    "wrong", ["windw=4H", "rotate=2", "rotate=often", "scene=moon", "kiosk=yes", "lang=fr"]
)
def test_what_an_address_says_wrongly_is_said_and_left_out(
    browser: webdriver.Chrome, site: Site, wrong: str
) -> None:
    opened(browser, site, f"?lang=en&{wrong}" if "lang" not in wrong else f"?{wrong}")
    name = wrong.partition("=")[0]
    wait_until(lambda: wrong not in browser.current_url, 5)
    said = "const e = document.getElementById('notice'); return [e.dataset.says, e.textContent]"
    wait_until(lambda: browser.execute_script(said)[0] == "refused", 10)
    assert name in browser.execute_script(said)[1]


# ---- kiosk -------------------------------------------------------------------------------------


def test_a_kiosk_has_labels_instead_of_controls(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?kiosk=1&lang=en&window=28H")
    seen = "return [...document.querySelectorAll('.head button')].filter(e => e.checkVisibility())"
    wait_until(lambda: len(browser.execute_script(seen)) == 2, 5)
    assert [b.text for b in browser.execute_script(seen)] == ["28H", "YoY"]
    browser.execute_script(seen)[0].click()
    browser.execute_script("document.getElementById('hero-title').click()")
    for key in ("d", "?"):
        press(browser, key)
    browser.find_element("css selector", "body").send_keys(Keys.TAB)
    assert browser.execute_script("return document.activeElement.tagName") == "BODY"
    assert shows(browser, "why") is None
    assert shows(browser, "keys") is None
    assert "date=" not in browser.current_url


def test_the_cursor_hides_after_three_seconds_and_comes_back(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?kiosk=1")
    move = "window.dispatchEvent(new PointerEvent('pointermove', {bubbles: true}))"
    idle = "return document.documentElement.dataset.idle ?? null"
    assert browser.execute_script(f"{move}; {idle}") is None
    wait_until(lambda: root(browser, "idle") == "yes", 5)
    cursor = "return getComputedStyle(document.getElementById('hero')).cursor"
    assert browser.execute_script(cursor) == "none"
    assert browser.execute_script(f"{move}; {idle}") is None
    opened(browser, site, "")  # an analyst's is never hidden
    browser.execute_script(move)
    time.sleep(3.5)
    assert root(browser, "idle") is None


def test_the_screen_is_kept_awake_and_asked_for_again(
    browser: webdriver.Chrome, site: Site
) -> None:
    script = before_the_page(browser, AWAKE)
    try:
        opened(browser, site, "")
        assert browser.execute_script("return asked_") == 0
        opened(browser, site, "?kiosk=1")
        wait_until(lambda: browser.execute_script("return asked_") == 1, 20)
        browser.execute_script("lock_.release()")  # as the system does when the page is hidden
        browser.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
        wait_until(lambda: browser.execute_script("return asked_") == 2, 20)
        browser.execute_script("document.dispatchEvent(new Event('visibilitychange'))")
        time.sleep(0.5)
        assert browser.execute_script("return asked_") == 2  # held: not asked for twice
    finally:
        no_more(browser, script)


# ---- pause -------------------------------------------------------------------------------------


@pytest.fixture
def paused(browser: webdriver.Chrome, site: Site) -> Iterator[int]:
    """The page in a pause, and what it shows."""
    site.renew()
    opened(browser, site, "?lang=en")
    wait_until(lambda: hero(browser) == sums(site, "28H").paid, 10)
    press(browser, " ")
    wait_until(lambda: shows(browser, "paused") is not None, 5)
    yield sums(site, "28H").paid
    if root(browser, "paused"):
        press(browser, " ")


def test_a_pause_lets_stand_what_is_drawn_and_going_on_draws_the_newest(
    browser: webdriver.Chrome, site: Site, paused: int
) -> None:
    more_orders(site, 4)
    newest = sums(site, "28H").paid
    wait_until(lambda: sold(site) == newest)
    asked = len(browser.execute_script(ASKED))
    wait_until(lambda: len(browser.execute_script(ASKED)) > asked + 2)  # it has the newest
    assert hero(browser) == paused
    said = shows(browser, "paused") or ""
    assert re.fullmatch(r"Paused \d\d:\d\d", said)
    wait_until(lambda: (shows(browser, "paused") or said) != said)  # it counts
    press(browser, " ")
    assert hero(browser) == newest  # at once: no answer is waited for
    assert shows(browser, "paused") is None


def test_a_choice_ends_a_pause(browser: webdriver.Chrome, site: Site, paused: int) -> None:
    press(browser, "2")
    wait_until(lambda: hero(browser) == sums(site, "24H").paid, 5)
    assert root(browser, "paused") is None


def test_a_pause_on_a_kiosk_ends_after_fifteen_minutes(
    browser: webdriver.Chrome, site: Site
) -> None:
    script = before_the_page(
        browser, "window.ahead = 0; const now = Date.now; Date.now = () => now() + ahead;"
    )
    try:
        opened(browser, site, "?kiosk=1&lang=en")
        press(browser, " ")
        wait_until(lambda: shows(browser, "paused") is not None, 5)
        browser.execute_script("ahead = 14 * 60_000")
        wait_until(lambda: (shows(browser, "paused") or "").startswith("Paused 14:"))
        browser.execute_script("ahead = 15 * 60_000 + 1000")
        wait_until(lambda: shows(browser, "paused") is None, 5)
    finally:
        no_more(browser, script)


def test_space_presses_a_button_that_was_reached_by_tab(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en&window=28H")
    body = browser.find_element("css selector", "body")
    body.send_keys(Keys.TAB)  # the first control of the header
    browser.switch_to.active_element.send_keys(Keys.SPACE)
    assert root(browser, "paused") is None
    browser.find_element("css selector", "[data-choice-window='24H']").click()
    browser.switch_to.active_element.send_keys(Keys.SPACE)
    wait_until(lambda: root(browser, "paused") == "yes", 5)
    press(browser, " ")


# ---- keys --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_key_of_the_list_is_there(browser: webdriver.Chrome, site: Site, lang: str) -> None:
    opened(browser, site, f"?lang={lang}")
    press(browser, "?")
    wait_until(lambda: shows(browser, "keys") is not None, 5)
    keys = "return [...document.querySelectorAll('#keys kbd')].map(e => e.textContent).join(' ')"
    listed = browser.execute_script(keys)
    for key in ("1 2 3", "Y M", "Z", "T", "␣", "[ ]", "F", "D", "L", "← →", "Esc", "?"):
        assert key in listed
    press(browser, "Escape")
    wait_until(lambda: shows(browser, "keys") is None, 5)


def test_the_walls_keys_choose(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?lang=en&window=28H")
    for key, said in [
        ("m", "baseline=mom"),
        ("y", "baseline=yoy"),
        ("3", "window="),
        ("t", "theme="),
    ]:
        press(browser, key)
        wait_until(lambda said=said: said in browser.current_url, 5)


def test_controls_are_reached_by_tab_and_seen(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?lang=en")
    body = browser.find_element("css selector", "body")
    seen = """const e = document.activeElement; const s = getComputedStyle(e);
        return [e.getAttribute('data-choice-window') || e.dataset.why || e.id || e.tagName,
                s.outlineStyle, parseFloat(s.outlineWidth)]"""
    found = {}
    for _ in range(40):
        body.send_keys(Keys.TAB)
        name, style, width = browser.execute_script(seen)
        if name != "BODY":
            found[name] = (style, width)
    assert {"4H", "24H", "28H", "baseline-mom", "open-history", "hero", "orders", "flow"} <= set(
        found
    )
    assert [n for n, (style, width) in found.items() if style == "none" or width < 2] == []


# ---- scenes ------------------------------------------------------------------------------------


def test_a_scene_is_the_same_elements_larger_and_asks_for_nothing(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en")
    on(browser, "whole")
    here = "return window.stillHere = document.querySelector('#flow-figure svg')"
    wait_until(lambda: browser.execute_script(here) is not None, 15)
    width = "return document.getElementById('hero-body').getBoundingClientRect().height"
    small = browser.execute_script(width)
    press(browser, "]")
    on(browser, "sales")
    assert browser.execute_script(SEEN) == ["hero", "flow"]
    assert shows(browser, "scene") == "Sales"
    assert browser.execute_script(width) > 1.2 * small
    assert browser.execute_script("return stillHere.isConnected")
    assert "scene=sales" in browser.current_url
    press(browser, "PageUp")
    on(browser, "whole")
    assert "scene=" not in browser.current_url
    assert len(browser.execute_script(SEEN)) == 8


@pytest.mark.parametrize("scene", ["whole", "sales", "goods", "people"])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 1080), (1440, 900)])
def test_every_scene_fits_its_screen(
    browser: webdriver.Chrome, site: Site, scene: str, size: tuple[int, int]
) -> None:
    measures = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", measures)
    try:
        opened(browser, site, f"?lang=en&scene={scene}")
        on(browser, scene)
        time.sleep(0.5)
        assert browser.execute_script(OVERFLOWING) == []
        assert hero(browser) == sums(site, "28H").paid  # all of it stays on the page
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_scenes_turn_and_an_alarm_holds_them(browser: webdriver.Chrome, site: Site) -> None:
    site.renew()  # late data is an alarm too
    opened(browser, site, "?lang=en&rotate=5")
    wait_until(lambda: browser.execute_script("return " + WORST_NOW) == "none")
    wait_until(lambda: browser.execute_script(SCENE) == "sales", 12)
    browser.execute_script(WORST, "act")
    on(browser, "whole")
    wait_until(lambda: shows(browser, "scene") == "An alarm holds the scenes", 3)
    time.sleep(6)
    assert browser.execute_script(SCENE) == "whole"
    assert shows(browser, "scene") == "An alarm holds the scenes"
    browser.execute_script(WORST, "none")
    wait_until(lambda: browser.execute_script(SCENE) == "sales", 12)


def test_history_is_always_the_whole_page(browser: webdriver.Chrome, site: Site) -> None:
    opened(browser, site, "?lang=en&scene=sales")
    on(browser, "sales")
    browser.execute_script("document.getElementById('wall').dataset.mode = 'history'")
    on(browser, "whole")
    assert len(browser.execute_script(SEEN)) == 8
