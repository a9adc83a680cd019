"""What viewers are given: bytes made once per tick, whoever asks and however many."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from dash.development.base_component import Component

GZIP_LEVEL = 3  # a view is made every second and thrown away; more effort costs more than it saves


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document as it travels. `etag` is that of its values, without quotes."""

    body: bytes
    packed: bytes
    etag: str
    generated_at: int


def encode(value: object) -> bytes:
    """Encode JSON; Dash components and figures know their own JSON form."""
    return orjson.dumps(
        value, default=_component, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    )


def _component(value: Any) -> object:
    if isinstance(value, Component):
        return component(value)
    form = getattr(value, "to_plotly_json", None)
    if form is not None:
        return form()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def component(value: Any) -> dict[str, object]:
    """Return what its own `to_plotly_json` does, without asking for each prop it could have."""
    known, extra = value._prop_names, tuple(value._valid_wildcard_attributes)
    props = {k: v for k, v in vars(value).items() if k in known or k.startswith(extra)}
    return {"props": props, "type": value._type, "namespace": value._namespace}


def digest(*parts: bytes) -> str:
    """Return a short name that changes with any of the parts."""
    sum_ = hashlib.blake2b(digest_size=12)
    for part in parts:
        sum_.update(len(part).to_bytes(8, "big"))
        sum_.update(part)
    return sum_.hexdigest()


def document(body: bytes, etag: str, generated_at: int) -> Document:
    return Document(body, gzip.compress(body, GZIP_LEVEL, mtime=0), etag, generated_at)
