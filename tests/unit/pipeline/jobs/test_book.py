"""The book of generations outlives Redis."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import ConfigurationError
from pipeline.jobs.book import BeingStarted, Book, Page, archive_page
from pipeline.values.streams import GenerationMeta, LinkGeneration


def test_a_number_is_never_given_twice_even_when_redis_forgot(tmp_path: Path) -> None:
    book = Book(tmp_path)
    assert book.take_number("A", (4,)) == 5
    assert Book(tmp_path).take_number("A", ()) == 6
    assert book.take_number("B", ()) == 1


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    meta = GenerationMeta(LinkGeneration("A", 2), "p", "t", 5, {0: 1}, {0: 9}, 7)
    page = Page(last=2, active=meta, life="token", retired=((1, 99),))
    Book(tmp_path).write("A", page)
    assert Book(tmp_path).page("A") == page


def test_a_broken_book_is_named(tmp_path: Path) -> None:
    (tmp_path / "generations.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"generations\.json"):
        Book(tmp_path).page("A")


def test_two_writers_of_different_pages_lose_nothing(tmp_path: Path) -> None:
    """`watch` and `submit archive` write at the same time."""

    def take(page: str) -> list[int]:
        book = Book(tmp_path)
        return [book.take_number(page, ()) for _ in range(20)]

    with ThreadPoolExecutor(2) as pool:
        numbers = list(pool.map(take, ("A", archive_page("A"))))
    assert numbers == [list(range(1, 21))] * 2
    assert Book(tmp_path).page("A").last == 20
    assert Book(tmp_path).page("archive:A").last == 20


def test_one_at_a_time_begins_a_generation_of_a_link(tmp_path: Path) -> None:
    """`submit` and `watch` both find, after a start, that Redis has nothing."""
    book, other = Book(tmp_path), Book(tmp_path)
    refused = pytest.raises(BeingStarted, match="link A is being started already")
    with book.turn("A"), other.turn("B"), refused, other.turn("A"):
        pass
    with other.turn("A"):
        pass
