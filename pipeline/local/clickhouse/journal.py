"""The log of statements: each with its parameters beside it, never inside it.

chDB has no query log, and ClickHouse's own one shows statements with the values put in.
"""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from pipeline.local.clickhouse.asking import Ask

FILE_BYTES, FILES = 8 << 20, 3
LONGEST_TEXT = 8000


class Journal:
    """Writes one JSON object a statement, into files that are replaced as they fill."""

    def __init__(self, file: Path) -> None:
        self._handler = RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILES)

    def write(self, ask: Ask, took_ms: float, rows: int, written: int, code: int) -> None:
        """Add a statement; `code` is ClickHouse's error code, 0 when it went well."""
        line = json.dumps(
            {
                "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                "query_id": ask.query_id,
                "database": ask.database,
                "statement": ask.statement[:LONGEST_TEXT],
                "parameters": {n: v[:LONGEST_TEXT] for n, v in ask.parameters.items()},
                "settings": ask.settings,
                "ms": round(took_ms, 2),
                "rows": rows,
                "written": written,
                "code": code,
            },
            ensure_ascii=False,
        )
        self._handler.handle(logging.makeLogRecord({"msg": line}))

    def close(self) -> None:
        self._handler.close()
