"""What is compared at random: dates, windows and minutes of two years, and order lines for them."""

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from tests.brute_comparison import WINDOWS, Case, Line, baseline_day, stretch


def random_cases(seed: int, count: int) -> list[Case]:
    """Cases of two years; ends of months, promotions and changes of the clock come often."""
    dice = random.Random(seed)
    special = [
        date(2025, 11, 11), date(2026, 6, 18), date(2026, 11, 11), date(2026, 12, 12),
        date(2026, 3, 29), date(2026, 4, 29), date(2026, 10, 25), date(2026, 11, 25),
        date(2026, 3, 31), date(2026, 5, 31), date(2026, 1, 1), date(2026, 12, 31),
    ]  # fmt: skip
    days = [*special, *(date(2026, 1, 1) + timedelta(days=dice.randrange(365)) for _ in range(12))]
    minutes = [0, 1, 7, 8, 239, 240, 241, 247, 1379, 1380, 1381, 1440, 1500, 1680, 1740]
    return [
        Case(
            dice.choice(days),
            dice.choice(list(WINDOWS)),
            dice.choice(["yoy", "mom"]),
            dice.choice([dice.choice(minutes), dice.randrange(1, 240), dice.randrange(1, 1680)]),
        )
        for _ in range(count)
    ]


def random_lines(
    seed: int, zone: str, cases: Sequence[Case], keys: Mapping[str, Sequence[str]]
) -> list[Line]:
    """Order lines of all days the cases touch, many of them near the minutes that are compared."""
    dice = random.Random(seed)
    sides = [(c, day) for c in cases for day in (c.day, baseline_day(c.day, c.kind)) if day]
    minutes: list[int] = []
    for day in sorted({day for _, day in sides}):
        start, end = stretch(zone, "28H", day)
        minutes += [dice.randrange(start, end) for _ in range(dice.randrange(10, 50))]
    for case, day in sides:
        last = stretch(zone, case.window, day)[0] + case.elapsed - 1
        minutes += [last + dice.choice([0, dice.randrange(-12, 13)]) for _ in range(8)]
    return [_random_line(dice, f"e{n}", minute, keys) for n, minute in enumerate(minutes)]


def _random_line(
    dice: random.Random, event_id: str, minute: int, keys: Mapping[str, Sequence[str]]
) -> Line:
    return Line(
        event_id=event_id,
        ms=minute * 60_000 + dice.randrange(60_000),
        kind=dice.choice(["sale", "sale", "sale", "refund"]),
        line_no=dice.randrange(1, 4),
        quantity=dice.randrange(1, 6),
        amount=dice.choice([0, dice.randrange(1, 100), dice.randrange(100, 1_000_000)]),
        user=dice.choice(["", f"u{dice.randrange(30)}"]),
        keys={dimension: dice.choice(known) for dimension, known in keys.items()},
    )
