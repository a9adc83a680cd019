"""The writing half of history in ClickHouse: events, progress, facts of a day, closed days."""

import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.errors import ServiceUnavailable
from pipeline.sql import history as statements
from pipeline.sql import history_queries as queries
from pipeline.stores.history_migrations import SIDE, migrate
from pipeline.stores.history_protocol import EVENT_COLUMNS
from pipeline.stores.history_reading import HistoryReading
from pipeline.trading.windows import MinuteRange, date_of
from pipeline.values.past import ArchivePosition, DayRecord, WindowSums

# One insert is one part. Ten thousand to a hundred thousand events are a good one; more are cut.
MOST_EVENTS_OF_AN_INSERT = 200_000
# Parts of one partition: ClickHouse itself begins to wait at 1000 and refuses at 3000.
SLOW_FROM_PARTS = 300
REFUSE_FROM_PARTS = 1500
LOOK_AT_PARTS_EVERY_S = 10.0
_INTEGERS = {
    name: pa.int64()
    for name in ("line_no", "event_ms", "quantity", "amount_cents", "offset", "arrived_ms")
} | {"generation": pa.int64(), "minute": pa.uint32(), "partition": pa.int32()}


class HistoryWriting(HistoryReading):
    """`HistoryWriter` with ClickHouse. Safe in threads; one process builds a day at a time."""

    _events_ttl_days: int | None = None
    _parts_seen_at = -LOOK_AT_PARTS_EVERY_S

    def migrate(self) -> tuple[str, ...]:
        return migrate(self._server, self._catalogue, self._events_ttl_days)

    def insert_events(self, columns: Mapping[str, Sequence[Any]]) -> None:
        table = pa.table({name: _arrow(name, columns[name]) for name in EVENT_COLUMNS})
        self._mind_the_parts()
        for first in range(0, table.num_rows, MOST_EVENTS_OF_AN_INSERT):
            self._server.insert_arrow("events", table.slice(first, MOST_EVENTS_OF_AN_INSERT))

    def put_progress(self, link: str, topic: str, positions: Mapping[int, ArchivePosition]) -> None:
        rows = [
            [link, topic, partition, at.position, at.progress_ms, at.written_ms]
            for partition, at in positions.items()
        ]
        names = ["link", "topic", "partition", "position", "progress_ms", "written_ms"]
        if rows:
            self._server.insert("archive_progress", rows, names)

    def days_with_events(
        self, link: str, bounds: MinuteRange, topic: str | None = None
    ) -> Mapping[int, int]:
        given = {"link": link, "start": bounds.start, "end": bounds.end}
        more = {} if topic is None else {"topic": topic}
        return dict(self._rows(queries.days_with_events(bool(more)), {**given, **more}))

    def build_facts(
        self, link: str, day: int, bounds: MinuteRange, cubes: Sequence[str] | None = None
    ) -> int:
        self._mind_the_parts()
        side = f"{SIDE}{secrets.token_hex(6)}"
        self._server.run(f"CREATE TABLE {side} AS facts")
        try:
            self._fill_side(side, link, day, bounds, cubes)
            filled = self._rows(f"SELECT count() FROM {side}", {})[0][0]
            put = statements.put_in_place(side) if filled else statements.DROP_DAY
            self._server.run(put, {"link": link, "day": day})
        finally:
            self._server.run(f"DROP TABLE IF EXISTS {side}")
        given = {"link": link, "start": bounds.start, "end": bounds.end}
        return int(self._rows(queries.LINES, given)[0][0])

    def fact_sums(
        self, link: str, day: int, bounds: MinuteRange, from_events: bool
    ) -> Mapping[str, Mapping[str, int]]:
        found = self._event_sums(link, day, bounds) if from_events else self._fact_sums(link, day)
        cubes = (
            *self._catalogue.minute_cubes(),
            *statements.window_cubes(self._catalogue),
        )
        return {
            cube.name: {n: found.get(cube.name, {}).get(n, 0) for n in ("n", *cube.measures)}
            for cube in cubes
        }

    def line_sums(self, link: str, bounds: MinuteRange) -> Mapping[str, int]:
        given = {"link": link, "start": bounds.start, "end": bounds.end}
        row = self._rows(queries.line_sums(self._catalogue), given)[0]
        return dict(zip(("n", *self._measures), row, strict=True))

    def next_generation(self) -> int:
        return int(self._rows(queries.LATEST_GENERATION, {})[0][0]) + 1

    def close_day(self, record: DayRecord, sums: Sequence[WindowSums]) -> None:
        # The recounts first: who sees the day closed finds what it was closed with.
        rows = [
            [
                *(one.day, one.window, one.link, one.generation, one.recounted_ms),
                *(one.cause, one.lines, dict(one.sums)),
                *(int(one.live is not None), dict(one.live or ())),
            ]
            for one in sums
        ]
        if rows:
            names = "day window link generation recounted_ms cause lines sums compared live"
            self._server.insert("recounts", rows, names.split())
        row = [record.day, record.link, record.generation, record.recounted_ms]
        names = "day link generation recounted_ms cause lines"
        self._server.insert("day_link", [[*row, record.cause, record.lines]], names.split())

    def _fill_side(
        self, side: str, link: str, day: int, bounds: MinuteRange, cubes: Sequence[str] | None
    ) -> None:
        windows = statements.window_cubes(self._catalogue)
        wanted = [*self._cubes, *(cube.name for cube in windows)] if cubes is None else list(cubes)
        given = {"link": link, "day": day, "start": bounds.start, "end": bounds.end}
        minute_cubes = [name for name in wanted if name in self._cubes]
        if minute_cubes:
            sql = statements.build_cells(self._catalogue, side)
            self._server.run(sql, {**given, "cubes": minute_cubes})
        for cube in (cube for cube in windows if cube.name in wanted):
            inside = self._trading.bounds(str(cube.window), date_of(day))
            given |= {"start": inside.start, "end": inside.end, "cube": cube.name}
            self._server.run(statements.build_buyers(self._catalogue, cube, side), given)
        if cubes is not None:
            sql = statements.keep_cubes(self._catalogue, side)
            self._server.run(sql, {"link": link, "day": day, "cubes": wanted})

    def _fact_sums(self, link: str, day: int) -> dict[str, dict[str, int]]:
        names = ("n", *statements.fact_measures(self._catalogue))
        sql = queries.fact_sums(self._catalogue)
        rows = self._rows(sql, {"link": link, "day": day})
        return {row[0]: dict(zip(names, map(int, row[1:]), strict=True)) for row in rows}

    def _event_sums(self, link: str, day: int, bounds: MinuteRange) -> dict[str, dict[str, int]]:
        names = ("n", *self._measures)
        given: dict[str, Any] = {"link": link, "start": bounds.start, "end": bounds.end}
        sql = queries.event_sums(self._catalogue)
        rows = self._rows(sql, {**given, "cubes": self._cubes})
        found = {row[0]: dict(zip(names, map(int, row[1:]), strict=True)) for row in rows}
        for cube in statements.window_cubes(self._catalogue):
            inside = self._trading.bounds(str(cube.window), date_of(day))
            given |= {"start": inside.start, "end": inside.end}
            sql = queries.buyers_of_events(self._catalogue, cube)
            buyers = int(self._rows(sql, given)[0][0])
            found[cube.name] = {"n": buyers, cube.measures[0]: buyers}
        return found

    def _mind_the_parts(self) -> None:
        """Wait for merges, or refuse, before ClickHouse has to. Looks now and then only."""
        now = time.monotonic()
        if now - self._parts_seen_at < LOOK_AT_PARTS_EVERY_S:
            return
        self._parts_seen_at = now
        rows = self._rows(queries.MOST_PARTS, {"db": self._server.database})
        parts = int(rows[0][0])
        if parts >= REFUSE_FROM_PARTS:
            raise ServiceUnavailable(
                f"ClickHouse at {self._server.address} has {parts} parts in one partition "
                f"(limit {REFUSE_FROM_PARTS}): wait until it has merged them, or send larger "
                "batches"
            )
        if parts >= SLOW_FROM_PARTS:
            time.sleep(min(2.0, parts / SLOW_FROM_PARTS - 0.5))
            self._parts_seen_at = -LOOK_AT_PARTS_EVERY_S  # look again before the next one


def _arrow(name: str, values: Sequence[Any]) -> Any:
    """Return a column as pyarrow has it."""
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values
    kind = _INTEGERS.get(name, pa.string())
    if isinstance(values, np.ndarray) and kind != pa.string():
        return pa.array(values.astype(np.int64)).cast(kind)
    return pa.array(values, kind)
