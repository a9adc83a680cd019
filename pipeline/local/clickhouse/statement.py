"""What can be told of a statement without the engine: where an INSERT's data begins, the format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Formats whose blocks, written one after the other, are the whole.
STREAMED = frozenset({"Native", "TabSeparated", "TSV", "JSONEachRow", "RowBinary", "CSV"})
_TOKEN = re.compile(
    rb"(?P<gap>\s+|--[^\n]*|#[ !][^\n]*|/\*.*?\*/)"
    rb"|(?P<quoted>'(?:\\.|''|[^'\\])*'|`(?:\\.|[^`\\])*`|\"(?:\\.|[^\"\\])*\")"
    rb"|(?P<word>\w+)|(?P<sign>.)",
    re.DOTALL,
)
_BEFORE_DATA = re.compile(rb"[ \t\f]*(?:\r?\n)?")
_NO_DATA = frozenset({b"SELECT", b"WITH", b"VALUES", b"WATCH"})
_KILL = re.compile(
    r"\s*KILL\s+QUERY\s+WHERE\s+query_id\s*=\s*(?:'(?P<id>(?:\\.|[^'\\])*)'"
    r"|\{\s*(?P<name>\w+)\s*:\s*String\s*\})"
    r"(?:\s+(?:SYNC|ASYNC))?\s*(?:FORMAT\s+\w+\s*)?;?\s*$",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Insert:
    """An INSERT that brings its rows: the statement before FORMAT, the format, the data so far."""

    into: str
    format: str
    data: bytes


@dataclass(frozen=True)
class Ending:
    """The output format a statement names, and where its FORMAT clause begins (bytes)."""

    format: str
    begins: int


def split_insert(head: bytes) -> Insert | None:
    """Return the parts of `INSERT … FORMAT name\\n<data>`, None for any other statement.

    `head` is the beginning of the request, with the whole statement in it.
    """
    tokens = _top_level(head)
    first = next(tokens, None)
    if first is None or first[0].upper() != b"INSERT":
        return None
    for word, start, _ in tokens:
        if word.upper() in _NO_DATA:
            return None
        if word.upper() == b"FORMAT":
            name, _, end = next(tokens, (b"", 0, 0))
            gap = _BEFORE_DATA.match(head, end)
            after = gap.end() if gap else end
            return Insert(head[:start].decode(), name.decode(), head[after:]) if name else None
    return None


def named_format(text: str) -> Ending | None:
    """Return the last FORMAT clause outside of all parentheses."""
    found = None
    before = b""
    begins = 0
    for word, start, _ in _top_level(text.encode()):
        if before == b"FORMAT":
            found = Ending(word.decode(), begins)
        before, begins = word.upper(), start
    return found


def writes_a_file(text: str) -> bool:
    """Return whether it says INTO OUTFILE, which is for a client's disk and not for ours."""
    before = b""
    for word, _, _ in _top_level(text.encode()):
        if before == b"INTO" and word.upper() == b"OUTFILE":
            return True
        before = word.upper()
    return False


def killed_query(text: str, parameters: Mapping[str, str]) -> str | None:
    """Return the query id that `KILL QUERY WHERE query_id = …` names, None for other statements.

    The engine knows its own ids only, so that the server has to answer this one.
    """
    found = _KILL.match(text)
    if found is None:
        return None
    written = parameters.get(found["name"], "") if found["name"] else found["id"]
    return _ESCAPE.sub(r"\1", written)


def _top_level(text: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Give (word, start, end) of every word outside of quotes, comments and parentheses."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "sign":
            depth += {b"(": 1, b")": -1}.get(token[0], 0)
        elif token.lastgroup == "word" and depth == 0:
            yield token[0], token.start(), token.end()
