"""The file of a feed: its rows as columns, and the name that its content gives a run."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.json
import pyarrow.parquet

from pipeline.errors import ConfigurationError, Faults
from pipeline.mapping.model import Mapping

# The schema of a parquet file alone tells its columns; the other kinds are read whole.
_READERS: dict[str, Callable[[Path], Any]] = {
    ".parquet": pa.parquet.ParquetFile,
    ".csv": pa.csv.read_csv,
    ".json": pa.json.read_json,
    ".jsonl": pa.json.read_json,
    ".ndjson": pa.json.read_json,
}

Columns = dict[str, list[Any]]


def read_columns(path: Path, mapping: Mapping) -> Columns:
    """Return the columns that the mapping asks for, in the order of the file.

    Raises ConfigurationError for a file that cannot be read, Faults naming each missing column.
    """
    wanted = list(columns_of(mapping))
    table = _read(path, mapping, wanted)
    return {column: table.column(column).to_pylist() for column in wanted}


def read_ends(path: Path, mapping: Mapping) -> tuple[Any, Any]:
    """Return the first and the last time of a feed as written, (None, None) of an empty one.

    Quick where the file keeps columns apart; raises as `read_columns`.
    """
    column = str(mapping.time)
    times = _read(path, mapping, [column]).column(column)
    ends = pa.compute.min_max(times)
    return ends["min"].as_py(), ends["max"].as_py()


def columns_of(mapping: Mapping) -> dict[str, str]:
    """Return column -> the entry that asks for it; a column is a path of one step."""
    found: dict[str, str] = {}
    for entry, place in mapping.places():
        if place.path:
            found.setdefault(str(place), entry)
    return found


def _read(path: Path, mapping: Mapping, columns: list[str]) -> Any:
    """Return the columns as a table, after a look whether the file has all that are mapped."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        raise ConfigurationError(f"{path}: not one of {', '.join(_READERS)}")
    try:
        found = reader(path)
        parquet = isinstance(found, pa.parquet.ParquetFile)
        names = found.schema_arrow.names if parquet else found.column_names
        _refuse_missing(path, mapping, names)
        return found.read(columns) if parquet else found.select(columns)
    except (OSError, pa.ArrowException) as fault:
        raise ConfigurationError(f"{path} cannot be read: {fault}") from fault


def _refuse_missing(path: Path, mapping: Mapping, names: list[str]) -> None:
    missing = [
        f"{path} has no column {column!r}, which {entry} asks for"
        for column, entry in columns_of(mapping).items()
        if column not in names
    ]
    if missing:
        raise Faults("replay", missing)


def run_name(*contents: Path | str) -> str:
    """Return 12 hex digits that change with the file, the mapping or the shift of dates."""
    digest = hashlib.sha256()
    for content in contents:
        if isinstance(content, str):
            digest.update(content.encode("utf-8"))
        else:
            with content.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
