"""The order event, version 1: one line of an order paid (`sale`) or given back (`refund`)."""

from dataclasses import dataclass
from typing import Annotated, Literal

import orjson
from pydantic import Field, WithJsonSchema

SCHEMA_VERSION = 1
LONGEST_TEXT = 128
LARGEST_INTEGER = 999_999_999_999_999  # 15 digits: exact in every JSON reader, and in a BIGINT
KINDS = frozenset(("sale", "refund"))
GENDERS = frozenset(("", "F", "M", "U"))

# By Kafka's record time: later than this is `too_late`, farther ahead is `future`.
LATEST_MS = 48 * 3_600_000
FARTHEST_AHEAD_MS = 5 * 60_000

# U+0000-U+001F and U+007F would break keys and logs; `{` and `[` begin what was an object or array.
TEXT_PATTERN = r"^[^\x00-\x1f\x7f\[{][^\x00-\x1f\x7f]*$"

RequiredText = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT, pattern=TEXT_PATTERN)]
OptionalText = Annotated[
    str,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": LONGEST_TEXT, "pattern": TEXT_PATTERN},
                {"enum": ["", None]},
            ],
            "default": "",
        }
    ),
]


@dataclass(frozen=True, slots=True)
class Event:
    """One immutable order line. An optional text of "" was not given (`unknown`; user: a guest).

    `event_time` is epoch ms UTC; `amount_cents` is the whole line in the currency's smallest unit,
    never negative: `kind` says in which direction it goes.
    """

    event_id: Annotated[RequiredText, Field(description="names this line for ever; counts once")]
    kind: Annotated[
        Literal["sale", "refund"], Field(description="paid (sale) or given back (refund)")
    ]
    order_id: Annotated[RequiredText, Field(description="the order; also the key of the message")]
    line_no: Annotated[
        int, Field(ge=1, le=LARGEST_INTEGER, description="line 1 of a sale counts the order")
    ]
    event_time: Annotated[
        int, Field(ge=0, le=LARGEST_INTEGER, description="when it was paid, epoch ms UTC")
    ]
    quantity: Annotated[int, Field(ge=1, le=LARGEST_INTEGER, description="pieces of this line")]
    amount_cents: Annotated[
        int, Field(ge=0, le=LARGEST_INTEGER, description="of this line, in cents, never negative")
    ]
    currency: Annotated[RequiredText, Field(description="the shop's currency, e.g. CNY")]
    user_id: Annotated[OptionalText, Field(description="missing: a guest")] = ""
    gender: Annotated[
        Literal["F", "M", "U", ""],
        WithJsonSchema({"enum": ["F", "M", "U", "", None], "default": ""}),
        Field(description="F, M, U (not said by the user); missing: unknown"),
    ] = ""
    category: Annotated[OptionalText, Field(description="key of the category")] = ""
    brand: Annotated[OptionalText, Field(description="key of the brand")] = ""
    sku: Annotated[OptionalText, Field(description="the article")] = ""
    warehouse_id: Annotated[OptionalText, Field(description="key of the warehouse")] = ""
    province: Annotated[OptionalText, Field(description="key of the province")] = ""
    v: Annotated[Literal[1], Field(description="version of this schema")] = 1

    def to_json(self) -> bytes:
        """Return the message a feed writes: one JSON object, texts that were not given left out."""
        return orjson.dumps(
            {name: value for name in FIELDS if (value := getattr(self, name)) != ""}
        )


# The order in which the 16 texts are written, compared and fingerprinted.
FIELDS = (
    "v",
    "event_id",
    "kind",
    "order_id",
    "line_no",
    "event_time",
    "user_id",
    "gender",
    "category",
    "brand",
    "sku",
    "warehouse_id",
    "province",
    "quantity",
    "amount_cents",
    "currency",
)
INTEGER_FIELDS = ("v", "line_no", "event_time", "quantity", "amount_cents")
REQUIRED_FIELDS = (
    "v",
    "event_id",
    "kind",
    "order_id",
    "line_no",
    "event_time",
    "quantity",
    "amount_cents",
    "currency",
)
