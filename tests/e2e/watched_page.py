"""What tests ask of the page's elements: which were made or touched, and what is seen."""

from typing import Any

from selenium import webdriver

WATCH = """window.watched = [];
    window.watcher = new MutationObserver((all) => { for (const m of all) {
        const at = m.target.nodeType === 1 ? m.target : m.target.parentElement;
        if (!at || at.closest('[data-tick], svg, .annotation')) continue;
        const tile = at.closest('main > [id]');
        watched.push({tile: tile ? tile.id : '', kind: m.type, name: m.attributeName,
                      made: m.addedNodes.length, gone: m.removedNodes.length}); } });
    watcher.observe(document.querySelector('main'),
        {subtree: true, childList: true, attributes: true, characterData: true});"""
READ = """watcher.disconnect(); return watched"""
DIGITS = """const e = document.querySelector('#hero-body [data-value]');
    return e && [+e.dataset.value, e.textContent, e.getAttribute('aria-label')]"""


def watch(browser: webdriver.Chrome) -> None:
    browser.execute_script(WATCH)


def touched(browser: webdriver.Chrome) -> list[dict[str, Any]]:
    """Return every change since `watch`, but those of clocks and inside of figures."""
    found: list[dict[str, Any]] = browser.execute_script(READ)
    return found


def press(browser: webdriver.Chrome, key: str, **more: Any) -> None:
    """Press a key on the page itself."""
    browser.execute_script(
        "const at = document.activeElement || document.body;"
        "at.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true,"
        " cancelable: true, ...arguments[1]}))",
        key,
        more,
    )


def root(browser: webdriver.Chrome, name: str) -> Any:
    """Return a data attribute of the page's root."""
    return browser.execute_script(
        "return document.documentElement.dataset[arguments[0]] ?? null", name
    )


def shows(browser: webdriver.Chrome, element: str) -> str | None:
    """Return the text of an element by its id; None when it is not to be seen."""
    said: str | None = browser.execute_script(
        "const e = document.getElementById(arguments[0]);"
        "return e && e.checkVisibility() ? e.textContent : null",
        element,
    )
    return said


def before_the_page(browser: webdriver.Chrome, script: str) -> str:
    """Let a script run before those of every page that is loaded; return its name."""
    said = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": script})
    return str(said["identifier"])


def no_more(browser: webdriver.Chrome, identifier: str) -> None:
    said = {"identifier": identifier}
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", said)
