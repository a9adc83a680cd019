"""Every number on the page: its text is its integer written out, its integer is in the frame."""

from typing import Any

import pytest
from selenium import webdriver

from tests.e2e.conftest import Site, wait_until
from tests.e2e.test_page import opened
from tests.e2e.written import written

pytestmark = [pytest.mark.browser, pytest.mark.services]

READ = """return [...document.querySelectorAll('[data-value]')].map(e => ({
    place: e.closest('[id]').id, value: +e.dataset.value, kind: e.dataset.kind,
    words: e.dataset.s || '{s}', stage: e.dataset.stage || '',
    text: e.getAttribute('aria-label') || e.textContent}))"""
# Texts with digits that stand in no number: names, times, dates, limits, what a switch is called.
LOOSE = """const named = 'h1, h2, .name, .id, .where, .seg, .sim, .k, .cap > span:first-child'
      + ', svg, .annotation, .by, .limit';
    const walker = document.createTreeWalker(document.querySelector('.wall'), NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const at = walker.currentNode.parentElement;
      const text = walker.currentNode.textContent.replace(/\\d\\d:\\d\\d(:\\d\\d)?/g, '');
      if (at.checkVisibility() && /\\d/.test(text)
          && !at.closest(`[data-value], [data-tick], ${named}`)
          && !at.closest('#hero-note, #flow-note')) found.push(text);
    }
    return found"""
PEAKS = """return [...document.querySelectorAll('#flow-figure .annotation')]
    .map(e => e.querySelector('b')).filter(Boolean)
    .map(e => e.textContent).filter(t => t.startsWith(arguments[0]))"""
CHOICES = [(w, lang) for w in ("28H", "4H", "24H") for lang in ("zh", "en")]


def integers(document: Any) -> set[int]:
    """Return every integer of the frame."""
    if isinstance(document, int) and not isinstance(document, bool):
        return {document}
    if not isinstance(document, dict | list):
        return set()
    parts = document.values() if isinstance(document, dict) else document
    return set[int]().union(*map(integers, parts))


AGES = """dash_clientside.daping.drawHeard(); return [Date.now(), Object.fromEntries(
    [...document.querySelectorAll('[data-tick="heard"]')]
        .map(e => [e.dataset.stage, +e.dataset.value]))]"""


@pytest.mark.parametrize(("window", "lang"), CHOICES)
def test_every_number_is_exactly_its_integer_written_out(
    browser: webdriver.Chrome, site: Site, window: str, lang: str
) -> None:
    site.renew()
    opened(browser, site, f"?window={window}&lang={lang}")
    said = site.frame()["currency"]
    found = browser.execute_script(READ)
    assert len(found) > 80
    wrong = []
    for number in found:
        text = written(number["value"], number["kind"], lang, said["symbol"], said["exponent"])
        if number["text"] != number["words"].replace("{s}", text):
            wrong.append((number, text))
    assert wrong == []


@pytest.mark.parametrize(("window", "lang"), CHOICES)
def test_every_number_is_in_the_frame(
    browser: webdriver.Chrome, site: Site, window: str, lang: str
) -> None:
    site.renew()
    opened(browser, site, f"?window={window}&lang={lang}")
    frame = site.frame()
    frame["windows"] = {window: frame["windows"][window]}
    known = integers(frame)
    shown = [n for n in browser.execute_script(READ) if n["kind"] != "age"]
    assert len(shown) > 80
    assert [n for n in shown if n["value"] not in known] == []
    assert browser.execute_script(LOOSE) == []


def test_a_stages_age_is_taken_from_the_instant_in_the_frame(
    browser: webdriver.Chrome, site: Site
) -> None:
    opened(browser, site, "?lang=en")

    def agree() -> bool:
        now, ages = browser.execute_script(AGES)
        heard = {s["id"]: s["heard_at"] for s in site.frame()["stages"]}
        if {"source", "kafka", "flink", "redis", "screen"} != set(ages):
            site.renew()  # silent for ten seconds: words stand there then
            return False
        # The others are heard of again by now.
        return all(abs(now - heard[s] - ages[s]) < 2_500 for s in ("source", "kafka", "flink"))

    site.renew()
    wait_until(agree)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_height_beside_a_burst_is_a_minute_of_the_series(
    browser: webdriver.Chrome, site: Site, lang: str
) -> None:
    site.renew()
    opened(browser, site, f"?lang={lang}")
    frame = site.frame()
    symbol = frame["currency"]["symbol"]
    wait_until(lambda: browser.execute_script(PEAKS, symbol) != [], 15)  # figures come after tiles
    peaks = browser.execute_script(PEAKS, symbol)
    values = frame["windows"]["28H"]["metrics"]["sales_per_minute"]["values"]
    assert peaks == [written(max(values), "money-3", lang, symbol)]


def test_an_age_goes_whole_when_words_take_its_place(browser: webdriver.Chrome, site: Site) -> None:
    site.renew()
    opened(browser, site, "?lang=en")
    kafka = """const e = document.querySelector('#pipeline [data-id="kafka"] b');
        return [e.dataset.tick || '', e.dataset.value || '', e.textContent]"""

    def heard() -> bool:
        site.renew()  # silent for ten seconds: words stand there then
        return bool(browser.execute_script(kafka)[1])

    wait_until(heard)
    wait_until(lambda: browser.execute_script(kafka)[0] == "", 20)  # nobody hears the auditor
    assert browser.execute_script(kafka) == ["", "", "auditor silent"]
