"""What the windows sum to that touch a recounted day, and what the live job had of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from pipeline.catalogue.model import Catalogue, Cube
from pipeline.stores.history_protocol import HistoryWriter
from pipeline.stores.history_stretches import day_bounds
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime, date_of
from pipeline.values.past import DayRecord, WindowSums


class LiveSums(Protocol):
    """What the live job says of a stretch, while Redis still has it."""

    def sums(self, cube: Cube, bounds: MinuteRange) -> Mapping[str, int] | None:
        """Return measure -> sum of a minute cube; None where Redis does not have all of it."""


@dataclass(frozen=True)
class Recounting:
    """Sums windows anew from events. `live`: None where there is nothing to compare."""

    history: HistoryWriter
    catalogue: Catalogue
    trading: TradingTime
    topic: str
    live: LiveSums | None

    def windows_of(self, record: DayRecord) -> Iterator[WindowSums]:
        """Yield the sums of every window that has a minute of the day of a record."""
        cube = smallest_cube(self.catalogue)
        for day, window, bounds in windows_touching(self.trading, record.day):
            found = self.history.line_sums(record.link, bounds)
            live = self._live(record, cube, bounds)
            yield WindowSums(
                day=day,
                window=window,
                link=record.link,
                generation=record.generation,
                recounted_ms=record.recounted_ms,
                cause=record.cause,
                lines=found["n"],
                sums=tuple((name, found[name]) for name in cube.measures),
                live=None if live is None else tuple(live.items()),
            )

    def _live(self, record: DayRecord, cube: Cube, bounds: MinuteRange) -> Mapping[str, int] | None:
        """Return the live sums of a window that is over; of a running one they still move.

        None too where a part came from elsewhere (a backfill): the live job never saw that.
        """
        if self.live is None or bounds.end > day_bounds(self.trading, record.day).end:
            return None
        every = self.history.days_with_events(record.link, bounds)
        if every != self.history.days_with_events(record.link, bounds, self.topic):
            return None
        return self.live.sums(cube, bounds)


def smallest_cube(catalogue: Catalogue) -> Cube:
    """Return the minute cube with the fewest known keys, from which totals are summed."""

    def keys(cube: Cube) -> int:
        dimension = catalogue.dimensions.get(cube.dimension)
        return len(dimension.members) if dimension else 2  # `guest` needs no list of its two

    return min(catalogue.minute_cubes(), key=keys)


def windows_touching(trading: TradingTime, day: int) -> Iterator[tuple[int, str, MinuteRange]]:
    """Yield business date, name and bounds of every window that has a minute of a local day."""
    for name, window in trading.windows.items():
        latest = day - window.start // MINUTES_OF_A_DAY
        earliest = day - (window.end - 1) // MINUTES_OF_A_DAY
        for date in range(earliest, latest + 1):
            yield date, name, trading.bounds(name, date_of(date))
