"""The door in a real browser: the page under its security policy, and a wall let in by a link."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver

from app import ids
from tests.e2e.conftest import ROOT, ready, start_chromium, wait_until
from tests.e2e.test_analyst import HERO, MODE, PICTURE

pytestmark = pytest.mark.browser

WALL, VIEW = "wall-token-0123456789", "view-token-0123456789"
SLOW_S = 120  # of a machine that does other things as well
NAME = "wall.test"  # a name of this machine that is not its own: whoever uses it is let in or not
# Kept where a reload does not lose it.
WATCH = """document.addEventListener('securitypolicyviolation', (event) => {
    const held = JSON.parse(sessionStorage.getItem('violations') || '[]');
    held.push([event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber]);
    sessionStorage.setItem('violations', JSON.stringify(held));
});"""
SEEN = "return JSON.parse(sessionStorage.getItem('violations') || '[]')"
OPENED = "return [...document.querySelectorAll('.pop, .side-panel')].some((e) => !e.hidden)"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a screen with closed days and tokens."""
    home = tmp_path_factory.mktemp("door")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    tokens = {"DAPING_WALL_TOKEN": WALL, "DAPING_VIEW_TOKEN": VIEW}
    with (home / "screen.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.past_site", str(port)],
            cwd=ROOT,
            env={**os.environ, **tokens, "DAPING_HOME": str(home)},
            stdout=log,
            stderr=log,
        )
        try:
            wait_until(lambda: ready(f"http://127.0.0.1:{port}"), SLOW_S)
            yield port
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    said = "".join(path.read_text() for path in home.glob("*.[jl]*"))
    assert not [token for token in (WALL, VIEW) if token in said]


@pytest.fixture
def chrome(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """A browser of the test's own, that notes what the policy stops."""
    chrome = start_chromium(f"--host-resolver-rules=MAP {NAME} 127.0.0.1")
    chrome.set_script_timeout(SLOW_S)
    chrome.set_page_load_timeout(SLOW_S)
    chrome.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH})
    told = {"behavior": "allow", "downloadPath": str(tmp_path)}
    chrome.execute_cdp_cmd("Browser.setDownloadBehavior", told)
    yield chrome
    chrome.quit()


def press(chrome: webdriver.Chrome, selector: str) -> int:
    """Press everything a selector finds, one after the other; return how many there were."""
    count = int(
        chrome.execute_script("return document.querySelectorAll(arguments[0]).length", selector)
    )
    for number in range(count):
        chrome.execute_script(
            "(document.querySelectorAll(arguments[0])[arguments[1]] || {click() {}}).click()",
            selector,
            number,
        )
        time.sleep(0.3)
    return count


def shown(chrome: webdriver.Chrome, mode: str) -> None:
    wait_until(lambda: chrome.execute_script(MODE) == mode and chrome.execute_script(HERO), SLOW_S)


def complaints(chrome: webdriver.Chrome) -> list[str]:
    """Return what the console has to say of the policy, and every fault."""
    entries = chrome.get_log("browser")
    told = [str(e["message"]) for e in entries]
    severe = [str(e["message"]) for e in entries if e["level"] == "SEVERE"]
    return [m for m in told if "Content Security Policy" in m] + severe


def use_everything(chrome: webdriver.Chrome, folder: Path) -> None:
    """Choose every choice, open every panel, count again, take everything along."""
    for kind in ("window", "baseline", "lang", "theme"):
        assert press(chrome, f"[data-choice-{kind}]") > 1
    assert press(chrome, "[data-why]") >= 8
    assert chrome.execute_script(OPENED)
    press(chrome, "#why [data-act='recount']")
    body = chrome.find_element("css selector", "body")
    for key in (webdriver.Keys.ESCAPE, "?", webdriver.Keys.ESCAPE, "z", "t", "f", "f"):
        body.send_keys(key)
        time.sleep(0.3)


def test_the_policy_has_nothing_to_stop(
    chrome: webdriver.Chrome, port: int, tmp_path: Path
) -> None:
    chrome.get(f"http://127.0.0.1:{port}/?lang=zh")
    shown(chrome, "live")
    use_everything(chrome, tmp_path)
    chrome.get(f"http://127.0.0.1:{port}/?date=2026-06-18&lang=en")
    shown(chrome, "history")
    use_everything(chrome, tmp_path)
    assert press(chrome, "#toolbar [data-open]") > 2
    assert chrome.execute_script(SEEN) == []
    compared = "date=2026-06-18&versus=2025-11-11"  # what has a baseline
    chrome.get(f"http://127.0.0.1:{port}/?{compared}&lang=en")
    shown(chrome, "history")
    press(chrome, "#toolbar [data-open='changes']")
    time.sleep(1)
    assert press(chrome, "#changes [data-split]") > 3
    press(chrome, "[data-close]")
    chrome.find_element("css selector", "body").send_keys(webdriver.Keys.ARROW_LEFT)
    press(chrome, "#regions .row:first-child")
    for act in ("csv", "json", "png"):
        assert press(chrome, f"[data-act='{act}']")
    endings = {".csv", ".json", ".png"}
    wait_until(lambda: endings <= {path.suffix for path in tmp_path.iterdir()}, SLOW_S)
    assert chrome.execute_async_script(PICTURE).get("colours", 0) > 20
    chrome.execute_script("window.print = () => {}; dash_clientside.daping.print()")
    assert len(chrome.execute_cdp_cmd("Page.printToPDF", {})["data"]) > 10_000
    chrome.find_element("css selector", "body").send_keys("l")
    shown(chrome, "live")
    assert chrome.execute_script(SEEN) == []
    assert complaints(chrome) == []


def test_what_the_policy_stops_is_seen(chrome: webdriver.Chrome, port: int) -> None:
    chrome.get(f"http://127.0.0.1:{port}/?lang=en")
    shown(chrome, "live")
    chrome.execute_script(
        "const s = document.createElement('script'); s.textContent = 'window.stolen = 1';"
        "document.body.append(s); const i = new Image(); i.src = 'https://evil.example/x.png'"
    )
    wait_until(lambda: len(chrome.execute_script(SEEN)) == 2, 5)
    assert chrome.execute_script("return window.stolen") is None
    assert complaints(chrome)


def link(port: int, rest: str) -> str:
    return f"http://{NAME}:{port}/{rest}"


def displayed(chrome: webdriver.Chrome, name: str) -> bool:
    return bool(chrome.find_element("id", name).is_displayed())


def test_a_wall_is_let_in_by_its_link_and_shows_what_is_live(
    chrome: webdriver.Chrome, port: int
) -> None:
    chrome.get(link(port, "?lang=en"))
    assert "token" in chrome.find_element("css selector", "main").text
    chrome.get_log("browser")  # that it was 401
    chrome.get(link(port, f"?lang=en&token={WALL}"))
    shown(chrome, "live")
    assert chrome.current_url == link(port, "?lang=en")
    everything: Any = "return document.documentElement.outerHTML + document.cookie + location.href"
    assert WALL not in chrome.execute_script(everything)
    assert chrome.execute_script("return document.cookie") == ""
    assert not displayed(chrome, ids.OPEN_HISTORY)
    body = chrome.find_element("css selector", "body")
    body.send_keys("d")
    press(chrome, "#hero [data-why]")
    time.sleep(1)
    assert chrome.execute_script(MODE) == "live"
    assert not chrome.execute_script(OPENED)
    assert complaints(chrome) == []
    chrome.get(link(port, "?date=2026-06-18&lang=en"))
    shown(chrome, "live")
    wait_until(lambda: "date=" not in chrome.current_url, 10)
    notice = chrome.find_element("id", ids.NOTICE)
    wait_until(lambda: notice.text == "This screen shows only what is live", 10)
    chrome.delete_all_cookies()
    wait_until(lambda: not chrome.find_elements("id", ids.HERO), 10)
    says = "return document.querySelector('main')?.textContent ?? ''"
    wait_until(lambda: "token" in chrome.execute_script(says), 10)


def test_an_analyst_counts_again_by_a_link(chrome: webdriver.Chrome, port: int) -> None:
    chrome.get(link(port, f"?date=2026-06-18&lang=en&token={VIEW}"))
    shown(chrome, "history")
    press(chrome, "#hero [data-why]")
    value = "#why [data-slot='difference'] [data-value]"
    wait_until(lambda: chrome.execute_script(OPENED), 10)
    time.sleep(2)
    press(chrome, "#why [data-act='recount']")
    wait_until(lambda: chrome.find_elements("css selector", value), SLOW_S)
    assert chrome.find_element("css selector", value).get_attribute("data-value") == "0"
    assert chrome.execute_script(SEEN) == []
