"""The history in memory does what the real one does."""

import pytest

from pipeline.stores.history_memory import MemoryHistory
from tests.unit.pipeline.stores.history_events import CATALOGUE, TRADING
from tests.unit.pipeline.stores.history_suite import HistorySuite


class TestMemoryHistory(HistorySuite):
    @pytest.fixture
    def history(self) -> MemoryHistory:
        store = MemoryHistory(CATALOGUE, TRADING)
        store.migrate()
        return store
