"""The reading half of history in ClickHouse: stretches as cells, buyers, users, recounts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import Catalogue, Metric
from pipeline.sql import history_queries as queries
from pipeline.sql.history import cells_of_events, first_purchases
from pipeline.sql.history_lines import additive
from pipeline.stores.history_connection import Server
from pipeline.stores.history_migrations import check_version
from pipeline.stores.history_protocol import RAW_COLUMNS
from pipeline.stores.history_recount import counted, recount_of, recount_sql
from pipeline.stores.history_stretches import (
    check_filter,
    closed_window,
    open_pieces,
    whole_until,
)
from pipeline.stores.protocol import RankedRow, Ranking
from pipeline.trading.windows import MinuteRange, TradingTime
from pipeline.values.past import (
    ArchivePosition,
    DayRecord,
    PastStretch,
    Recount,
    Stretch,
    WindowSums,
)
from pipeline.values.table import CellTable


class HistoryReading:
    """`HistoryReader` with ClickHouse. Safe in threads."""

    def __init__(self, server: Server, catalogue: Catalogue, trading: TradingTime) -> None:
        self._server = server
        self._catalogue = catalogue
        self._trading = trading
        self._checked = False
        self._cubes = [cube.name for cube in catalogue.minute_cubes()]
        self._measures = tuple(measure.name for measure in additive(catalogue))

    def days(self, link: str) -> tuple[DayRecord, ...]:
        rows = self._rows(queries.CLOSED_DAYS, {"link": link})
        return tuple(DayRecord(*row) for row in rows)

    def read(self, stretch: Stretch) -> PastStretch:
        check_filter(self._catalogue, stretch)
        closed = self._closed_of(stretch)
        table = CellTable(self._catalogue)
        for piece in open_pieces(stretch, closed, self._trading):
            sql = cells_of_events(self._catalogue, _dimensions(stretch))
            self._fill(table, sql, {**self._scope(stretch, piece), "cubes": self._cubes})
        if closed and not stretch.only:
            days = [record.day for record in closed]
            given = {**self._scope(stretch, stretch.bounds), "cubes": self._cubes, "days": days}
            self._fill(table, queries.fact_cells(self._catalogue), given)
        return replace(self._buyers(stretch, closed), table=table)

    def first_buyers(self, stretch: Stretch) -> PastStretch:
        check_filter(self._catalogue, stretch)
        return self._buyers(stretch, self._closed_of(stretch))

    def top_users(self, stretch: Stretch, until: int, limit: int) -> Ranking:
        check_filter(self._catalogue, stretch)
        sql = queries.best_users(self._catalogue, _dimensions(stretch))
        bounds = MinuteRange(stretch.bounds.start, min(until, stretch.bounds.end))
        rows = self._rows(sql, {**self._scope(stretch, bounds), "limit": limit})
        found = (RankedRow(row[0], row[1], tuple(row[3:]), row[2]) for row in rows)
        return Ranking(tuple(found), proven=True)

    def window_sums(self, day: int, window: str) -> tuple[WindowSums, ...]:
        rows = self._rows(queries.RECOUNTS, {"day": day, "window": window})
        return tuple(_window_sums(row) for row in rows)

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        held = self._progress(link).items()
        return {partition: at for (of, partition), at in held if of == topic}

    def recount(
        self, metric: Metric, stretch: Stretch, until: int, query_id: str, limit_s: float
    ) -> Recount:
        check_filter(self._catalogue, stretch)
        sql = recount_sql(self._catalogue, metric, _dimensions(stretch))
        bounds = MinuteRange(stretch.bounds.start, min(until, stretch.bounds.end))
        given = self._scope(stretch, bounds)
        found = counted(self._rows, sql, given, query_id, limit_s)
        return recount_of(metric, found, sql, given)

    def cancel(self, query_id: str) -> None:
        self._server.run("KILL QUERY WHERE query_id = {id:String} ASYNC", {"id": query_id})

    def raw_events(
        self, link: str, topic: str | None, bounds: MinuteRange | None
    ) -> Iterator[Sequence[Any]]:
        sql = queries.raw_events(RAW_COLUMNS, topic is not None, bounds is not None)
        given: dict[str, Any] = {"link": link}
        if topic is not None:
            given["topic"] = topic
        if bounds is not None:
            given |= {"start": bounds.start, "end": bounds.end}
        for block in self._server.blocks(sql, given):
            yield from block

    def _buyers(self, stretch: Stretch, closed: tuple[DayRecord, ...]) -> PastStretch:
        """Return a stretch with an empty table."""
        whole = not stretch.only and {record.day for record in closed} >= set(stretch.days)
        covered = whole and not open_pieces(stretch, closed, self._trading)
        progress = {} if covered else self._progress(stretch.link)
        return PastStretch(
            stretch=stretch,
            table=CellTable(self._catalogue),
            first_buyers=self._first_buyers(stretch, closed),
            closed=closed,
            until=whole_until(stretch, closed, self._trading, progress),
            origin="facts" if whole else "events",
        )

    def _first_buyers(self, stretch: Stretch, closed: tuple[DayRecord, ...]) -> NDArray[np.int64]:
        window = closed_window(self._catalogue, self._trading, stretch, closed)
        given = self._scope(stretch, stretch.bounds)
        if window is None:
            sql = first_purchases(self._catalogue, _dimensions(stretch))
        else:
            sql = queries.fact_purchases(self._catalogue.cubes[window[0]])
            given = {"link": stretch.link, "cube": window[0], "day": window[1]}
        firsts = np.zeros(len(stretch.bounds), np.int64)
        found = self._columns(sql, given)
        if len(found[0]):
            firsts[found[0].astype(np.int64) - stretch.bounds.start] = found[1]
        return firsts

    def _fill(self, table: CellTable, sql: str, given: Mapping[str, Any]) -> None:
        """Put (cube, minute, key, n, measures) into the table."""
        (names, cubes), minutes, (codes, keys), *numbers = self._columns(sql, given)
        columns = dict(zip(("n", *self._measures), numbers, strict=True))
        texts = np.array(keys, object)
        for cube in self._catalogue.minute_cubes():
            if cube.name not in cubes:
                continue
            rows = np.flatnonzero(names == cubes.index(cube.name))
            cells = np.stack([columns[name][rows] for name in ("n", *cube.measures)], axis=1)
            at = minutes[rows].astype(np.int64)
            table.fill(cube.name, at, texts[codes[rows]].tolist(), cells)

    def _closed_of(self, stretch: Stretch) -> tuple[DayRecord, ...]:
        return tuple(one for one in self.days(stretch.link) if one.day in stretch.days)

    def _progress(self, link: str) -> dict[tuple[str, int], ArchivePosition]:
        rows = self._rows(queries.PROGRESS, {"link": link})
        return {(topic, partition): ArchivePosition(*at) for topic, partition, *at in rows}

    def _scope(self, stretch: Stretch, bounds: MinuteRange) -> dict[str, Any]:
        only = {f"only_{place}": list(keys) for place, (_, keys) in enumerate(stretch.only)}
        return {"link": stretch.link, "start": bounds.start, "end": bounds.end, **only}

    def _rows(self, sql: str, given: Mapping[str, Any], **more: Any) -> list[tuple[Any, ...]]:
        self._check()
        return self._server.rows(sql, given, **more)

    def _columns(self, sql: str, given: Mapping[str, Any]) -> list[Any]:
        self._check()
        return self._server.columns(sql, given)

    def _check(self) -> None:
        if not self._checked:
            check_version(self._server)
            self._checked = True


def _dimensions(stretch: Stretch) -> tuple[str, ...]:
    return tuple(dimension for dimension, _ in stretch.only)


def _window_sums(row: tuple[Any, ...]) -> WindowSums:
    *whole, sums, compared, live = row
    found = tuple(live.items()) if compared else None
    day, window, link, generation, recounted_ms, cause, lines = whole
    return WindowSums(
        day, window, link, generation, recounted_ms, cause, lines, tuple(sums.items()), found
    )
