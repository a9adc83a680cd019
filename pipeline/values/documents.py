"""States as JSON documents, exactly there and back; fields of a later version are ignored."""

from typing import Any, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

from pipeline.errors import DapingError

State = TypeVar("State")
_READERS: dict[object, TypeAdapter[Any]] = {}


class BrokenDocument(DapingError):
    """A stored document is not what its writer should have written; say so, do not guess."""


def to_json(state: object) -> bytes:
    """Write a frozen dataclass of `values.streams`."""
    return orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS)


def from_json(kind: type[State], document: bytes, place: str) -> State:
    """Read what `to_json` wrote; raises BrokenDocument naming `place`, the key it came from."""
    reader = _READERS.get(kind)
    if reader is None:  # making one costs a millisecond, and there are four
        reader = _READERS[kind] = TypeAdapter(kind)
    try:
        state: State = reader.validate_python(orjson.loads(document))
    except (ValidationError, orjson.JSONDecodeError) as fault:
        reason = _first_fault(fault) if isinstance(fault, ValidationError) else str(fault)
        raise BrokenDocument(
            f"{place} does not hold a {kind.__name__} ({reason}); "
            "delete the key or find out who wrote it"
        ) from fault
    return state


def _first_fault(fault: ValidationError) -> str:
    first = fault.errors()[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
