"""Messages at the edges of the rules, with the class each must get; Flink is held to them too.

`CASES` are classified alike by the reference reader and by the live job's SQL (a message on its
own; the shop's currency is CNY). What becomes no row in Flink is `unparseable` here.
"""

import json
from dataclasses import dataclass
from typing import Any

ARRIVED = 1_762_876_800_100
EVENT_TIME = ARRIVED - 100
HOUR = 3_600_000
ACCEPTED = "counted"

VALID: dict[str, Any] = {
    "v": 1,
    "event_id": "run-1",
    "kind": "sale",
    "order_id": "o-1",
    "line_no": 1,
    "event_time": EVENT_TIME,
    "user_id": "u_1",
    "gender": "F",
    "category": "phones",
    "brand": "huawei",
    "sku": "s-1",
    "warehouse_id": "wh-01",
    "province": "guangdong",
    "quantity": 2,
    "amount_cents": 12900,
    "currency": "CNY",
}


@dataclass(frozen=True)
class Case:
    """One message: its bytes, Kafka's record time (epoch ms) and its class."""

    name: str
    payload: bytes | None
    expected: str
    arrived_ms: int = ARRIVED


def _with(**fields: object) -> bytes:
    return json.dumps({**VALID, **fields}, ensure_ascii=False).encode("utf-8")


def _without(*names: str) -> bytes:
    return json.dumps({k: v for k, v in VALID.items() if k not in names}).encode("utf-8")


def _raw(field: str, literal: bytes) -> bytes:
    """Put a literal, as it stands, in the place of a field's value."""
    return _with(**{field: "@@"}).replace(b'"@@"', literal)


PLAIN = _with()

SYNTAX = (
    Case("a plain event", PLAIN, ACCEPTED),
    Case("a tombstone", None, "unparseable"),
    Case("no byte at all", b"", "unparseable"),
    Case("blanks only", b" \n", "unparseable"),
    Case("words", b"not json", "unparseable"),
    Case("null", b"null", "unparseable"),
    Case("a number", b"5", "unparseable"),
    Case("a string", b'"x"', "unparseable"),
    Case("an empty array", b"[]", "unparseable"),
    Case("an array of a number", b"[1]", "unparseable"),
    Case("an array in an array", b"[[" + PLAIN + b"]]", "unparseable"),
    Case("an array of one event", b"[" + PLAIN + b"]", ACCEPTED),
    Case("an array of one event and more", b"[1," + PLAIN + b",null]", ACCEPTED),
    Case("an array that never ends", b"[" + PLAIN, "unparseable"),
    Case("an empty object", b"{}", "bad_field"),
    Case("cut in half", PLAIN[: len(PLAIN) // 2], "unparseable"),
    Case("the last brace missing", PLAIN[:-1], "unparseable"),
    Case("text after the object", PLAIN + b" and more", ACCEPTED),
    Case("a second object behind", PLAIN + b"{}", ACCEPTED),
    Case("a bad byte behind", PLAIN + b"\xff", ACCEPTED),
    Case("blanks before", b" \t\r\n" + PLAIN, ACCEPTED),
    Case("a vertical tab before", b"\x0b" + PLAIN, "unparseable"),
    Case("a byte order mark", b"\xef\xbb\xbf" + PLAIN, ACCEPTED),
    Case("UTF-16", PLAIN.decode().encode("utf-16"), ACCEPTED),
    Case("a comma too many", PLAIN[:-1] + b",}", "unparseable"),
    Case("single quotes", b"{'v':1}", "unparseable"),
    Case("a comment", b"/**/" + PLAIN, "unparseable"),
    Case("NaN in an unknown field", _raw("note", b"NaN"), "unparseable"),
    Case("Infinity", _raw("amount_cents", b"Infinity"), "unparseable"),
    Case("a leading zero", _raw("quantity", b"02"), "unparseable"),
    Case("a plus sign", _raw("quantity", b"+2"), "unparseable"),
    Case("an unknown escape", _raw("sku", b'"\\q"'), "unparseable"),
    Case("a unicode escape cut short", _raw("sku", b'"\\u12"'), "unparseable"),
    Case("a text cut inside a character", _raw("province", b'"\xe5\xb9"'), "unparseable"),
    Case("a byte that is no UTF-8", _raw("sku", b'"a\xff"'), "unparseable"),
    Case("GB18030 bytes", _raw("province", '"广东"'.encode("gb18030")), "unparseable"),
    Case("1000 levels", _raw("note", b"[" * 999 + b"]" * 999), ACCEPTED),
    Case("1001 levels", _raw("note", b"[" * 1000 + b"]" * 1000), "unparseable"),
    Case("a number of 1000 digits", _raw("note", b"1" * 1000), ACCEPTED),
    Case("a number of 1001 digits", _raw("note", b"1" * 1001), "unparseable"),
    Case("a large unknown field", _with(note="x" * 100_000), ACCEPTED),
    Case("unknown fields of all kinds", _with(note=[1.5, {"a": None}], more=True), ACCEPTED),
)

FIELDS = (
    Case("the last of a repeated key", PLAIN[:-1] + b',"quantity":0}', "bad_value"),
    Case("an escaped field name", PLAIN.replace(b'"kind"', b'"\\u006bind"'), ACCEPTED),
    Case("a field name in capitals", PLAIN.replace(b'"kind"', b'"KIND"'), "bad_field"),
    Case("no version", _without("v"), "bad_field"),
    Case("version 2", _with(v=2), "version"),
    Case("version 0", _with(v=0), "version"),
    Case("a word as version", _with(v="one"), "bad_field"),
    Case("version 2 with nothing else", b'{"v":2}', "version"),
    Case("version 1.0", _raw("v", b"1.0"), "bad_field"),
    Case("version 01, quoted", _with(v="01"), ACCEPTED),
    Case("version true", _with(v=True), "bad_field"),
    *(
        Case(f"no {name}", _without(name), "bad_field")
        for name in ("event_id", "kind", "order_id", "line_no", "event_time")
    ),
    *(
        Case(f"{name} is null", _with(**{name: None}), "bad_field")
        for name in ("quantity", "amount_cents", "currency", "event_id")
    ),
    *(
        Case(f"no {name}", _without(name), ACCEPTED)
        for name in ("user_id", "gender", "category", "brand", "sku", "warehouse_id", "province")
    ),
    Case("all optional texts empty", _with(user_id="", gender="", brand="", sku=None), ACCEPTED),
    Case("an empty order", _with(order_id=""), "bad_field"),
    Case("a blank user", _with(user_id=" "), ACCEPTED),
    Case("a quoted integer", _with(quantity="2"), ACCEPTED),
    Case("a quoted integer with a line feed", _with(quantity="2\n"), "bad_field"),
    Case("a quoted integer with a blank", _with(quantity=" 2"), "bad_field"),
    Case("an empty integer", _with(quantity=""), "bad_field"),
    Case("Arabic digits", _with(quantity="٢"), "bad_field"),
    Case("a fraction", _with(amount_cents=12.7), "bad_field"),
    Case("a whole fraction", _raw("amount_cents", b"12.0"), "bad_field"),
    Case("an exponent", _raw("amount_cents", b"1e3"), "bad_field"),
    Case("a negative amount", _with(amount_cents=-1), "bad_field"),
    Case("minus zero", _raw("amount_cents", b"-0"), ACCEPTED),
    Case("an amount of zero", _with(amount_cents=0), ACCEPTED),
    Case("15 digits", _with(amount_cents=999_999_999_999_999), ACCEPTED),
    Case("16 digits", _with(amount_cents=1_000_000_000_000_000), "bad_field"),
    Case("300 digits", _raw("amount_cents", b"9" * 300), "bad_field"),
    Case("an amount that is true", _with(amount_cents=True), "bad_field"),
    Case("an object as amount", _with(amount_cents={"cents": 1}), "bad_field"),
    Case("a number as order", _with(order_id=12345), ACCEPTED),
    Case("a fraction as sku", _raw("sku", b"12.50"), ACCEPTED),
    Case("true as sku", _with(sku=True), ACCEPTED),
    Case("an object as sku", _with(sku={"id": 1}), "bad_field"),
    Case("an array as brand", _with(brand=["a"]), "bad_field"),
    Case("a text that begins like an object", _with(sku="{x"), "bad_field"),
    Case("a text that begins like an array", _with(sku="[x"), "bad_field"),
    Case("brackets inside a text", _with(sku="x[1]{2}"), ACCEPTED),
    Case("128 characters", _with(sku="广" * 128), ACCEPTED),
    Case("129 characters", _with(sku="广" * 129), "bad_field"),
    Case("128 characters beyond the first plane", _with(sku="😀" * 128), ACCEPTED),
    Case("an escaped control character", _raw("sku", b'"a\\u0001"'), "bad_field"),
    Case("a raw control character", _raw("sku", b'"a\x01b"'), "bad_field"),
    Case("a raw control character in an unknown field", _raw("note", b'"a\x01b"'), ACCEPTED),
    Case("a line feed at the end of a text", _with(sku="a\n"), "bad_field"),
    Case("the separator of fingerprints", _with(sku="a\x1fb"), "bad_field"),
    Case("delete", _with(sku="a\x7f"), "bad_field"),
    Case("a no-break space", _with(sku="a\u00a0b\u2028"), ACCEPTED),
    Case("a surrogate alone", _raw("sku", b'"\\ud800"'), ACCEPTED),
    Case("an order that is a surrogate alone", _raw("order_id", b'"\\ud800"'), ACCEPTED),
    Case("a surrogate pair", _raw("sku", b'"\\ud83d\\ude00"'), ACCEPTED),
    Case("quotes and backslashes", _with(sku="a\"b\\c'd"), ACCEPTED),
)

VALUES = (
    Case("a refund", _with(kind="refund"), ACCEPTED),
    Case("another kind", _with(kind="gift"), "bad_value"),
    Case("a kind in capitals", _with(kind="SALE"), "bad_value"),
    Case("gender U", _with(gender="U"), ACCEPTED),
    Case("another gender", _with(gender="female"), "bad_value"),
    Case("quantity 0", _with(quantity=0), "bad_value"),
    Case("quantity 00, quoted", _with(quantity="00"), "bad_value"),
    Case("line 0", _with(line_no=0), "bad_value"),
    Case("another currency", _with(currency="USD"), "currency"),
    Case("a currency in small letters", _with(currency="cny"), "currency"),
    Case("a bad value and another currency", _with(kind="gift", currency="USD"), "bad_value"),
    Case("48 hours late", PLAIN, ACCEPTED, EVENT_TIME + 48 * HOUR),
    Case("later than 48 hours", PLAIN, "too_late", EVENT_TIME + 48 * HOUR + 1),
    Case("5 minutes ahead", PLAIN, ACCEPTED, EVENT_TIME - 300_000),
    Case("more than 5 minutes ahead", PLAIN, "future", EVENT_TIME - 300_001),
    Case("seconds instead of milliseconds", _with(event_time=EVENT_TIME // 1000), "too_late"),
    Case("at the beginning of time", _with(event_time=0), "too_late"),
    Case("another currency, and late", _with(currency="USD", event_time=0), "currency"),
)

CASES: tuple[Case, ...] = SYNTAX + FIELDS + VALUES

# One after another in one partition: the first valid one wins, whatever was refused before it.
SEQUENCE: tuple[Case, ...] = (
    Case("refused first", _with(event_id="seq", quantity=0), "bad_value"),
    Case("the first valid one", _with(event_id="seq"), ACCEPTED),
    Case("again", _with(event_id="seq"), "duplicate"),
    Case("again, with an unknown field", _with(event_id="seq", note=1), "duplicate"),
    Case("again, quoted", _with(event_id="seq", quantity="2"), "duplicate"),
    Case("another amount", _with(event_id="seq", amount_cents=1), "conflict"),
    Case("quoted with a zero before", _with(event_id="seq", quantity="02"), "conflict"),
    Case("the first one again", _with(event_id="seq"), "duplicate"),
    Case("a guest", _with(event_id="seq-2", user_id=None), ACCEPTED),
    Case("a guest again", _with(event_id="seq-2", user_id=""), "duplicate"),
)
