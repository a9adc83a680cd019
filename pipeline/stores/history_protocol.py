"""What history can be asked and told; `history` does it with ClickHouse, `history_memory` in tests.

Every call waits a limited time and raises ServiceUnavailable when history is away or too slow,
ConfigurationError when it is not ours or newer than this program.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from pipeline.catalogue.model import Metric
from pipeline.stores.protocol import Ranking
from pipeline.trading.windows import MinuteRange
from pipeline.values.past import (
    ArchivePosition,
    DayRecord,
    PastStretch,
    Recount,
    Stretch,
    WindowSums,
)

# The columns of an event in the archive, in this order: the event's own fields (missing text: ""),
# its minute (epoch, UTC), and where and when it came. Integers are int64, the rest text.
EVENT_COLUMNS = (
    "link", "minute", "event_id", "kind", "order_id", "line_no", "event_ms", "user_id", "gender",
    "category", "brand", "sku", "warehouse_id", "province", "quantity", "amount_cents",
    "topic", "partition", "offset", "arrived_ms", "generation",
)  # fmt: skip

# What `raw_events` gives of an event, in this order: enough to count everything again.
RAW_COLUMNS = (
    "event_id", "kind", "order_id", "line_no", "event_ms", "user_id", "gender", "category",
    "brand", "warehouse_id", "province", "quantity", "amount_cents",
)  # fmt: skip


class HistoryReader(Protocol):
    """The screen's half."""

    def days(self, link: str) -> tuple[DayRecord, ...]:
        """Return the closed days, ascending."""

    def read(self, stretch: Stretch) -> PastStretch:
        """Return the cells of a stretch: from facts where its days are closed, else from events."""

    def first_buyers(self, stretch: Stretch) -> PastStretch:
        """Return a stretch with an empty table: `first_buyers` and `until` only, from events."""

    def top_users(self, stretch: Stretch, until: int, limit: int) -> Ranking:
        """Return the best users by paid amount (then id) up to minute `until`; measures of `users`.

        The label is the province of the user's latest line.
        """

    def window_sums(self, day: int, window: str) -> tuple[WindowSums, ...]:
        """Return all recounts of a window of a business date, the earliest first."""

    def progress(self, link: str, topic: str) -> Mapping[int, ArchivePosition]:
        """Return how far the archive has come, by partition."""

    def recount(
        self, metric: Metric, stretch: Stretch, until: int, query_id: str, limit_s: float
    ) -> Recount:
        """Count a metric of shape `total` again from raw events; Refused when it takes longer."""

    def cancel(self, query_id: str) -> None:
        """Stop a recount that runs; nothing when it is over."""

    def raw_events(
        self, link: str, topic: str | None, bounds: MinuteRange | None
    ) -> Iterable[Sequence[Any]]:
        """Return every archived event once, as RAW_COLUMNS; of one topic and some minutes or all.

        For the proof and for tests: nothing is summed on the way.
        """


class HistoryWriter(Protocol):
    """The pipeline's half."""

    def migrate(self) -> tuple[str, ...]:
        """Create or bring up to date the database; return what was done, nothing the next time."""

    def insert_events(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add events, all of EVENT_COLUMNS, equally long. Repeats of an event change nothing.

        Values may be numpy arrays, lists or pyarrow arrays. The lowest offset of an id wins.
        """

    def put_progress(self, link: str, topic: str, positions: Mapping[int, ArchivePosition]) -> None:
        """Note how far the archive has come; a lower position than the one held is ignored."""

    def days_with_events(
        self, link: str, bounds: MinuteRange, topic: str | None = None
    ) -> Mapping[int, int]:
        """Return UTC epoch day -> events (before merging) of the minutes asked for.

        Of one topic only, when it is named.
        """

    def build_facts(
        self, link: str, day: int, bounds: MinuteRange, cubes: Sequence[str] | None = None
    ) -> int:
        """Make the facts of a local day (its minutes: `bounds`) anew from its events, atomically.

        Of all cubes or some; the others stay as they are. Return the lines in it.
        """

    def fact_sums(
        self, link: str, day: int, bounds: MinuteRange, from_events: bool
    ) -> Mapping[str, Mapping[str, int]]:
        """Return cube -> measure (and `n`) -> sum over a day, as facts say or as events would."""

    def line_sums(self, link: str, bounds: MinuteRange) -> Mapping[str, int]:
        """Return `n` and every measure that is a sum of lines, of the events of some minutes."""

    def next_generation(self) -> int:
        """Return the number of the next recount."""

    def close_day(self, record: DayRecord, sums: Sequence[WindowSums]) -> None:
        """Record a recount: from now on the day is read from the facts."""
