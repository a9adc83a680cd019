"""One viewer's reading of a past stretch: what was asked, which days there are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.presenter.reading import Reading

EPOCH = date(1970, 1, 1)
RANGE = "range"


@dataclass(frozen=True)
class Past:
    """A reading of a frame in history; names are those of docs/design.md §12."""

    reading: Reading

    @property
    def history(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.reading.frame["history"]
        return said

    @property
    def ask(self) -> Mapping[str, Any]:
        said: Mapping[str, Any] = self.history["ask"]
        return said

    @property
    def kind(self) -> str:
        """`day` of a business date, `range` of two moments."""
        return "day" if self.ask.get("date") else RANGE

    @property
    def day(self) -> date:
        """The date asked for; of a range, the business date of its frame."""
        return date.fromisoformat(self.ask.get("date") or self.reading.frame["business_date"])

    @property
    def runs(self) -> tuple[tuple[date, date], ...]:
        """Runs of days with data, both ends with data, ascending."""
        return tuple(
            (EPOCH + timedelta(days=first), EPOCH + timedelta(days=last))
            for first, last in self.history["days"]["closed"]
        )

    def has(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.runs)

    def before(self, day: date) -> date | None:
        """Return the last day with data before a day."""
        found = [min(last, day - timedelta(days=1)) for first, last in self.runs if first < day]
        return max(found, default=None)

    def after(self, day: date) -> date | None:
        """Return the first day with data after a day."""
        found = [max(first, day + timedelta(days=1)) for first, last in self.runs if last > day]
        return min(found, default=None)

    def promotions(self) -> Iterator[Mapping[str, Any]]:
        """Return the promotions that can be looked at, the latest first."""
        known = sorted(self.history["promotions"], key=lambda p: str(p["date"]), reverse=True)
        return (p for p in known if p["live"] or self.has(date.fromisoformat(p["date"])))
