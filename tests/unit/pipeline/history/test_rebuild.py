"""Redis gets its cells back: what is written, what is refused, and when it is shown again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from pipeline.catalogue.model import BucketKind, Catalogue, Cube
from pipeline.errors import Refused
from pipeline.history.rebuild import Rebuild, rebuild
from pipeline.jobs.book import Book, Page
from pipeline.stores.history_cells import CellColumns, Scope
from pipeline.stores.memory import MemorySnapshots
from pipeline.trading.windows import TradingTime
from pipeline.trading.zone import Zone
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.past import ArchivePosition
from pipeline.values.streams import GenerationMeta, LinkGeneration
from tests.unit.pipeline.sql.small_catalogue import small_catalogue

if TYPE_CHECKING:
    from pipeline.stores.history_protocol import HistoryReader
    from pipeline.stores.topics import Topics

CATALOGUE = small_catalogue()
TRADING = TradingTime(Zone("Asia/Shanghai"), CATALOGUE.windows)
STREAM = LinkGeneration("A", 4)
NOW_MS = 1_762_862_400_000  # 2025-11-11 20:00 in Shanghai
MINUTE = NOW_MS // 60_000 - 60
DAY = 20_403  # 2025-11-11
META = GenerationMeta(STREAM, CATALOGUE.plan, "orders", 0, {0: 0}, {0: 0}, 0)


class Log:
    def end_offsets(self, topic: str) -> dict[int, int]:
        return {0: 10, 1: 0}

    def first_offsets(self, topic: str) -> dict[int, int]:
        return {0: 0, 1: 0}


@dataclass
class Archive:
    """Answers every cube with one cell, and remembers what it was asked."""

    position: int = 10
    asked: list[tuple[str, Scope]] = field(default_factory=list)

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        return {0: ArchivePosition(self.position, NOW_MS, 0)}

    def cells(self, catalogue: Catalogue, cube: Cube, scope: Scope) -> CellColumns:
        self.asked.append((cube.name, scope))
        if cube.hash_buckets:
            return CellColumns([0, 0, 0], ["ann", "bob", "ann2"], None, [2, 1, 4], [])
        labels = ["GD"] if cube.label_field else None
        bucket = MINUTE if cube.bucket is BucketKind.MINUTE else 0
        measures = [[7 + place] for place in range(len(cube.measures))]
        return CellColumns([bucket], ["k"], labels, [3], measures)


@pytest.fixture
def store() -> MemorySnapshots:
    return MemorySnapshots(CATALOGUE)


@pytest.fixture
def archive() -> Archive:
    return Archive()


@pytest.fixture
def job(store: MemorySnapshots, archive: Archive, tmp_path: Path) -> Rebuild:
    book = Book(tmp_path)
    book.write("A", Page(last=4, active=META))
    return Rebuild(
        link="A",
        catalogue=CATALOGUE,
        trading=TRADING,
        snapshots=store,
        topics=cast("Topics", Log()),
        book=book,
        history=cast("HistoryReader", archive),
        cells=archive,
    )


def quiet(_: str) -> None:
    return None


def cells(store: MemorySnapshots) -> dict[tuple[str, int, str], CellValue]:
    cursors = {"audit": 0, **{str(day): 0 for day in range(DAY - 5, DAY + 5)}}
    found = store.changes(STREAM, cursors, 100_000)
    return {(row.cube, row.bucket, row.key): row.value for row in found.cells}


def test_a_redis_that_forgot_all_has_its_cells_and_its_active_generation_again(
    job: Rebuild, store: MemorySnapshots
) -> None:
    done = rebuild(job, 0, quiet)
    found = cells(store)
    assert found["category", MINUTE, "k"] == CellValue(3, (7, 8, 9, 10, 11, 12))
    assert done.shown
    active = store.active()
    assert active is not None
    assert active.stream == STREAM
    assert store.meta(STREAM) == META


def test_users_of_every_segment_carry_their_label(job: Rebuild, store: MemorySnapshots) -> None:
    rebuild(job, 0, quiet)
    ranking = store.ranking(STREAM, "users", [DAY * 2, DAY * 2 + 1], 5)
    assert [(row.key, row.n, row.label) for row in ranking.rows] == [("k", 6, "GD")]


def test_distinct_buyers_are_shared_out_as_the_live_job_does(
    job: Rebuild, store: MemorySnapshots
) -> None:
    rebuild(job, 0, quiet)
    held = [v for (cube, b, _), v in cells(store).items() if (cube, b) == ("buyers_28H", DAY)]
    assert sum(value.measures[0] for value in held) == 3
    assert sum(value.n for value in held) == 7


def test_a_newer_value_of_the_live_job_stays(job: Rebuild, store: MemorySnapshots) -> None:
    newer = CellValue(5, (70, 8, 9, 10, 11, 12))
    store.write(STREAM, [CellRow("category", MINUTE, "k", newer)])
    rebuild(job, 0, quiet)
    assert cells(store)["category", MINUTE, "k"] == newer


def test_a_second_rebuild_changes_nothing(job: Rebuild) -> None:
    assert rebuild(job, 0, quiet).replaced > 0
    again = rebuild(job, 0, quiet)
    assert (again.replaced, again.shown) == (0, False)


def test_while_the_archive_is_behind_nobody_is_pointed_at_it(
    job: Rebuild, store: MemorySnapshots, archive: Archive
) -> None:
    archive.position = 8
    done = rebuild(job, 0, quiet)
    assert (done.behind, done.shown) == (2, False)
    assert done.replaced > 0
    assert store.active() is None


def test_only_whole_buckets_of_the_days_on_the_wall_are_asked_for(
    job: Rebuild, archive: Archive
) -> None:
    opening = TRADING.bounds("28H", date(2025, 11, 11)).start
    job.book.write("A", Page(last=4, active=replace(META, cells_from_minute=opening)))
    rebuild(job, 0, quiet)
    assert {scope.topic for _, scope in archive.asked} == {"orders"}
    assert min(scope.bounds.start for _, scope in archive.asked) == opening
    days = [scope.bounds for cube, scope in archive.asked if cube == "buyers_28H"]
    assert days[0].start == opening


def test_without_a_generation_there_is_nothing_to_rebuild(job: Rebuild) -> None:
    job.book.write("A", Page())
    with pytest.raises(Refused, match="never had an active generation"):
        rebuild(job, 0, quiet)


def test_another_catalogue_is_refused(job: Rebuild) -> None:
    job.book.write("A", Page(last=4, active=replace(META, plan="other")))
    with pytest.raises(Refused, match="another catalogue"):
        rebuild(job, 0, quiet)
