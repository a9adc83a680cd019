"""Which minutes of a stretch are read from facts and which from events, and how far it is whole."""

from collections.abc import Iterable, Mapping, Sequence

from pipeline.catalogue.model import UNKNOWN, BucketKind, Catalogue
from pipeline.errors import Refused
from pipeline.trading.windows import MINUTES_OF_A_DAY, MinuteRange, TradingTime, date_of
from pipeline.trading.zone import MINUTE_MS
from pipeline.values.past import ArchivePosition, DayRecord, Stretch

# A partition that stood still for this long (real time) while others moved has nothing to bring.
IDLE_MS = 10 * MINUTE_MS


def day_bounds(trading: TradingTime, day: int) -> MinuteRange:
    """Return the epoch minutes of a local day (epoch day); 1380 or 1500 where clocks change."""
    first, last = (
        trading.zone.instant_of_local_minute(d * MINUTES_OF_A_DAY) // MINUTE_MS
        for d in (day, day + 1)
    )
    return MinuteRange(first, last)


def open_pieces(
    stretch: Stretch, closed: Sequence[DayRecord], trading: TradingTime
) -> tuple[MinuteRange, ...]:
    """Return the minutes of a stretch that lie in no closed day, as few ranges as can be."""
    if stretch.only:
        return (stretch.bounds,)
    pieces: list[MinuteRange] = []
    at = stretch.bounds.start
    for record in sorted(closed, key=lambda record: record.day):
        inside = day_bounds(trading, record.day)
        if inside.start > at:
            pieces.append(MinuteRange(at, min(inside.start, stretch.bounds.end)))
        at = max(at, inside.end)
    pieces.append(MinuteRange(at, stretch.bounds.end))
    return tuple(piece for piece in pieces if piece.start < piece.end)


def whole_until(
    stretch: Stretch,
    closed: Sequence[DayRecord],
    trading: TradingTime,
    progress: Mapping[tuple[str, int], ArchivePosition],
) -> int:
    """Return the first minute the archive may not have whole; the end when it has all.

    `progress` of all partitions of a link, by topic and number.
    """
    unfiltered = Stretch(stretch.link, stretch.bounds, stretch.days)
    pieces = open_pieces(unfiltered, closed, trading)
    if not pieces:
        return stretch.bounds.end
    reached = archived_ms(progress) // MINUTE_MS
    return min(max(reached, pieces[0].start), stretch.bounds.end)


def archived_ms(progress: Mapping[tuple[str, int], ArchivePosition]) -> int:
    """Return the instant (epoch ms) before which all orders are archived; 0 when none is.

    Of the topic written last, the least progress of the partitions that moved lately. The clock
    is the newest write, so that it does not matter when one asks.
    """
    if not progress:
        return 0
    newest = max(progress, key=lambda place: progress[place].written_ms)
    since = progress[newest].written_ms - IDLE_MS
    return min(
        at.progress_ms
        for (topic, _), at in progress.items()
        if topic == newest[0] and at.written_ms >= since
    )


def closed_window(
    catalogue: Catalogue, trading: TradingTime, stretch: Stretch, closed: Iterable[DayRecord]
) -> tuple[str, int] | None:
    """Return (cube of distinct buyers, business date) when a stretch is exactly a closed window.

    A window's buyers are counted with its business date: once the eve was recounted later, or at
    the same time by somebody else (the same number), they are counted from events instead.
    """
    days = {record.day: record.generation for record in closed}
    if stretch.only or not days.keys() >= set(stretch.days):
        return None
    for cube in catalogue.cubes.values():
        if cube.bucket is not BucketKind.WINDOW or cube.window is None:
            continue
        for day in days:
            others = [days[inside] for inside in stretch.days if inside != day]
            whole = trading.bounds(cube.window, date_of(day)) == stretch.bounds
            if whole and all(other < days[day] for other in others):
                return cube.name, day
    return None


def check_filter(catalogue: Catalogue, stretch: Stretch) -> None:
    """Raise Refused for a filter by something no event carries."""
    for dimension, _ in stretch.only:
        if dimension == "guest":
            continue
        known = catalogue.dimensions.get(dimension)
        if known is None or known.field is None:
            fields = sorted(d.name for d in catalogue.dimensions.values() if d.field)
            raise Refused(f"no event carries '{dimension}': filter by one of {', '.join(fields)}")


def key_of(value: str) -> str:
    """Return the key of an event's text: `unknown` for a missing one."""
    return value or UNKNOWN
