"""The cells a line touches, for the peers that are programmed in Python; standard library only.

The peers run in environments of their own: this file is theirs, nothing of the project is there.
"""

from typing import Any

ZONE_MINUTES = 480
HASH_BUCKETS = 16
Place = tuple[str, int, str]


def numbers(line: dict[str, Any]) -> list[int]:
    """Return n and the seven measures that one line adds to each of its minute cells."""
    amount, quantity = line["amount_cents"], line["quantity"]
    if line["kind"] == "sale":
        return [1, amount, 0, quantity, 0, int(line["line_no"] == 1), 1, 0]
    return [1, 0, amount, 0, quantity if amount else 0, 0, 0, 1]


def minute_places(line: dict[str, Any]) -> list[Place]:
    """Return its minute cells."""
    minute = line["event_time"] // 60_000
    user = "user" if line["user_id"] else "guest"
    return [
        ("category", minute, line["category"] or "unknown"),
        ("brand", minute, line["brand"] or "unknown"),
        ("gender", minute, line["gender"] or "unknown"),
        ("province", minute, line["province"] or "unknown"),
        ("warehouse", minute, line["warehouse_id"] or "unknown"),
        ("guests", minute, user),
    ]


def user_places(line: dict[str, Any]) -> list[Place]:
    """Return the cell of its user's totals, and those whose buyers it is among; none of a guest."""
    user = line["user_id"]
    if not user or line["kind"] != "sale":
        return []
    day, of_day = divmod(line["event_time"] // 60_000 + ZONE_MINUTES, 1440)
    evening = of_day >= 1200
    found: list[Place] = [
        ("users", day * 2 + evening, user),
        ("buyers_24H", day, ""),
        ("buyers_28H", day, ""),
    ]
    if evening:
        found += [("buyers_4H", day + 1, ""), ("buyers_28H", day + 1, "")]
    return found
