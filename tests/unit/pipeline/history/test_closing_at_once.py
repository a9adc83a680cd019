"""Two that close days at the same time: `close` and `backfill` know nothing of each other."""

from typing import Any

import numpy as np
import pytest

from pipeline.clock import ManualClock
from pipeline.history.closing import Closing
from pipeline.stores.history_memory import MemoryHistory
from pipeline.trading.windows import date_of
from pipeline.values.past import Stretch
from tests.unit.pipeline.stores.history_events import CATALOGUE, DAY, TRADING, columns, order_line

WINDOW = TRADING.bounds("28H", date_of(DAY))
IN_THE_DAY = WINDOW.end - 60


def test_buyers_of_a_day_that_was_counted_while_its_eve_was_filled_come_from_events(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    history = MemoryHistory(CATALOGUE, TRADING)
    closing = Closing(history, CATALOGUE, TRADING, "A", "orders", ManualClock(77))
    history.insert_events(columns([order_line(IN_THE_DAY, "1")]))
    build = history.build_facts

    def build_while_another_fills_the_eve(*asked: Any) -> int:
        monkeypatch.undo()
        lines = build(*asked)
        history.insert_events(columns([order_line(WINDOW.start, "2")]))
        closing.close(DAY - 1, "backfill")
        return lines

    monkeypatch.setattr(history, "build_facts", build_while_another_fills_the_eve)
    closing.close(DAY)
    found = history.first_buyers(Stretch("A", WINDOW, (DAY - 1, DAY)))
    assert np.flatnonzero(found.first_buyers).tolist() == [0]
