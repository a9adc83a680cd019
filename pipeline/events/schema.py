"""The JSON Schema of an event, made from the model itself."""

from typing import Any

from pydantic import TypeAdapter

from pipeline.events.model import FIELDS, REQUIRED_FIELDS, Event


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what a feed writes, fields in their usual order."""
    made = TypeAdapter(Event).json_schema()
    properties = made["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Order event, version 1",
        "description": "One line of an order, paid (sale) or given back (refund).",
        "type": "object",
        "required": list(REQUIRED_FIELDS),
        "properties": {
            name: {key: value for key, value in properties[name].items() if key != "title"}
            for name in FIELDS
        },
    }
