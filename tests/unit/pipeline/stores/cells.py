"""A catalogue and cells for the tests of the stores."""

from collections.abc import Mapping

from pipeline.catalogue.label import Label
from pipeline.catalogue.model import BucketKind, Catalogue, Cube, Shop, WindowDefinition
from pipeline.values.cells import CellRow, CellValue
from pipeline.values.streams import LinkGeneration

_L = Label("词", "word")
STREAM = LinkGeneration("A", 3)
NEXT = LinkGeneration("A", 4)
KEEP = 10
DAY = 20_000  # epoch day
MINUTE = DAY * 1440
SEGMENT = DAY * 2
WINDOWS = {
    "4H": WindowDefinition("4H", -240, 0, _L),
    "24H": WindowDefinition("24H", 0, 1440, _L),
    "28H": WindowDefinition("28H", -240, 1440, _L),
}


def catalogue(windows: Mapping[str, WindowDefinition] = WINDOWS) -> Catalogue:
    """Return a catalogue of a minute cube, ranked users, and buyers of one window."""
    cubes = (
        Cube("category", BucketKind.MINUTE, "category", ("paid_amount", "orders")),
        Cube("gender", BucketKind.MINUTE, "gender", ("paid_amount",)),
        Cube("users", BucketKind.SEGMENT, "user", ("paid_amount", "orders"), keep=KEEP),
        Cube("buyers_28H", BucketKind.WINDOW, "user_hash", ("buyers",), window="28H"),
    )
    return Catalogue(
        shop=Shop("Asia/Shanghai", "CNY", "¥", 2, ("zh", "en"), "28H", _L, _L),
        windows=windows,
        dimensions={},
        measures={},
        cubes={cube.name: cube for cube in cubes},
        metrics={},
        plan="of-tests",
    )


def row(cube: str, bucket: int, key: str, *numbers: int, label: str | None = None) -> CellRow:
    """Return a cell of `numbers` n, measures."""
    return CellRow(cube, bucket, key, CellValue(numbers[0], numbers[1:], label))


def user(key: str, paid: int, segment: int = SEGMENT, n: int | None = None) -> CellRow:
    """Return a user's total; n grows with what was paid unless given."""
    return row("users", segment, key, n or paid + 1, paid, 1, label="广东")
