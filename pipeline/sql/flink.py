"""The SQL of the live job, from the catalogue: pure text, no Flink."""

from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.sql.classify import PROGRESS, joined_view, judged_view, tagged_view, texts_view
from pipeline.sql.local_time import Transitions
from pipeline.sql.source import SourceOptions, source_ddl
from pipeline.sql.touched import (
    AUDIT,
    AUDIT_MEASURES,
    measure_columns,
    measure_sql,
    timed_view,
    touched_view,
)

SINK_FUNCTION = "write_cells"


@dataclass(frozen=True, slots=True)
class CellLayout:
    """How the sink's columns make a cell: the places of a cube's measures among `columns`."""

    columns: tuple[str, ...]
    places: dict[str, tuple[int, ...]]
    labelled: frozenset[str]


@dataclass(frozen=True, slots=True)
class LiveSql:
    """The statements of the live job, in the order they are run; `layout` is for the sink.

    `insert` calls `write_cells(cube, bucket, cell_key, label, n, <layout.columns>)`.
    """

    ddl: tuple[str, ...]
    views: tuple[str, ...]
    insert: str
    layout: CellLayout

    def text(self) -> str:
        """Return all statements as one readable script."""
        return ";\n\n".join([*self.ddl, *self.views, self.insert]) + ";\n"


def live_sql(catalogue: Catalogue, transitions: Transitions, source: SourceOptions) -> LiveSql:
    """Compile the catalogue; `transitions` are the zone's (instant ms, offset ms), ascending."""
    return LiveSql(
        ddl=(source_ddl(source), _done_ddl()),
        views=(
            texts_view(),
            joined_view(),
            judged_view(catalogue.shop.currency),
            tagged_view(),
            timed_view(transitions),
            touched_view(catalogue),
            _cells_view(catalogue),
        ),
        insert=_insert(catalogue),
        layout=_layout(catalogue),
    )


def _done_ddl() -> str:
    return "CREATE TEMPORARY TABLE written (cells INT) WITH ('connector' = 'blackhole')"


def _cells_view(catalogue: Catalogue) -> str:
    """The ONE aggregate. Nothing may filter or join after it: the sink cannot see row kinds."""
    cubes = tuple(catalogue.cubes.values())
    measures = ",\n".join(
        f"  {measure_sql(measure, cubes)} AS `{measure.name}`"
        for measure in measure_columns(catalogue)
    )
    return (
        "CREATE TEMPORARY VIEW aggregated AS SELECT\n"
        "  cube_name, bucket, cell_key,\n"
        "  MAX(label) AS label,\n"
        "  COUNT(*) AS n,\n"
        f"{measures},\n"
        "  MAX(kafka_offset) + 1 AS `position`,\n"
        f"  MAX({PROGRESS}) AS `progress`\n"
        "FROM touched\nGROUP BY cube_name, bucket, cell_key"
    )


def _insert(catalogue: Catalogue) -> str:
    columns = ", ".join(f"`{name}`" for name in _layout(catalogue).columns)
    return (
        "INSERT INTO written SELECT\n"
        f"  {SINK_FUNCTION}(cube_name, bucket, cell_key, label, n, {columns})\n"
        "FROM aggregated"
    )


def _layout(catalogue: Catalogue) -> CellLayout:
    columns = (*(measure.name for measure in measure_columns(catalogue)), *AUDIT_MEASURES)
    places = {
        cube.name: tuple(columns.index(name) for name in cube.measures)
        for cube in catalogue.cubes.values()
    }
    places[AUDIT] = tuple(columns.index(name) for name in AUDIT_MEASURES)
    labelled = frozenset(c.name for c in catalogue.cubes.values() if c.label_field)
    return CellLayout(columns, places, labelled)
