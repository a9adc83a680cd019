"""Facts of days made anew from their events: first what would change, then the change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import ConfigurationError
from pipeline.history.closing import ClosedDay, Closing
from pipeline.sql.history import window_cubes
from pipeline.stores.history_stretches import day_bounds


@dataclass(frozen=True, slots=True)
class Change:
    """A measure (or `n`, the lines) of a cube of a day: as facts say, and as events say."""

    day: int
    cube: str
    measure: str
    before: int
    after: int

    @property
    def difference(self) -> int:
        return self.after - self.before


@dataclass(frozen=True)
class Recalculation:
    """Days from `first` to `last` (local epoch days, both included), of all cubes or some."""

    closing: Closing
    first: int
    last: int
    cubes: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        catalogue = self.closing.catalogue
        known = [cube.name for cube in (*catalogue.minute_cubes(), *window_cubes(catalogue))]
        unknown = [name for name in self.cubes or () if name not in known]
        if unknown:
            raise ConfigurationError(f"no cube '{unknown[0]}' in facts: use {', '.join(known)}")
        if self.last < self.first:
            raise ConfigurationError("--to is before --from: swap them")

    def days(self) -> tuple[int, ...]:
        """Return the days that are closed, or have events and are over; ascending."""
        closing = self.closing
        closed = {record.day for record in closing.history.days(closing.link)}
        held = {day for day in closed if self.first <= day <= self.last}
        return tuple(sorted(held | set(closing.due_between(self.first, self.last))))

    def changes(self, day: int) -> tuple[Change, ...]:
        """Return every measure of every cube asked for, changed or not."""
        history, link = self.closing.history, self.closing.link
        bounds = day_bounds(self.closing.trading, day)
        before = history.fact_sums(link, day, bounds, from_events=False)
        after = history.fact_sums(link, day, bounds, from_events=True)
        return tuple(
            Change(day, cube, measure, before[cube][measure], value)
            for cube, sums in after.items()
            if self.cubes is None or cube in self.cubes
            for measure, value in sums.items()
        )

    def run(self, days: Sequence[int]) -> Iterator[ClosedDay]:
        """Make the facts of these days anew, the eve before the day; yield each when it is done."""
        for day in sorted(days):
            yield self.closing.close(day, "recalculate", self.cubes)
