"""The sources that are compared, each read in its own way into the same plain figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.catalogue.model import Catalogue
from pipeline.errors import ConfigurationError, Mismatch
from pipeline.stores.protocol import Snapshots
from pipeline.stores.topics import Topics
from pipeline.trading.windows import TradingTime, epoch_day
from pipeline.values.streams import LinkGeneration
from pipeline.verify.judge import Judge, read_ledger
from pipeline.verify.oracle import Count, Cube, Measure, Window

USERS = "users"
TOP = 10
READ_AT_ONCE = 20_000
AUDIT = "audit"

Cells = dict[str, dict[tuple[int, str], tuple[int, ...]]]
User = tuple[str, int, int]  # id, paid amount in cents, orders


@dataclass(frozen=True)
class Plan:
    """What is compared: the minute cubes and the windows of one business date."""

    catalogue: Catalogue
    trading: TradingTime
    business_date: date
    windows: tuple[Window, ...]

    @classmethod
    def of(
        cls, catalogue: Catalogue, trading: TradingTime, day: date, names: Sequence[str]
    ) -> "Plan":
        bounds = {name: trading.bounds(name, day) for name in names}
        windows = tuple(Window(name, b.start, b.end) for name, b in bounds.items())
        return cls(catalogue, trading, day, windows)

    def cubes(self) -> tuple[Cube, ...]:
        """Return the minute cubes as the oracle knows them."""
        return tuple(
            Cube(
                cube.name,
                "guest"
                if cube.dimension in ("guest", "guests")
                else str(self.catalogue.dimensions[cube.dimension].field),
                tuple(
                    Measure(m.name, m.of, m.kind, m.first_line_only, m.priced)
                    for m in (self.catalogue.measures[name] for name in cube.measures)
                ),
            )
            for cube in self.catalogue.minute_cubes()
        )


@dataclass
class Figures:
    """What one source says. `users`: window -> the best by amount, then id; `partitions`: partition
    -> class -> messages, empty where a source does not know partitions."""

    cells: Cells = field(default_factory=dict)
    users: dict[str, list[User]] = field(default_factory=dict)
    buyers: dict[str, int] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    partitions: dict[int, dict[str, int]] = field(default_factory=dict)


def figures_of(count: Count) -> Figures:
    cells = {cube: dict(found) for cube, found in count.cells.items()}
    users = {
        window: [(u, paid, orders) for u, (paid, orders) in best(found)]
        for window, found in count.users.items()
    }
    buyers = {window: len(found) for window, found in count.users.items()}
    return Figures(cells, users, buyers, dict(count.classes))


def best(users: Mapping[str, Sequence[int]]) -> list[tuple[str, Sequence[int]]]:
    return sorted(users.items(), key=lambda item: (-item[1][0], item[0]))[:TOP]


def from_ledger(folders: Sequence[Path], plan: Plan) -> Figures:
    """Count the ledger by the word of the sender, and check that word against each payload.

    Raises Mismatch naming the first lines whose payload says something else.
    """
    count = Count(plan.cubes(), plan.windows)
    judge = Judge(plan.catalogue.shop.currency)
    wrong: list[str] = []
    try:
        for folder in folders:
            for entry in read_ledger(folder):
                count.add(entry.meaning, entry.line)
                seen = judge.judge(entry.payload, entry.arrived_ms)
                if seen != (entry.meaning, entry.line):
                    wrong.append(f"{folder.name}/{entry.place}: {entry.meaning}, judged {seen[0]}")
    except ValueError as fault:
        raise ConfigurationError(f"the ledger cannot be read: {fault}") from fault
    if wrong:
        raise Mismatch(
            f"{len(wrong)} ledger lines mean one thing and say another: " + "; ".join(wrong[:5])
        )
    return figures_of(count)


def from_kafka(topics: Topics, topic: str, plan: Plan) -> Figures:
    """Read the whole topic again and judge every message; raises ServiceUnavailable."""
    first, end = topics.first_offsets(topic), topics.end_offsets(topic)
    left = {partition for partition in end if first[partition] < end[partition]}
    count = Count(plan.cubes(), plan.windows)
    judge = Judge(plan.catalogue.shop.currency)
    partitions: dict[int, dict[str, int]] = {partition: {} for partition in end}
    if left:
        reader = topics.consumer(topic, first)
        try:
            while left:
                for message in reader.read(READ_AT_ONCE, 1.0):
                    if message.offset < end[message.partition]:
                        meaning, line = judge.judge(message.value, message.arrived_ms)
                        count.add(meaning, line)
                        classes = partitions[message.partition]
                        classes[meaning] = classes.get(meaning, 0) + 1
                    if message.offset + 1 >= end[message.partition]:
                        left.discard(message.partition)
        finally:
            reader.close()
    figures = figures_of(count)
    figures.partitions = partitions
    return figures


def from_redis(
    store: Snapshots, stream: LinkGeneration, plan: Plan, minutes: tuple[int, int]
) -> Figures:
    """Read every cell from `minutes[0]` to `minutes[1]` (epoch), rankings and buyers."""
    figures = Figures(cells={cube.name: {} for cube in plan.cubes()})
    days = range(minutes[0] // 1440 - 2, minutes[1] // 1440 + 3)
    cursors: Mapping[str, int] = {**{str(day): 0 for day in days}, AUDIT: 0}
    day = epoch_day(plan.business_date)
    figures.buyers = {window.name: 0 for window in plan.windows}
    more = True
    while more:
        found = store.changes(stream, cursors)
        cursors, more = found.cursors, found.more
        for row in found.cells:
            if row.cube in figures.cells:
                place = (row.bucket, row.key)
                figures.cells[row.cube][place] = (row.value.n, *row.value.measures)
            elif row.cube == AUDIT:
                figures.partitions.setdefault(row.bucket, {})[row.key] = row.value.n
            elif row.bucket == day and row.cube.removeprefix("buyers_") in figures.buyers:
                figures.buyers[row.cube.removeprefix("buyers_")] += row.value.measures[0]
    for window in plan.windows:
        segments = plan.trading.segments(window.name, plan.business_date)
        rows = store.ranking(stream, USERS, segments, TOP).rows
        ranked = [(row.key, row.measures[0], row.measures[1]) for row in rows]
        figures.users[window.name] = sorted(ranked, key=lambda user: (-user[1], user[0]))
    for classes in figures.partitions.values():
        for name, number in classes.items():
            figures.classes[name] = figures.classes.get(name, 0) + number
    return figures
