"""The store in memory passes the suite of the real one."""

from collections.abc import Callable

import pytest

from pipeline.stores.memory import MemorySnapshots
from tests.unit.pipeline.stores.cells import catalogue
from tests.unit.pipeline.stores.snapshot_suite import SnapshotSuite


class TestMemorySnapshots(SnapshotSuite):
    @pytest.fixture
    def store(self) -> MemorySnapshots:
        return MemorySnapshots(catalogue())

    @pytest.fixture
    def lose_everything(self, store: MemorySnapshots) -> Callable[[], None]:
        return store.flush
