"""Rows, shares and paces in a real browser equal what the order lines add up to."""

from typing import Any

import pytest
from selenium import webdriver

from app.masking import masked
from tests.e2e import oracle
from tests.e2e.conftest import DAY, Site
from tests.e2e.oracle import Rows
from tests.e2e.orders import MINUTE_MS, Line
from tests.e2e.test_page import opened

pytestmark = [pytest.mark.browser, pytest.mark.services]

ROWS = """return [...document.querySelectorAll(arguments[0] + ' .row')].map(r => ({
    id: r.dataset.id, rank: +r.querySelector('.rank').dataset.value,
    value: +r.querySelector('.val').dataset.value, at: +r.style.getPropertyValue('--i'),
    name: r.querySelector('.name, .id').textContent,
    beside: [...r.querySelectorAll('.sec[data-value]')].map(e => +e.dataset.value)}))"""
PARTS = """const named = [...document.querySelectorAll('#gender .sharelist .name')];
return Object.fromEntries(named.map(e => [e.dataset.id,
    +e.nextElementSibling.querySelector('[data-value]').dataset.value]))"""
PACES = """return [...document.querySelectorAll('#hero-deltas > div')].map(e =>
    [...e.querySelectorAll('[data-value]')].map(n => +n.dataset.value))"""
WINDOWS = ["28H", "4H", "24H"]


def lines_of(site: Site, window: str) -> tuple[list[Line], int]:
    """Return the lines of a window, and the minute up to which it is complete."""
    bounds = site.time.bounds(window, DAY)
    found = oracle.within(site.lines, bounds.start, bounds.end)
    return found, min(site.now_ms // MINUTE_MS, bounds.end)


def rows(browser: webdriver.Chrome, place: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = browser.execute_script(ROWS, place)
    assert [row["rank"] for row in found] == [i + 1 for i in range(len(found))]
    assert [row["at"] for row in found] == list(range(len(found)))
    return found


def check(found: list[dict[str, Any]], expected: Rows, places: int = 10) -> None:
    best = expected.rows[:places]
    assert tuple((row["id"], row["value"]) for row in found) == best


def check_shares(found: list[dict[str, Any]], expected: Rows) -> None:
    assert [row["beside"] for row in found] == [[expected.shares[row["id"]]] for row in found]


@pytest.mark.parametrize("window", WINDOWS)
def test_brands_rank_by_what_was_paid_and_by_units(
    browser: webdriver.Chrome, site: Site, window: str
) -> None:
    opened(browser, site, f"?window={window}&lang=en")
    lines, _ = lines_of(site, window)
    check(rows(browser, "#brands-left"), oracle.paid(lines, lambda x: x.brand))
    check(rows(browser, "#brands-other"), oracle.paid(lines, lambda x: x.brand, units=True))


@pytest.mark.parametrize("window", WINDOWS)
def test_categories_are_those_of_the_last_complete_minute(
    browser: webdriver.Chrome, site: Site, window: str
) -> None:
    opened(browser, site, f"?window={window}&lang=en")
    lines, end = lines_of(site, window)
    expected = oracle.paid(oracle.within(lines, end - 1, end), lambda x: x.category)
    found = rows(browser, "#categories-body")
    check(found, expected)
    check_shares(found, expected)


@pytest.mark.parametrize("window", WINDOWS)
def test_regions_are_the_sums_of_their_warehouses(
    browser: webdriver.Chrome, site: Site, window: str
) -> None:
    opened(browser, site, f"?window={window}&lang=en")
    lines, _ = lines_of(site, window)
    members = site.catalogue.dimensions["warehouse"].members
    regions = {key: str(member.parent) for key, member in members.items()}
    expected = oracle.paid(lines, oracle.by_region(regions))
    found = rows(browser, "#regions-body")
    check(found, expected)
    check_shares(found, expected)


@pytest.mark.parametrize("window", WINDOWS)
def test_buyers_rank_without_guests_and_without_their_names(
    browser: webdriver.Chrome, site: Site, window: str
) -> None:
    opened(browser, site, f"?window={window}&lang=en")
    lines, _ = lines_of(site, window)
    best = oracle.paid(lines, lambda x: x.user).rows[:10]
    found = rows(browser, "#buyers-body")
    assert [(r["name"], r["value"]) for r in found] == [(masked(u), v) for u, v in best]
    assert [r["beside"] for r in found] == [[oracle.orders_of(lines, u)] for u, _ in best]
    assert len({row["id"] for row in found}) == len(found)
    page = browser.page_source
    assert not any(line.user in page for line in site.lines if line.user)


@pytest.mark.parametrize("window", WINDOWS)
def test_gender_parts_are_shares_of_everything(
    browser: webdriver.Chrome, site: Site, window: str
) -> None:
    opened(browser, site, f"?window={window}&lang=en")
    lines, _ = lines_of(site, window)
    assert browser.execute_script(PARTS) == oracle.paid(lines, lambda x: x.gender).shares


@pytest.mark.parametrize("window", WINDOWS)
def test_paces_are_the_last_minutes_against_as_many_before(
    browser: webdriver.Chrome, site: Site, window: str
) -> None:
    opened(browser, site, f"?window={window}&lang=en")
    lines, end = lines_of(site, window)
    start = site.time.bounds(window, DAY).start
    expected = []
    for minutes in (10, 60):
        pace = oracle.pace(lines, end, minutes)
        told = pace.change is not None and end - 2 * minutes >= start
        expected.append([pace.value, *([pace.change] if told else [])])
    assert browser.execute_script(PACES) == expected
