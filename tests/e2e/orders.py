"""Order lines of one made-up evening, the cells the live job would make of them, and plain sums.

The sums are taken from the lines alone: they share nothing with the code that is tested.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.catalogue.model import BucketKind, Catalogue, Cube, Measure
from pipeline.stores.protocol import Snapshots
from pipeline.trading.windows import TradingTime
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.streams import (
    AuditorState,
    GenerationMeta,
    JobState,
    LinkGeneration,
    PartitionAudit,
    SourceState,
)

MINUTE_MS = 60_000
STREAM = LinkGeneration("A", 1)
PARTITION = 0


@dataclass(frozen=True)
class Line:
    """One order line; `at` is epoch ms UTC, `amount` cents; a missing user is a guest."""

    at: int
    kind: str
    order: int
    number: int
    user: str | None
    gender: str
    category: str
    brand: str
    province: str
    warehouse: str
    quantity: int
    amount: int


def make_lines(catalogue: Catalogue, start_ms: int, minutes: int, a_minute: int) -> list[Line]:
    """Make `a_minute` orders of one to three lines in each minute, the same every time."""
    chance = random.Random(1111)
    known = {
        name: [k for k in d.members if k != "unknown"] for name, d in catalogue.dimensions.items()
    }
    lines = []
    for order in range(minutes * a_minute):
        at = start_ms + order // a_minute * MINUTE_MS + chance.randrange(MINUTE_MS)
        user = None if chance.random() < 0.05 else f"u_{chance.randrange(400):06d}"
        shared = {
            "gender": chance.choice(["F", "F", "M", "U"]),
            "province": chance.choice(known.get("province") or ["Zhejiang", "Hubei"]),
            "warehouse": chance.choice(known.get("warehouse") or ["w1", "w2"]),
        }
        for number in range(1, chance.randint(1, 3) + 1):
            lines.append(
                Line(
                    at=at,
                    kind="refund" if chance.random() < 0.04 else "sale",
                    order=order,
                    number=number,
                    user=user,
                    category=chance.choice(known.get("category") or ["c1", "c2"]),
                    brand=f"brand-{chance.randrange(14):02d}",
                    quantity=chance.randint(1, 4),
                    amount=chance.randrange(100, 99_999),
                    **shared,
                )
            )
    return lines


def worth(line: Line, measure: Measure) -> int:
    """Return what a line adds to a measure that is summed."""
    if measure.kind not in ("any", line.kind) or (measure.first_line_only and line.number != 1):
        return 0
    if measure.priced and line.amount == 0:
        return 0
    return {"amount_cents": line.amount, "quantity": line.quantity, "lines": 1}[measure.of]


def make_cells(catalogue: Catalogue, time: TradingTime, lines: Sequence[Line]) -> list[CellRow]:
    """Return the cells of every cube, and the audit's."""
    rows = [row for c in catalogue.cubes.values() for row in cells_of(catalogue, time, c, lines)]
    newest = max(line.at for line in lines)
    return [
        *rows,
        CellRow("audit", PARTITION, "counted", CellValue(len(lines), (len(lines), newest))),
    ]


def cells_of(
    catalogue: Catalogue, time: TradingTime, cube: Cube, lines: Sequence[Line]
) -> Iterable[CellRow]:
    """Yield the cells of one cube."""
    groups: dict[tuple[int, str], list[Line]] = defaultdict(list)
    for line in lines:
        for place in places(time, cube, line):
            groups[place].append(line)
    for (bucket, key), found in groups.items():
        if cube.bucket is BucketKind.WINDOW:
            measures: tuple[int, ...] = (len({line.user for line in found}),)
        else:
            wanted = [catalogue.measures[name] for name in cube.measures]
            measures = tuple(sum(worth(line, m) for line in found) for m in wanted)
        label = found[0].province if cube.label_field else None
        yield CellRow(cube.name, bucket, key, CellValue(len(found), measures, label))


def places(time: TradingTime, cube: Cube, line: Line) -> Iterable[tuple[int, str]]:
    if cube.bucket is BucketKind.MINUTE:
        if cube.dimension == "guest":
            key = "guest" if line.user is None else "user"
        else:
            key = getattr(line, cube.dimension)
        yield line.at // MINUTE_MS, key
    elif line.user is None:
        return
    elif cube.bucket is BucketKind.SEGMENT:
        yield time.segment_number(line.at), line.user
    elif line.kind == "sale" and cube.window is not None:
        for day in time.business_dates(cube.window, line.at):
            yield day, str(sum(map(ord, line.user)) % cube.hash_buckets)


@dataclass(frozen=True)
class Sums:
    """What the page must show, from the lines alone."""

    paid: int
    refunded: int
    units: int
    orders: int
    buyers: int

    @classmethod
    def of(cls, lines: Iterable[Line], start: int, end: int) -> "Sums":
        """Sum the lines of the epoch minutes from `start` to before `end`."""
        found = [line for line in lines if start <= line.at // MINUTE_MS < end]
        sales = [line for line in found if line.kind == "sale"]
        return cls(
            paid=sum(line.amount for line in sales),
            refunded=sum(line.amount for line in found if line.kind == "refund"),
            units=sum(line.quantity for line in sales),
            orders=sum(line.number == 1 for line in sales),
            buyers=len({line.user for line in sales if line.user}),
        )


def fill(store: Snapshots, rows: Sequence[CellRow], stream: LinkGeneration = STREAM) -> None:
    """Write cells as a generation that is active."""
    store.put_meta(GenerationMeta(stream, "plan", "orders", 0, {PARTITION: 0}, {}, 0))
    store.write(stream, rows)
    active = store.active()
    if active is None or active.stream != stream:
        store.activate(active, stream)


def tell_states(store: Snapshots, lines: Sequence[Line], real_now: int, now: int) -> None:
    """Write what source, auditor and job say about once a second; the log is read to its end."""
    store.put_source(SourceState("simulated", "test", real_now, now, 1.0, real_now, 1111))
    total = len(lines)
    part = PartitionAudit(PARTITION, 0, total, total, total, total, 0, {}, now)
    store.put_auditor("A", AuditorState("orders", real_now, now, (part,)))
    store.put_job("A", JobState(real_now, "job", "RUNNING", 0, None, 2_000))
