"""History in ClickHouse: a real server or the embedded one, which speak alike."""

from pipeline.catalogue.model import Catalogue, Cube
from pipeline.sql.rebuild import cells_query
from pipeline.stores.history_cells import CellColumns, Scope
from pipeline.stores.history_connection import BUILD_TIMEOUT_S, Server
from pipeline.stores.history_writing import HistoryWriting
from pipeline.trading.windows import TradingTime

__all__ = ["ClickHouseHistory"]


class ClickHouseHistory(HistoryWriting):
    """`HistoryReader`, `HistoryWriter` and `EventCells`. Connects on first use; safe in threads.

    `events_ttl_days`: what `migrate` sets; 0 keeps all events, None leaves it as it is.
    """

    def __init__(
        self,
        url: str,
        database: str,
        catalogue: Catalogue,
        trading: TradingTime,
        events_ttl_days: int | None = None,
    ) -> None:
        super().__init__(Server(url, database), catalogue, trading)
        self._events_ttl_days = events_ttl_days

    def cells(self, catalogue: Catalogue, cube: Cube, scope: Scope) -> CellColumns:
        """Return the live cells of a cube as the archived events make them."""
        given = {
            "link": scope.link,
            "topic": scope.topic,
            "start": scope.bounds.start,
            "end": scope.bounds.end,
        }
        rows = self._rows(cells_query(catalogue, cube), given, seconds=BUILD_TIMEOUT_S)
        if not rows:
            measures = [name for name in cube.measures if not catalogue.measures[name].distinct]
            return CellColumns([], [], [] if cube.label_field else None, [], [[] for _ in measures])
        buckets, keys, labels, n, *measured = map(list, zip(*rows, strict=True))
        return CellColumns(buckets, keys, labels if cube.label_field else None, n, measured)
