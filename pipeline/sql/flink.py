"""The SQL of the live job, from the catalogue: pure text, no Flink."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.catalogue.model import Catalogue
from pipeline.sql.classify import joined_view, judged_view, tagged_view, texts_view
from pipeline.sql.local_time import Transitions
from pipeline.sql.source import SourceOptions, literal, source_ddl
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
class LiveSql:
    """The statements of the live job, in the order they are run.

    `insert` calls `write_cells(place, cell_key, cell)`: `cube:bucket` and `CellValue.encode()`.
    """

    ddl: tuple[str, ...]
    views: tuple[str, ...]
    insert: str

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
            _aggregated_view(catalogue),
            _emitted_view(catalogue),
        ),
        insert=f"INSERT INTO written SELECT {SINK_FUNCTION}(place, cell_key, cell) FROM emitted",
    )


def _done_ddl() -> str:
    return "CREATE TEMPORARY TABLE written (cells INT) WITH ('connector' = 'blackhole')"


def _aggregated_view(catalogue: Catalogue) -> str:
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
        "  MAX(progress) AS `progress`\n"
        "FROM touched\nGROUP BY cube_name, bucket, cell_key"
    )


def _emitted_view(catalogue: Catalogue) -> str:
    """Write each cell as Redis stores it, so that Python formats nothing and gets three columns."""
    texts: dict[str, list[str]] = {}
    for cube in catalogue.cubes.values():
        text = _cell_text(cube.measures, labelled=cube.label_field is not None)
        texts.setdefault(text, []).append(cube.name)
    texts.setdefault(_cell_text(AUDIT_MEASURES, labelled=False), []).append(AUDIT)
    # The text that most cubes have comes last, where it needs no comparison.
    *others, usual = sorted(texts, key=lambda text: len(texts[text]))
    whens = "".join(
        f"    WHEN cube_name IN ({', '.join(map(literal, texts[text]))})\n      THEN {text}\n"
        for text in others
    )
    cell = f"CASE\n{whens}    ELSE {usual}\n  END" if whens else usual
    return (
        "CREATE TEMPORARY VIEW emitted AS SELECT\n"
        "  CONCAT(cube_name, ':', CAST(bucket AS STRING)) AS place,\n"
        f"  cell_key,\n  {cell} AS cell\nFROM aggregated"
    )


def _cell_text(measures: Sequence[str], *, labelled: bool) -> str:
    """Return SQL of `CellValue.encode()`."""
    numbers = ", ".join(f"CAST({name} AS STRING)" for name in ("n", *(f"`{m}`" for m in measures)))
    joined = f"CONCAT_WS(',', {numbers})"
    return f"CONCAT({joined}, '|', label)" if labelled else joined
