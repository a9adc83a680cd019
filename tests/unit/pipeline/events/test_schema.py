"""The JSON Schema, the page for feed writers and the reader say the same."""

import json
import re
from pathlib import Path
from typing import get_args

import jsonschema  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner

from pipeline.commands import group
from pipeline.events import REASONS, Accepted, Event, Reader
from pipeline.events.model import FIELDS, REQUIRED_FIELDS
from pipeline.events.schema import json_schema
from pipeline.events.validation import Reason
from tests.unit.pipeline.events.cases import VALID

PAGE = (Path(__file__).parents[4] / "docs" / "events.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (yes|no) \| (.*) \|$", re.MULTILINE)


def test_the_command_prints_the_schema() -> None:
    shown = CliRunner().invoke(group, ["schema"])
    assert shown.exit_code == 0
    assert json.loads(shown.output) == json_schema()


def test_the_schema_is_a_schema_and_has_every_field() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert tuple(json_schema()["properties"]) == FIELDS


def test_what_an_event_writes_fits_the_schema() -> None:
    jsonschema.validate(
        json.loads(Event("e", "sale", "o", 1, 2, 3, 4, "CNY").to_json()), json_schema()
    )
    jsonschema.validate(VALID, json_schema())


@pytest.mark.parametrize(
    "wrong",
    [
        {"v": 2},
        {"quantity": 0},
        {"amount_cents": -1},
        {"kind": "gift"},
        {"sku": "a\x01"},
        {"sku": {}},
    ],
)
def test_what_the_reader_refuses_does_not_fit(wrong: dict[str, object]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**VALID, **wrong}, json_schema())


@pytest.mark.parametrize("empty", [{"sku": None}, {"user_id": ""}, {"gender": None}])
def test_what_may_be_missing_may_be_empty(empty: dict[str, object]) -> None:
    jsonschema.validate({**VALID, **empty}, json_schema())


def test_the_page_lists_the_fields_and_which_are_needed() -> None:
    rows = {name: needed == "yes" for name, needed, _ in ROW.findall(PAGE)}
    assert rows == {name: name in REQUIRED_FIELDS for name in FIELDS}


def test_the_page_says_what_the_schema_says() -> None:
    texts = {name: text for name, _, text in ROW.findall(PAGE)}
    for name in ("event_id", "kind", "order_id", "currency"):
        assert json_schema()["properties"][name]["description"].split(",")[0] in texts[name]


def test_the_page_lists_every_reason() -> None:
    table = PAGE.split("| reason |")[1]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == REASONS
    assert set(get_args(Reason)) >= {"conflict"}


def test_the_example_of_the_page_is_accepted() -> None:
    example = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    document = json.loads(example[1])
    jsonschema.validate(document, json_schema())
    read = Reader("CNY").read(example[1].encode(), document["event_time"])
    assert isinstance(read, Accepted)
