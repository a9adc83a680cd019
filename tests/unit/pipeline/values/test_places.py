"""Days and segments of buckets."""

import pytest

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import WindowDefinition
from pipeline.values.places import Places, segments_per_day
from tests.unit.pipeline.stores.cells import DAY, WINDOWS, catalogue


def windows(*bounds: tuple[int, int]) -> dict[str, WindowDefinition]:
    label = Label("词", "word")
    return {str(i): WindowDefinition(str(i), a, b, label) for i, (a, b) in enumerate(bounds)}


@pytest.mark.parametrize(
    ("bounds", "count"),
    [([(0, 1440)], 1), ([(-240, 0)], 2), ([(-240, 1440), (600, 720)], 4), ([(-240, 1200)], 2)],
)
def test_the_edges_of_all_windows_cut_a_day(bounds: list[tuple[int, int]], count: int) -> None:
    assert segments_per_day(windows(*bounds)) == count


def test_the_packaged_windows_cut_a_day_at_twenty_oclock() -> None:
    assert segments_per_day(WINDOWS) == 2


@pytest.mark.parametrize(
    ("cube", "bucket", "day"),
    [
        ("gender", DAY * 1440 + 1439, str(DAY)),
        ("users", DAY * 2 + 1, str(DAY)),
        ("buyers_28H", DAY, str(DAY)),
        ("audit", 3, "audit"),
        ("of_no_catalogue", DAY * 1440, str(DAY)),
    ],
)
def test_a_bucket_is_listed_under_its_day(cube: str, bucket: int, day: str) -> None:
    assert Places.of(catalogue()).day(cube, bucket) == day
