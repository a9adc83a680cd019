"""Two days of a small shop as cells: today's and the one it is compared with."""

from collections.abc import Mapping

import numpy as np

from pipeline.catalogue.alert_rule import AlertRule
from pipeline.catalogue.label import Label
from pipeline.catalogue.load import load_catalogue
from pipeline.catalogue.model import Catalogue
from pipeline.rollup.baseline import Base
from pipeline.trading.comparisons import Span
from pipeline.trading.windows import MinuteRange
from pipeline.values.past import PastStretch, Stretch
from pipeline.values.table import CellTable

CATALOGUE: Catalogue = load_catalogue()
TODAY = MinuteRange(100_000, 100_400)
THEN = MinuteRange(40_000, 40_400)
Sold = Mapping[str, list[int]]  # by key, from the window's start on


def table(sold: Sold, start: int, cube: str = "warehouse", measure: str = "orders") -> CellTable:
    """Return cells in which each key sold so much in each minute."""
    held = CellTable(CATALOGUE)
    names = CATALOGUE.cubes[cube].measures
    for key, minutes in sold.items():
        numbers = np.zeros((len(minutes), 1 + len(names)), np.int64)
        numbers[:, 0] = 1 + np.array(minutes)
        numbers[:, 1 + names.index(measure)] = minutes
        held.fill(cube, start + np.arange(len(minutes)), [key] * len(minutes), numbers)
    return held


def base(sold: Sold, known: int = 400, **where: str) -> Base:
    past = PastStretch(
        Stretch("A", THEN, ()),
        table(sold, THEN.start, **where),
        np.zeros(0, np.int64),
        (),
        THEN.start + known,
        "facts",
    )
    return Base(CATALOGUE, Span(THEN, None, None, None), past, (0,))


def rule(**more: object) -> AlertRule:
    """Return a rule about orders of each warehouse: 5 minutes under 0.6, back above 0.7."""
    values: dict[str, object] = {
        "name": "low",
        "kind": "band",
        "severity": "look",
        "label": Label("{name}", "{name}"),
        "words": Label("", ""),
        "metric": "orders_per_minute",
        "cube": "warehouse",
        "dimension": "warehouse",
        "over": "sum",
        "minutes": 5,
        "low": 600_000,
        "clear_minutes": 5,
        "clear_low": 700_000,
        **more,
    }
    return AlertRule(**values)  # type: ignore[arg-type]
