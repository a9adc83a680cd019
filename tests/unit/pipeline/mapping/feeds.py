"""Mappings made of a few tables, and messages read through them."""

import json
import tempfile
from pathlib import Path
from typing import Any

from pipeline.mapping.load import load_mapping
from pipeline.mapping.messages import Mapped, MessageMapper

TABLES = {
    "feed": 'lines = "order.items"',
    "order_id": 'path = "order.id"',
    "time": 'path = "order.at"\nzone = "Europe/Berlin"',
    "quantity": 'line_path = "qty"',
    "money": 'line_path = "sum"',
    "currency": 'constant = "EUR"',
}
AT = "2026-11-11T12:00:00+01:00"
AT_MS = 1_794_394_800_000


def mapper(**tables: str) -> MessageMapper:
    """Return the usual mapping with some tables replaced or added; "" takes one away."""
    chosen = {name: text for name, text in {**TABLES, **tables}.items() if text}
    text = "\n".join(f"[{name.replace('__', '.')}]\n{body}" for name, body in chosen.items())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mapping.toml"
        path.write_text(text.replace("[[[", "[[").replace("]]]", "]]"), encoding="utf-8")
        return MessageMapper(load_mapping(path))


def message(*lines: dict[str, Any], **order: Any) -> bytes:
    usual = {"id": "o1", "at": AT, "items": list(lines)}
    return json.dumps({"order": {**usual, **order}}).encode()


def read(payload: bytes, **tables: str) -> Mapped:
    return mapper(**tables).read(payload, "shop:0:7")


def one(payload: bytes, **tables: str) -> dict[str, Any]:
    """Return the fields of the only event."""
    found = read(payload, **tables)
    assert not found.refused, found.refused
    ((_, fields),) = found.events
    return fields


def refusal(payload: bytes, **tables: str) -> str:
    """Return why the only line was refused."""
    found = read(payload, **tables)
    assert not found.events
    (only,) = found.refused
    return only.detail
