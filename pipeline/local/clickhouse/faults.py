"""What goes wrong with a request, as ClickHouse says it: a code, a text, an HTTP status."""

import re

SYNTAX_ERROR = 62
UNKNOWN_SETTING = 115
READONLY = 164
TOO_MANY_QUERIES = 202
SAME_QUERY_ID = 216
SESSION_LOCKED = 373
STATUSES = {
    6: 400, 27: 400, 32: 400, 33: 400, 36: 400, 38: 400, 41: 400, 42: 400, 43: 400, 44: 400,
    46: 404, 47: 404, 53: 400, 271: 400,
    60: 404, 62: 400, 69: 400, 72: 400, 73: 404, 81: 404, 115: 404, 117: 400, 159: 408,
    164: 403, 202: 503, 456: 400, 457: 400, 497: 403,
}  # fmt: skip
OTHERS = 500
_CODE = re.compile(r"Code: (\d+)\.")


class QueryFault(Exception):
    """A statement that was refused or failed; `code` is ClickHouse's, the text is for people."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code

    @property
    def status(self) -> int:
        return STATUSES.get(self.code, OTHERS)


def fault(code: int, text: str, name: str) -> QueryFault:
    """Return a fault of our own, worded as the engine words its faults."""
    return QueryFault(code, f"Code: {code}. DB::Exception: {text}. ({name})")


def from_engine(error: Exception) -> QueryFault:
    """Return what the engine said, without what its Python wrapper put before it."""
    said = str(error)
    found = _CODE.search(said)
    if found is None:
        return fault(1001, said, "STD_EXCEPTION")
    return QueryFault(int(found[1]), said[found.start() :])
