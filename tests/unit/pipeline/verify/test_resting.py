"""What may move while everything rests: ages, and nothing that is a number of orders."""

from copy import deepcopy
from typing import Any

import pytest

from pipeline.stores.topics_reader import Message
from pipeline.values.past import ArchivePosition
from pipeline.verify.resting import left_to_archive, without_ages

FRAME: dict[str, Any] = {
    "as_of": 1000,
    "state": {"name": "live", "as_of": 1000},
    "source": {"heartbeat_real_ms": 5},
    "stages": [{"id": "kafka", "age_ms": 3}],
    "accounting": {"consumed": 7, "pending": 0},
    "windows": {
        "4H": {
            "state": {"name": "live", "as_of": 1000},
            "tiles": {"hero": {"state": {"name": "live", "as_of": 1000}}},
            "metrics": {"gross_sales": {"shape": "total", "value": 12}},
        }
    },
}


def test_the_clock_of_a_quiet_feed_is_no_movement() -> None:
    later = deepcopy(FRAME)
    later["as_of"] = later["state"]["as_of"] = 3000
    later["source"]["heartbeat_real_ms"] = 6
    later["stages"][0]["age_ms"] = 4
    window = later["windows"]["4H"]
    window["state"]["as_of"] = window["tiles"]["hero"]["state"]["as_of"] = 3000
    assert without_ages(later) == without_ages(FRAME)


def test_a_number_that_moved_is() -> None:
    moved = deepcopy(FRAME)
    moved["windows"]["4H"]["metrics"]["gross_sales"]["value"] = 13
    assert without_ages(moved) != without_ages(FRAME)
    counted = deepcopy(FRAME)
    counted["accounting"]["consumed"] = 8
    assert without_ages(counted) != without_ages(FRAME)


class Expiring:
    """A topic of one partition: offsets `first` to before `first + len(values)` are left."""

    def __init__(self, first: int, *values: bytes) -> None:
        self.first, self.values = first, values

    def first_offsets(self, topic: str) -> dict[int, int]:
        return {0: self.first}

    def end_offsets(self, topic: str) -> dict[int, int]:
        return {0: self.first + len(self.values)}

    def consumer(self, topic: str, places: Any) -> "Expiring":
        return self

    def read(self, limit: int, timeout_s: float) -> list[Message]:
        return [Message(0, self.first + i, 0, None, value) for i, value in enumerate(self.values)]

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("topic", "reached", "left"),
    [
        (Expiring(100), {}, 0),  # all of it expired before an archive came
        (Expiring(5_000), {0: 4_000}, 0),  # while the archive was away
        (Expiring(100, b"{}", b"not JSON"), {}, 1),
        (Expiring(100, b"{}"), {0: 101}, 0),
    ],
)
def test_what_expired_is_not_left_to_archive(
    topic: Any, reached: dict[int, int], left: int
) -> None:
    positions = {partition: ArchivePosition(at, 0, 0) for partition, at in reached.items()}
    assert left_to_archive(topic, "orders", positions) == left
