"""From the bytes of a foreign message to events: exact, named for ever, and nothing lost."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import Accepted, Reader
from pipeline.mapping.messages import event_json
from tests.unit.pipeline.mapping.feeds import AT, AT_MS, mapper, message, one, read, refusal

LINE = {"qty": 1, "sum": "12.50"}
NEGATIVE = 'sign_of = "amount"'


def test_a_line_becomes_a_valid_event() -> None:
    fields = one(message(LINE))
    judged = Reader("EUR").read(event_json(fields), AT_MS)
    assert isinstance(judged, Accepted)
    event = judged.event
    assert (event.order_id, event.line_no, event.event_time) == ("o1", 1, AT_MS)
    assert (event.kind, event.quantity, event.amount_cents) == ("sale", 1, 1250)


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        (b"12.50", 1250), (b'"12.50"', 1250), (b"1.15", 115), (b"4.35", 435), (b"1e2", 10000),
        (b"9007199254740.93", 900719925474093), (b"0", 0), (b'"0007.1"', 710),
    ],
)  # fmt: skip
def test_an_amount_is_read_from_its_text_never_through_a_double(written: bytes, cents: int) -> None:
    payload = message({"qty": 1, "sum": "?"}).replace(b'"?"', written)
    assert one(payload)["amount_cents"] == cents


@given(st.integers(0, 10**15 - 1))
def test_every_amount_of_cents_comes_back(cents: int) -> None:
    text = f"{cents // 100}.{cents % 100:02d}".encode()
    payload = message({"qty": 1, "sum": "?"}).replace(b'"?"', text)
    assert one(payload)["amount_cents"] == cents


def test_a_price_of_a_piece_is_multiplied_before_it_is_rounded() -> None:
    money = 'line_path = "sum"\nper = "piece"\nrounding = "half_up"'
    assert one(message({"qty": 3, "sum": "0.335"}), money=money)["amount_cents"] == 101


def test_smallest_units_and_currencies_without_digits() -> None:
    assert (
        one(message({"qty": 1, "sum": 1990}), money='line_path = "sum"\nunit = "minor"')[
            "amount_cents"
        ]
        == 1990
    )
    assert (
        one(message({"qty": 1, "sum": "1990"}), money='line_path = "sum"\nexponent = 0')[
            "amount_cents"
        ]
        == 1990
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"qty": 1, "sum": "12,50"}, "amount (line: sum) is no number ('12,50')"),
        ({"qty": 1}, "amount (line: sum) is missing"),
        ({"qty": 1, "sum": "0.005"}, "amount (line: sum) is finer than the currency's smallest"),
        ({"qty": 1, "sum": "1" + "0" * 20}, "amount (line: sum) has more than 15 digits"),
        ({"qty": 1, "sum": True}, "amount (line: sum) is no number (True)"),
        ({"qty": 1, "sum": 1e300}, "amount (line: sum) is out of range"),
        ({"qty": 0, "sum": 1}, "quantity (line: qty) is 0"),
        ({"qty": 1.5, "sum": 1}, "quantity (line: qty) is not whole (1.5)"),
        ({"qty": 1, "sum": -1}, "amount or quantity is negative"),
    ],
)
def test_a_line_is_refused_with_field_path_and_value(line: dict[str, object], told: str) -> None:
    assert refusal(message(line)).startswith(told)


@pytest.mark.parametrize(
    ("at", "ms"),
    [
        ("2026-11-11T11:00:00Z", AT_MS),
        ("2026-11-11 12:00:00", AT_MS),
        ("2026-11-11T12:00:00.250", AT_MS + 250),
        ("2026-10-25T02:30:00", 1_792_888_200_000),  # comes twice: the first
        ("2026-10-25T02:30:00+01:00", 1_792_891_800_000),
    ],
)
def test_times_with_an_offset_and_local_ones(at: str, ms: int) -> None:
    assert one(message(LINE, at=at))["event_time"] == ms


def test_the_second_of_a_repeated_hour_can_be_meant() -> None:
    time = 'path = "order.at"\nzone = "Europe/Berlin"\nrepeated = "second"'
    found = one(message(LINE, at="2026-10-25T02:30:00"), time=time)
    assert found["event_time"] == 1_792_891_800_000


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-03-29T02:30:00", "never was in Europe/Berlin"),
        ("2026-11-11", "is no time ('2026-11-11')"),
        ("yesterday at noon", "is no time"),
        (None, "is missing"),
    ],
)
def test_a_time_that_is_none_is_refused(at: object, told: str) -> None:
    assert told in refusal(message(LINE, at=at))


def test_epochs() -> None:
    def at(value: object, unit: str) -> object:
        return one(message(LINE, at=value), time=f'path = "order.at"\nformat = "{unit}"')[
            "event_time"
        ]

    assert at(1_794_394_800, "epoch_s") == at("1794394800", "epoch_s") == AT_MS
    assert at(1_794_394_800.25, "epoch_s") == at(AT_MS + 250, "epoch_ms") == AT_MS + 250


def test_a_negative_amount_is_given_back() -> None:
    found = one(message({"qty": -2, "sum": "-5.00"}), kind=NEGATIVE)
    assert (found["kind"], found["quantity"], found["amount_cents"]) == ("refund", 2, 500)


def test_lines_are_counted_by_kind_so_that_an_exchange_counts_its_order() -> None:
    back, sold = {"qty": 1, "sum": "-1"}, {"qty": 1, "sum": "2"}
    found = read(message(back, {"qty": 0}, sold, sold), kind=NEGATIVE)
    told = [(fields["kind"], fields["line_no"]) for _, fields in found.events]
    assert told == [("refund", 1), ("sale", 1), ("sale", 2)]


def test_ids_are_those_of_the_place_unless_the_feed_has_its_own() -> None:
    assert one(message(LINE))["event_id"] == "shop:0:7:0"
    own = 'parts = [{ path = "order.id" }, { line_path = "qty" }, "index", "kind", "line_no"]'
    assert one(message(LINE), event_id=own)["event_id"] == "o1:1:0:sale:1"


def test_the_same_message_gives_the_same_events() -> None:
    found = [read(message(LINE, {"qty": 2, "sum": 0.5})).events for _ in range(2)]
    assert found[0] == found[1]


def test_enums_slugs_prefixes_and_defaults() -> None:
    tables = {
        "fields__category": 'line_path = "group"\nslug = true\nvalues = { books = "b" }',
        "fields__gender": 'path = "order.sex"\nvalues = { female = "F" }\nothers = "refuse"',
        "fields__sku": 'line_path = "sku"\nstrip_prefix = "SKU-"',
        "fields__brand": 'line_path = "brand"\ndefault = "own"',
    }
    line = {**LINE, "group": "Home & Garden", "sku": "SKU-7", "brand": None}
    found = one(message(line, sex="female"), **tables)
    assert [found[n] for n in ("category", "gender", "sku", "brand")] == [
        "home-garden",
        "F",
        "7",
        "own",
    ]
    assert one(message({**LINE, "group": "Books"}), **tables)["category"] == "b"
    assert "none of its values ('x')" in refusal(message(line, sex="x"), **tables)


def test_what_is_no_order_is_skipped_and_counted() -> None:
    skip = 'all = [{ path = "order.state", one_of = ["draft"] }]'
    found = read(message(LINE, LINE, state="draft"), **{"[skip]": skip})
    assert (found.lines, found.skipped, found.events) == (1, 1, [])
    skip = 'all = [{ line_path = "sum", at_most = 0 }]'
    found = read(message(LINE, {"qty": 1, "sum": 0}), **{"[skip]": skip})
    assert (found.lines, found.skipped, len(found.events)) == (2, 1, 1)


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (None, "has no value"),
        (b"{", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"[1]", "is not one JSON object"),
        (b'{"order":{"id":"o","at":NaN}}', "is not JSON"),
        (message(), "has no lines: order.items is missing, empty or no list"),
        (message(LINE, id=""), "order_id (order.id) is missing"),
        (message(LINE, id="x" * 129), "order_id is longer than 128 characters"),
        (message(LINE, id="a\u0007"), "order_id holds a control character"),
        (message(LINE, id={"a": 1}), "order_id (order.id) is an object or a list"),
    ],
)
def test_a_message_that_cannot_be_opened_is_refused_whole(payload: bytes | None, told: str) -> None:
    found = mapper().read(payload, "shop:0:7")
    (only,) = found.refused
    assert only.index is None
    assert told in only.detail


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


LINES = st.fixed_dictionaries(
    {"qty": JSON | st.just(1), "sum": JSON | st.just("1.50")}, optional={"g": JSON}
)


@given(st.lists(LINES | JSON), st.just(AT) | JSON)
def test_every_line_is_an_event_or_refused_or_skipped(lines: list[object], at: object) -> None:
    payload = json.dumps({"order": {"id": "o", "at": at, "items": lines}}).encode()
    found = read(payload, fields__category='line_path = "g"')
    assert found.lines == max(len(lines), 1)
    assert found.lines == len(found.events) + sum(r.lines for r in found.refused) + found.skipped
    for _, fields in found.events:
        assert isinstance(Reader("EUR").read(event_json(fields), fields["event_time"]), Accepted)
