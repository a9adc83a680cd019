"""Reads an HTTP request into what is asked of the engine."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request

from pipeline.local.clickhouse.compression import chosen, decompressed
from pipeline.local.clickhouse.faults import SYNTAX_ERROR, UNKNOWN_SETTING, fault
from pipeline.local.clickhouse.statement import Insert, split_insert

PIECE_BYTES = 1 << 20
LONGEST_STATEMENT = 16 << 20
LARGEST_FORM = 64 << 20
# Words of the interface, and settings of the HTTP layer that the engine has nothing to do with.
NOT_SETTINGS = frozenset({
    "buffer_size", "cancel_http_readonly_queries_on_client_close", "client_protocol_version",
    "close_session", "compress", "database", "decompress", "default_format",
    "enable_http_compression", "http_headers_progress_interval_ms",
    "http_zlib_compression_level", "log_comment", "password", "query", "query_id", "quota_key",
    "role", "send_progress_in_http_headers", "session_check", "session_id", "session_timeout",
    "stacktrace", "user", "wait_end_of_query",
})  # fmt: skip
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*\Z")
_EXTERNAL = re.compile(r"(.+)_(format|structure|types)\Z")


@dataclass(frozen=True)
class External:
    """A table sent along with a query: its columns as written, the format, the rows."""

    name: str
    structure: str
    format: str
    data: bytes


@dataclass(frozen=True)
class Ask:
    """One request: a statement, or an INSERT with the pieces of its data."""

    statement: str
    insert: Insert | None
    pieces: Iterator[bytes]
    parameters: dict[str, str]
    settings: dict[str, str]
    database: str
    query_id: str
    session_id: str | None
    session_timeout_s: float
    default_format: str
    compression: str | None
    whole: bool  # the answer waits for the end of the query
    read_only: bool
    externals: tuple[External, ...] = field(default=())


def read_ask(request: Request) -> Ask:
    """Return what is asked; raises QueryFault when the request makes no sense."""
    arguments = dict(request.args)
    pieces, externals = _body(request, arguments)
    head = _head(arguments.get("query", ""), pieces)
    insert = split_insert(head)
    statement = insert.into if insert else _text(head, pieces)
    packs = arguments.get("enable_http_compression") in ("1", "true")
    return Ask(
        statement=statement,
        insert=insert,
        pieces=pieces,
        parameters={name[6:]: v for name, v in arguments.items() if name.startswith("param_")},
        settings=_settings(arguments, {external.name for external in externals}),
        database=arguments.get("database") or request.headers.get("X-ClickHouse-Database") or "",
        query_id=arguments.get("query_id") or str(uuid.uuid4()),
        session_id=arguments.get("session_id") or None,
        session_timeout_s=_seconds(arguments.get("session_timeout", "60")),
        default_format=arguments.get("default_format")
        or request.headers.get("X-ClickHouse-Format")
        or "TabSeparated",
        compression=chosen(request.headers.get("Accept-Encoding", "")) if packs else None,
        whole=arguments.get("wait_end_of_query") in ("1", "true"),
        read_only=request.method == "GET",
        externals=externals,
    )


def _body(
    request: Request, arguments: dict[str, str]
) -> tuple[Iterator[bytes], tuple[External, ...]]:
    """Return the pieces of the body; a form's fields join the arguments instead."""
    if request.mimetype != "multipart/form-data":
        encoding = request.headers.get("Content-Encoding", "")
        return decompressed(_read(request), encoding), ()
    request.max_form_memory_size = request.max_content_length = LARGEST_FORM
    try:
        arguments.update(request.form.to_dict())
        files = {name: file.read() for name, file in request.files.items()}
    except HTTPException as torn:
        raise fault(SYNTAX_ERROR, f"form: {torn}", "SYNTAX_ERROR") from torn
    return iter(()), tuple(_external(name, data, arguments) for name, data in files.items())


def _read(request: Request) -> Iterator[bytes]:
    while piece := request.stream.read(PIECE_BYTES):
        yield piece


def _external(name: str, data: bytes, arguments: dict[str, str]) -> External:
    structure = arguments.get(f"{name}_structure")
    if structure is None:
        types = arguments.get(f"{name}_types", "").split(",")
        structure = ", ".join(f"_{number} {one}" for number, one in enumerate(types, 1))
    return External(name, structure, arguments.get(f"{name}_format", "TabSeparated"), data)


def _head(query: str, pieces: Iterator[bytes]) -> bytes:
    """Return the statement and the first of the body: a whole one, unless it is all data."""
    first = next(pieces, b"")
    return b"\n".join(part for part in (query.encode(errors="replace"), first) if part)


def _text(head: bytes, pieces: Iterator[bytes]) -> str:
    for piece in pieces:
        head += piece
        if len(head) > LONGEST_STATEMENT:
            raise fault(SYNTAX_ERROR, "the statement is longer than 16 MiB", "SYNTAX_ERROR")
    try:
        text = head.decode()
    except UnicodeDecodeError as torn:
        raise fault(SYNTAX_ERROR, f"the statement is not UTF-8: {torn}", "SYNTAX_ERROR") from torn
    if not text.strip() or "\0" in text:
        raise fault(SYNTAX_ERROR, "Empty query, or one with a NUL", "SYNTAX_ERROR")
    return text


def _settings(arguments: dict[str, str], externals: set[str]) -> dict[str, str]:
    settings = {}
    for name, value in arguments.items():
        external = _EXTERNAL.match(name)
        if name in NOT_SETTINGS or name.startswith("param_"):
            continue
        if external and external[1] in externals:
            continue
        if not _NAME.match(name):
            raise fault(UNKNOWN_SETTING, f"Unknown setting {name!r}", "UNKNOWN_SETTING")
        settings[name] = value
    return settings


def _seconds(written: str) -> float:
    return min(3600.0, float(written)) if written.isdecimal() else 60.0
