"""What may move while everything rests: ages, and nothing that is a number of orders."""

from copy import deepcopy
from typing import Any

from pipeline.verify.resting import without_ages

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
