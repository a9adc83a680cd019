"""Order lines of a seeded promotion day, and the cells they make, minute by minute.

The lines are the simulator's; what adds them up is the tests' own plain sums.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.simulator.faults import Feed
from pipeline.simulator.market import Market
from pipeline.simulator.orders import OrderSource
from pipeline.simulator.rates import Rates
from pipeline.simulator.sending import COUNTED, Facts
from pipeline.simulator.shape import OPENING, intensity
from pipeline.trading.windows import TradingTime
from pipeline.values.cells import CellRow, CellValue
from tests.e2e.orders import Line, places, worth

SEED = 1111
DAY_MINUTES = 1440


def line_of(facts: Facts, order: int) -> Line:
    """Return a line as the tests know it; `order` numbers orders."""
    return Line(
        at=facts.event_time,
        kind=facts.kind,
        order=order,
        number=facts.line_no,
        user=facts.user_id or None,
        gender=facts.gender or "unknown",
        category=facts.category or "unknown",
        brand=facts.brand or "unknown",
        province=facts.province,
        warehouse=facts.warehouse_id,
        quantity=facts.quantity,
        amount=facts.amount_cents,
    )


def minutes_of(
    catalogue: Catalogue, trading: TradingTime, day: date, lines: int, run: str
) -> Iterator[tuple[int, list[Line]]]:
    """Yield (epoch minute, the lines that arrive in it) of a promotion's 28 hours and an hour more.

    About `lines` lines in all; the same every time for a run's name.
    """
    midnight = trading.bounds("24H", day).start
    rates = Rates(duplicates=0, conflicts=0, too_late=0, future=0, poison=0)
    source = OrderSource(Market(catalogue, SEED), rates, SEED, run)
    feed = Feed(source, catalogue.shop.currency)
    shape = range(OPENING, DAY_MINUTES + 60)
    scale = lines / sum(map(intensity, shape))
    order = 0
    for minute in shape:
        found = []
        for one in feed.minute(midnight + minute, intensity(minute) * scale):
            if one.meaning == COUNTED and one.facts is not None:
                order += 1
                found.append(line_of(one.facts, order))
        yield midnight + minute, found


class Counting:
    """Adds lines up, and says which cells changed."""

    def __init__(self, catalogue: Catalogue, trading: TradingTime) -> None:
        self._catalogue = catalogue
        self._trading = trading
        self._sums: dict[tuple[str, int, str], tuple[int, tuple[int, ...], str | None]] = {}
        self._buyers: dict[tuple[str, int, str], set[str]] = {}

    def take(self, lines: Iterable[Line]) -> list[CellRow]:
        """Count more lines; return the cells they changed, each once, with its new value."""
        touched = {
            (cube.name, *place)
            for line in lines
            for cube in self._catalogue.cubes.values()
            for place in self._count(cube, line)
        }
        return [CellRow(*cell, CellValue(*self._sums[cell])) for cell in sorted(touched)]

    def _count(self, cube: Cube, line: Line) -> Iterator[tuple[int, str]]:
        for bucket, key in places(self._trading, cube, line):
            cell = (cube.name, bucket, key)
            if cube.bucket is BucketKind.WINDOW:
                buyers = self._buyers.setdefault(cell, set())
                buyers.add(line.user or "")
                more: tuple[int, ...] = (len(buyers),)
                before: tuple[int, ...] = (0,)
            else:
                wanted = [self._catalogue.measures[name] for name in cube.measures]
                more = tuple(worth(line, measure) for measure in wanted)
                before = self._sums.get(cell, (0, (0,) * len(more), None))[1]
            n = self._sums.get(cell, (0, (), None))[0]
            label = line.province if cube.label_field else None
            summed = tuple(a + b for a, b in zip(before, more, strict=True))
            self._sums[cell] = (n + 1, summed, label)
            yield bucket, key
