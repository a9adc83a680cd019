from collections.abc import Mapping

from app.freshness import Health
from app.windows import Blocks, emptiness, not_known
from pipeline.rollup.protocol import Minutes
from pipeline.trading.windows import MinuteRange
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.table import CellTable
from tests.unit.app.sample_catalogue import catalogue

OPEN = MinuteRange(1000, 1240)
NOW = 1100 * 60_000


def health(as_of: int | None = NOW, pending: int | None = 0, now: int = NOW) -> Health:
    return Health(as_of, now, 1.0, redis=True, active=True, read=True, pending=pending)


def test_before_anything_was_read_a_total_is_not_zero() -> None:
    assert not_known({"shape": "total", "value": 0}) == {"shape": "total", "value": None}
    ranking = {"shape": "ranking", "rows": [], "total": 0}
    assert not_known(ranking) == {"shape": "ranking", "rows": [], "total": None}


def test_a_window_with_lines_is_not_empty() -> None:
    assert emptiness(OPEN, 1, health()) is None


def test_a_window_without_lines_says_when_it_opens_or_that_no_order_came() -> None:
    early = emptiness(OPEN, 0, health(now=999 * 60_000))
    assert early is not None
    assert (early.reason, early.params) == ("not_open", {"opens": 1000})
    quiet = emptiness(OPEN, 0, health())
    assert quiet is not None
    assert (quiet.name, quiet.reason) == ("empty", "no_orders")


def test_no_orders_is_not_said_while_some_may_be_waiting() -> None:
    for pending in (None, 5):
        state = emptiness(OPEN, 0, health(as_of=None, pending=pending))
        assert state is not None
        assert (state.name, state.reason) == ("loading", "catching_up")


def test_windows_share_one_copy_of_what_they_have_in_common() -> None:
    asked: list[tuple[int, int]] = []
    table = CellTable(catalogue())
    assert table.put(CellRow("category", 60, "phones", CellValue(2, (300,))))

    class Watched:
        def block(self, cube: str, start: int, end: int) -> Minutes:
            asked.append((start, end))
            return table.block(cube, start, end)

        def bucket(self, cube: str, bucket: int) -> Mapping[str, CellValue]:
            return table.bucket(cube, bucket)

    blocks = Blocks(Watched(), [MinuteRange(50, 70), MinuteRange(58, 90)])
    for start, end in ((50, 70), (58, 90), (60, 61)):
        shared, own = blocks.block("category", start, end), table.block("category", start, end)
        assert (shared.keys, shared.measures) == (own.keys, own.measures)
        assert (shared.values == own.values).all()
        assert (shared.lines == own.lines).all()
    assert asked == [(50, 90)]
    assert blocks.block("category", 0, 60).lines.sum() == 0
    assert asked == [(50, 90), (0, 60)]
