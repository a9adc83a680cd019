"""Alerts in a real browser: raised, told, acknowledged by keyboard, and quiet from then on."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.keys import Keys
from werkzeug.serving import make_server

from app import acknowledging
from app.alerts.alerting import Alerting
from app.metrics import Metrics
from pipeline.clock import SystemClock
from tests.e2e import drawn_wall
from tests.e2e.conftest import wait_until
from tests.e2e.watched_page import before_the_page, no_more
from tests.unit.app import sample_frames
from tests.unit.app.alerts.turns import turn
from tests.unit.app.sample_catalogue import catalogue

pytestmark = pytest.mark.browser
FRESH_MS, LATE_MS = 1_000, 200_000
STRIP = "return document.getElementById('alerts')"
SOUND = "return document.documentElement.dataset.sound || null"
UNHURRIED = """const later = window.setTimeout; window.setTimeout =
    (what, ms, ...more) => later(what, ms === 4000 ? 60000 : ms, ...more)"""
SOUNDED = "return document.documentElement.dataset.sounded || null"


class Wall:
    """A page drawn from sample frames, whose alerts are judged and acknowledged for real."""

    def __init__(self, home: Path) -> None:
        self.alerting = Alerting(catalogue(), home, SystemClock(), Metrics())
        self.age_ms, self.agree = FRESH_MS, True
        app = drawn_wall.app(self.frame)
        acknowledging.register(app.server, self.alerting)
        self.server = make_server("127.0.0.1", 0, app.server, threaded=True)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def frame(self) -> dict[str, Any]:
        said = self.alerting.after(turn(self.age_ms, self.agree))
        return {**sample_frames.frame(), **said}

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join(10)


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Wall]:
    made = Wall(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def unhurried(browser: webdriver.Chrome) -> Iterator[None]:
    """A page that asks "Confirm?" for a minute: what a test presses may come late."""
    script = before_the_page(browser, UNHURRIED)
    yield
    no_more(browser, script)


def strip(browser: webdriver.Chrome, attribute: str) -> str | None:
    said = browser.execute_script(f"{STRIP}?.{attribute} ?? null")
    return None if said is None else str(said)


def test_an_alert_is_told_acknowledged_by_keyboard_and_quiet(
    browser: webdriver.Chrome, wall: Wall, unhurried: None
) -> None:
    browser.get(f"http://127.0.0.1:{wall.server.port}/?lang=en&sound=1")
    wait_until(lambda: browser.find_elements("css selector", "#alerts .more"), 30)
    wait_until(lambda: strip(browser, "dataset.worst") == "none", 30)
    browser.find_element("id", "title").click()  # a gesture, so that it may sound
    wait_until(lambda: browser.execute_script(SOUND) == "on", 30)

    wall.age_ms, wall.agree = LATE_MS, False
    wait_until(lambda: strip(browser, "dataset.worst") == "act", 15)
    wait_until(lambda: browser.execute_script(SOUNDED) == "act", 15)
    assert strip(browser, "getAttribute('role')") == "status"
    wait_until(lambda: "Auditor disagrees" in (strip(browser, "textContent") or ""), 15)

    door = browser.find_element("css selector", "#alerts .more")
    door.send_keys(Keys.ENTER)
    panel = browser.find_element("id", "alerts-panel")
    wait_until(panel.is_displayed, 15)
    wait_until(lambda: len(panel.find_elements("css selector", "[data-ack]")) == 2, 15)
    for left in (1, 0):
        button = panel.find_elements("css selector", "[data-ack]")[0]
        button.send_keys(Keys.ENTER)
        wait_until(lambda button=button: button.text == "Confirm?", 15)
        assert len(panel.find_elements("css selector", "[data-ack]")) == left + 1
        button.send_keys(Keys.ENTER)
        wait_until(
            lambda left=left: len(panel.find_elements("css selector", "[data-ack]")) == left, 15
        )
    wait_until(lambda: browser.switch_to.active_element.get_attribute("class") == "x", 15)

    wait_until(lambda: strip(browser, "dataset.worst") == "none", 15)
    wait_until(lambda: panel.text.count("acknowledged") == 2, 15)
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    wait_until(lambda: not panel.is_displayed(), 15)
    assert len(browser.find_elements("css selector", "#alerts .alert.seen")) == 2


def test_a_page_that_may_not_sound_says_so(browser: webdriver.Chrome, wall: Wall) -> None:
    browser.get(f"http://127.0.0.1:{wall.server.port}/?lang=en&sound=1")
    wait_until(lambda: browser.find_elements("css selector", "#alerts .mute"), 30)
    wait_until(lambda: browser.find_element("css selector", "#alerts .mute").is_displayed(), 10)

    browser.get(f"http://127.0.0.1:{wall.server.port}/?lang=en")
    wait_until(lambda: browser.find_elements("css selector", "#alerts .mute"), 30)
    assert not browser.find_element("css selector", "#alerts .mute").is_displayed()
