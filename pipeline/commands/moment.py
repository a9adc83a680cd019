"""An option that is a local time of day, or a local date and time."""

from datetime import datetime, time

import click

_FORMS = ("%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d")
_CLOCK = "%H:%M"


class Moment(click.ParamType[datetime | time]):
    """Gives a naive `time` for HH:MM, a naive `datetime` for a date with or without a time."""

    name = "[DATE] HH:MM"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | time:
        if isinstance(value, datetime | time):
            return value
        for form in (_CLOCK, *_FORMS):
            try:
                found = datetime.strptime(str(value), form)  # noqa: DTZ007  local times of a feed
            except ValueError:
                continue
            return found.time() if form == _CLOCK else found
        return self.fail(f"{value!r} is neither HH:MM nor YYYY-MM-DD HH:MM", param, ctx)
