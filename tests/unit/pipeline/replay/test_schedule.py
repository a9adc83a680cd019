"""Which stretch is sent, and where the clock starts."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from pipeline.errors import ConfigurationError
from pipeline.replay.schedule import Asked, plan_schedule

LONDON = ZoneInfo("Europe/London")
BEGIN = datetime(2009, 12, 1, 7, 45)  # noqa: DTZ001 - naive local times, as a feed has them
END = datetime(2011, 12, 9, 12, 50)  # noqa: DTZ001
OPENING = -240


def ms(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type,misc]


def test_a_day_begins_with_its_eve() -> None:
    day = plan_schedule(Asked(first=date(2011, 11, 25)), LONDON, OPENING, BEGIN, END)
    assert day.send_ms == ms(2011, 11, 24, 20)
    assert day.first_ms == day.clock_ms == ms(2011, 11, 25)
    assert day.end_ms == ms(2011, 12, 10)


def test_the_clock_starts_where_asked() -> None:
    at = datetime(2011, 11, 25, 11)  # noqa: DTZ001
    asked = Asked(first=date(2011, 11, 25), at=at)
    assert plan_schedule(asked, LONDON, OPENING, BEGIN, END).clock_ms == ms(2011, 11, 25, 11)


def test_a_time_of_day_is_on_the_first_day() -> None:
    asked = Asked(first=date(2011, 11, 25), at=time(11, 30))
    assert plan_schedule(asked, LONDON, OPENING, BEGIN, END).clock_ms == ms(2011, 11, 25, 11, 30)


def test_without_dates_the_whole_feed_is_sent_from_its_first_event() -> None:
    whole = plan_schedule(Asked(), LONDON, OPENING, BEGIN, END)
    assert whole.send_ms == whole.clock_ms == ms(2009, 12, 1, 7, 45)


def test_the_first_day_becomes_the_chosen_date() -> None:
    asked = Asked(first=date(2011, 11, 25), last=date(2011, 11, 25), shift_to=date(2012, 7, 1))
    day = plan_schedule(asked, LONDON, OPENING, BEGIN, END)
    assert (day.first_ms, day.end_ms) == (ms(2012, 6, 30, 23), ms(2012, 7, 1, 23))


@pytest.mark.parametrize(
    "asked",
    [
        Asked(first=date(2012, 1, 1)),
        Asked(first=date(2011, 2, 1), last=date(2011, 1, 1)),
        Asked(first=date(2011, 2, 1), at=datetime(2011, 1, 1)),  # noqa: DTZ001
    ],
)
def test_an_empty_stretch_is_refused(asked: Asked) -> None:
    with pytest.raises(ConfigurationError):
        plan_schedule(asked, LONDON, OPENING, BEGIN, END)
