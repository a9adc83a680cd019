"""Runs what was asked on a connection and makes the bytes of the answer."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from pipeline.local.clickhouse.asking import Ask
from pipeline.local.clickhouse.faults import READONLY, SYNTAX_ERROR, QueryFault, fault
from pipeline.local.clickhouse.link import Link, Rows, named
from pipeline.local.clickhouse.statement import STREAMED, Ending, named_format, writes_a_file

HELD_BYTES = 32 << 20


@dataclass
class Answer:
    """Blocks of an answer, the first ones made already; numbers grow while it is read."""

    blocks: Iterator[bytes]
    format: str | None
    complete: bool
    rows: int = 0
    read: int = 0
    bytes: int = 0
    written: int = 0
    written_bytes: int = 0
    began_ns: int = field(default_factory=time.monotonic_ns)


def answer(link: Link, ask: Ask) -> Answer:
    """Run the statement; raises QueryFault. What is read comes as the caller reads it."""
    link.prepare(ask.settings, ask.database)
    if ask.insert is not None:
        _refuse(ask.read_only, READONLY, "GET only reads", "READONLY")
        data = chain((ask.insert.data,) if ask.insert.data else (), ask.pieces)
        rows, size = link.insert(ask.insert.into, ask.insert.format, data, ask.parameters)
        return Answer(iter(()), None, True, written=rows, written_bytes=size)
    kind = link.classify(ask.statement)
    _refuse(kind.count > 1, SYNTAX_ERROR, "Multi-statements are not allowed", "SYNTAX_ERROR")
    _refuse(writes_a_file(ask.statement), 1, "INTO OUTFILE is not allowed", "UNSUPPORTED_METHOD")
    _refuse(ask.read_only and not kind.reads, READONLY, "GET only reads", "READONLY")
    made = _make_externals(link, ask)
    if kind.reads:
        return _read(link, ask, made)
    rows_made, written, size = link.query(ask.statement, ask.default_format, ask.parameters)
    if kind.control:
        # What SET and USE did must not reach another client.
        link.forget_settings()
        link.spoilt = link.spoilt or ask.session_id is None
    shown = ask.default_format if rows_made.data else None
    return Answer(
        iter((rows_made.data,)), shown, True, rows_made.count, written=written, written_bytes=size
    )


def _read(link: Link, ask: Ask, made: list[str]) -> Answer:
    ending = named_format(ask.statement)
    fmt = ending.format if ending else ask.default_format
    blocks = link.stream(ask.statement, fmt, ask.parameters) if fmt in STREAMED else None
    if blocks is None:
        blocks = iter((link.query(ask.statement, fmt, ask.parameters)[0],))
    result = Answer(iter(()), fmt, complete=False)
    counted = _counted(blocks, result)
    held = _hold(counted, HELD_BYTES if ask.whole else 1)
    if not held and fmt == "Native":
        held = _header(link, ask, ending)
        result.complete = True
    else:
        result.complete = sum(map(len, held)) < (HELD_BYTES if ask.whole else 1)
    result.blocks = _then_drop(link, chain(held, counted), made)
    return result


def _hold(blocks: Iterator[bytes], size: int) -> list[bytes]:
    """Take blocks until there are so many bytes of them."""
    held: list[bytes] = []
    while sum(map(len, held)) < size and (block := next(blocks, None)) is not None:
        held.append(block)
    return held


def _counted(blocks: Iterator[Rows], result: Answer) -> Iterator[bytes]:
    for block in blocks:
        result.rows += block.count
        result.read += block.read or block.count
        result.bytes += len(block.data)
        if block.data:
            yield block.data


def _then_drop(link: Link, blocks: Iterator[bytes], tables: list[str]) -> Iterator[bytes]:
    yield from blocks
    for table in tables:
        link.query(f"DROP TEMPORARY TABLE {table}")


def _header(link: Link, ask: Ask, ending: Ending | None) -> list[bytes]:
    """Return the Native block without rows that names the columns: chDB leaves it away."""
    select = ask.statement.encode()[: ending.begins if ending else None].decode()
    try:
        columns = link.query(
            f"DESCRIBE TABLE (\n{select.rstrip().rstrip(';')}\n)", "JSONCompact", ask.parameters
        )
    except QueryFault:
        return []  # SHOW and its like have no columns to describe
    return [native_header(columns[0].data)]


def native_header(described: bytes) -> bytes:
    """Return an empty Native block for the answer of DESCRIBE as JSONCompact."""
    columns = json.loads(described)["data"]
    texts = b"".join(_text(column[0]) + _text(column[1]) for column in columns)
    return _varint(len(columns)) + _varint(0) + texts


def _text(text: str) -> bytes:
    raw = text.encode()
    return _varint(len(raw)) + raw


def _varint(number: int) -> bytes:
    made = bytearray()
    while number > 127:
        made.append(number & 127 | 128)
        number >>= 7
    made.append(number)
    return bytes(made)


def _make_externals(link: Link, ask: Ask) -> list[str]:
    """Make a temporary table of every external one; return their names as SQL has them."""
    names = []
    for external in ask.externals:
        name = named(external.name)
        link.query(f"CREATE TEMPORARY TABLE {name} ({external.structure})")
        link.insert(f"INSERT INTO {name}", external.format, iter((external.data,)), {})
        names.append(name)
    return names


def _refuse(when: bool, code: int, text: str, name: str) -> None:
    if when:
        raise fault(code, text, name)
