"""The SQL of the archive job: the live job's reading and classes, and no aggregate; pure text."""

from dataclasses import dataclass

from pipeline.sql.classify import (
    COUNTED,
    PROGRESS,
    joined_view,
    judged_view,
    tagged_view,
    texts_view,
)
from pipeline.sql.source import SourceOptions, source_ddl

ARCHIVE_FUNCTION = "write_events"

# The fields of an event as the archive keeps them; nothing of them travels with a refused row,
# whose texts may be of any length.
_TEXTS = (
    "event_id", "kind", "order_id", "user_id", "gender", "category", "brand", "sku",
    "warehouse_id", "province",
)  # fmt: skip
_NUMBERS = {
    "line_no": "line_no",
    "event_ms": "event_ms",
    "minute": "event_ms / 60000",
    "quantity": "quantity",
    "amount_cents": "amount_cents",
}
# What every row carries, counted or not.
_ALWAYS = {
    "class": "class",
    "partition": "kafka_partition",
    "offset": "kafka_offset",
    "arrived_ms": "arrived_ms",
    "progress": PROGRESS,
}
_NO_TEXT = "''"
ARCHIVE_COLUMNS = (*_ALWAYS, *_TEXTS, *_NUMBERS)


@dataclass(frozen=True, slots=True)
class ArchiveSql:
    """The statements of the archive job, in the order they are run.

    `insert` calls `write_events(<ARCHIVE_COLUMNS>)`, a row for every row that was read.
    """

    ddl: tuple[str, ...]
    views: tuple[str, ...]
    insert: str

    def text(self) -> str:
        """Return all statements as one readable script."""
        return ";\n\n".join([*self.ddl, *self.views, self.insert]) + ";\n"


def archive_sql(currency: str, source: SourceOptions) -> ArchiveSql:
    """Compile the job of a shop whose orders are in `currency`."""
    columns = ", ".join(f"`{name}`" for name in ARCHIVE_COLUMNS)
    return ArchiveSql(
        ddl=(
            source_ddl(source),
            "CREATE TEMPORARY TABLE written (events INT) WITH ('connector' = 'blackhole')",
        ),
        views=(
            texts_view(),
            joined_view(),
            judged_view(currency),
            tagged_view(),
            _archived_view(),
        ),
        insert=f"INSERT INTO written SELECT\n  {ARCHIVE_FUNCTION}({columns})\nFROM archived",
    )


def _archived_view() -> str:
    always = [f"  {given} AS `{name}`" for name, given in _ALWAYS.items()]
    texts = [f"  {_if_counted(f'`{name}`', _NO_TEXT)} AS `{name}`" for name in _TEXTS]
    numbers = [f"  {_if_counted(given, '0')} AS `{name}`" for name, given in _NUMBERS.items()]
    columns = ",\n".join([*always, *texts, *numbers])
    return f"CREATE TEMPORARY VIEW archived AS SELECT\n{columns}\nFROM tagged"


def _if_counted(given: str, otherwise: str) -> str:
    return f"CASE WHEN class = '{COUNTED}' THEN {given} ELSE {otherwise} END"
