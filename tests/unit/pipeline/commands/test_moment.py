"""What may be written for the time a clock starts at."""

from datetime import datetime, time

import click
import pytest

from pipeline.commands.moment import Moment


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("11:00", time(11)),
        ("2011-11-25 11:00", datetime(2011, 11, 25, 11)),  # noqa: DTZ001 - local times
        ("2011-11-25T08:30", datetime(2011, 11, 25, 8, 30)),  # noqa: DTZ001
        ("2011-11-25", datetime(2011, 11, 25)),  # noqa: DTZ001
    ],
)
def test_a_time_alone_or_with_its_date(written: str, meant: object) -> None:
    assert Moment().convert(written, None, None) == meant


@pytest.mark.parametrize("written", ["25:00", "noon", "25.11.2011", ""])
def test_anything_else_is_refused_naming_the_forms(written: str) -> None:
    with pytest.raises(click.BadParameter, match="HH:MM"):
        Moment().convert(written, None, None)
