"""A small feed with the corners of the real one, and its mapping."""

from datetime import datetime
from pathlib import Path

from pipeline.mapping.load import load_mapping
from pipeline.mapping.model import Mapping
from pipeline.replay.feed import Columns
from pipeline.replay.lines import Lines
from pipeline.replay.mapping import PACKAGED

NAMES = ("InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
NOON = datetime(2011, 11, 25, 12, 0)  # noqa: DTZ001 - a naive local time, as the file has it
ROWS = (
    ("1", "A", 3, NOON, 1.005, 13085, "United Kingdom"),
    ("1", "A", 3, NOON, 1.005, 13085, "United Kingdom"),  # an exact double: a line of its own
    ("1", "B", 1, NOON, 0.001, 13085, "EIRE"),
    ("C2", "A", -1, NOON, 2.5, None, "Unspecified"),
    ("3", "B", -7, NOON, 0.0, None, "Channel Islands"),  # a write-off
    ("A4", "B", 1, NOON, -53594.36, None, "United Kingdom"),  # bad debt
    ("C5", "M", 1, NOON, 373.57, 14156, "EIRE"),  # a charge, in spite of its C
    ("6", "Z", 0, NOON, 9.0, 1, "EIRE"),
)
ONLINE_RETAIL = PACKAGED["online_retail_2"]


def columns(rows: tuple[tuple[object, ...], ...] = ROWS) -> Columns:
    return {name: [row[place] for row in rows] for place, name in enumerate(NAMES)}


def lines(rows: tuple[tuple[object, ...], ...] = ROWS, mapping: Mapping | None = None) -> Lines:
    return Lines(mapping or load_mapping(ONLINE_RETAIL), columns(rows), "run")


def mapping_file(folder: Path, text: str) -> Path:
    path = folder / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    return path
