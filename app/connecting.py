"""Which Redis the screen reads, and how often one that does not answer is asked.

A turn of the poller must end in time for the next tick whatever Redis does: its answers are waited
for briefly, and after a failure one short question a second decides whether it is back.
"""

import threading

from pipeline.catalogue.model import Catalogue
from pipeline.clock import Clock
from pipeline.errors import ConfigurationError, ServiceUnavailable
from pipeline.settings import Settings
from pipeline.stores.history import ClickHouseHistory
from pipeline.stores.history_protocol import HistoryReader
from pipeline.stores.protocol import Snapshots
from pipeline.stores.snapshots import RedisSnapshots
from pipeline.trading.windows import TradingTime

ANSWER_S = 0.8  # a whole day, the longest answer, takes below 0.2 s; with it a tick is still a tick
QUESTION_S = 0.2
RETRY_MS = 1000


class Connecting:
    """Gives the store of the Redis that is named now: our parts move with each start.

    Called at first and after each failure. The same store comes back while its address stays.
    """

    def __init__(self, settings: Settings, catalogue: Catalogue, clock: Clock) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._clock = clock
        self._url: str | None = None
        self._store: Snapshots | None = None
        self._question: Snapshots | None = None
        self._asked_ms: int | None = None

    def __call__(self) -> Snapshots:
        """Raises ConfigurationError without an address, ServiceUnavailable without an answer."""
        now = self._clock.now_ms()
        if self._asked_ms is not None and 0 <= now - self._asked_ms < RETRY_MS:
            raise ServiceUnavailable("Redis did not answer and is asked again in a second")
        self._asked_ms = now
        url = Settings(**self._settings.model_dump()).endpoint("redis_url")
        if url != self._url or self._store is None or self._question is None:
            self._store = RedisSnapshots(url, self._catalogue, ANSWER_S)
            self._question = RedisSnapshots(url, self._catalogue, QUESTION_S)
            self._url = url
        self._question.active()
        return self._store


class ConnectingHistory:
    """Gives the history of the ClickHouse that is named now; None when none is. Thread-safe."""

    def __init__(self, settings: Settings, catalogue: Catalogue, trading: TradingTime) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._trading = trading
        self._lock = threading.Lock()
        self._place: tuple[str, str] | None = None
        self._history: HistoryReader | None = None

    def __call__(self) -> HistoryReader | None:
        settings = Settings(**self._settings.model_dump())
        try:
            place = settings.endpoint("clickhouse_url"), settings.history_database
        except ConfigurationError:
            return None
        with self._lock:
            if place != self._place:
                self._history = ClickHouseHistory(*place, self._catalogue, self._trading)
                self._place = place
            return self._history
