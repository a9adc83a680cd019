"""Numbers to text. Integers in, integer arithmetic throughout: no float touches money.

`short` follows the house of the language: K, M, B or 万, 亿; significant digits, but never fewer
digits than the whole part has (4 on the big tiles, 3 in lists).
"""

from dataclasses import dataclass, replace

NOTHING = "—"
MINUS = "−"
_STEPS = {
    "en": ((10**9, "B"), (10**6, "M"), (10**3, "K"), (1, "")),
    "zh": ((10**8, "亿"), (10**4, "万"), (1, "")),
}
_AXIS_STEPS = {
    "en": ((10**12, "T"), *_STEPS["en"]),
    "zh": ((10**12, "万亿"), *_STEPS["zh"]),
}
UNIT_MARKS = frozenset("亿万")
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Currency:
    """`exponent`: decimal places between the unit and the integer (2: the integer is cents)."""

    symbol: str
    exponent: int


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is drawn: the integer, its text, and the exact text for the hover.

    `kind` names the rule that made the text of the integer, so that anyone can do it again.
    """

    value: int | None
    text: str = NOTHING
    exact: str = ""
    kind: str = ""

    def unsigned(self) -> "Number":
        """Return it without its sign: a triangle beside it says the direction."""
        return replace(self, text=self.text.removeprefix(MINUS), kind=f"{self.kind}-unsigned")


def grouped(value: int) -> str:
    """Return all digits in groups of three."""
    return _signed(value, f"{abs(value):,}")


def rounded(value: int, size: int) -> int:
    """Return `value / size` rounded half up, for value >= 0 and size > 0."""
    return (2 * value + size) // (2 * size)


def short(value: int, lang: str, digits: int, prefix: str = "", exponent: int = 0) -> str:
    """Return a value of `10**-exponent` units with `digits` significant digits and a unit mark."""
    size = 10**exponent
    amount = abs(value)
    steps = _STEPS[lang if lang in _STEPS else "en"]
    at = next((i for i, (step, _) in enumerate(steps) if amount >= step * size), len(steps) - 1)
    text, carried = _at_step(amount, steps, at, size, digits)
    if carried and at > 0:  # 999.96K rounds to 1000K: it reads 1.00M
        text, _ = _at_step(amount, steps, at - 1, size, digits)
    return _signed(value, prefix + text)


def _at_step(
    amount: int, steps: tuple[tuple[int, str], ...], at: int, size: int, digits: int
) -> tuple[str, bool]:
    step, mark = steps[at]
    whole = amount // (step * size)
    decimals = 0 if step == 1 else max(0, digits - len(str(max(whole, 1))))
    scaled = rounded(amount * 10**decimals, step * size)
    carried = at > 0 and scaled * step >= steps[at - 1][0] * 10**decimals
    if step != 1 and decimals and len(str(scaled)) > max(digits, len(str(whole)) + decimals):
        decimals -= 1  # 9.996 rounds to 10.00: one decimal fewer keeps the digits
        scaled = rounded(amount * 10**decimals, step * size)
    return point(scaled, decimals) + mark, carried


def point(scaled: int, decimals: int) -> str:
    """Return an integer of `10**-decimals` units as text, grouped."""
    whole, rest = divmod(scaled, 10**decimals)
    return f"{whole:,}" + (f".{rest:0{decimals}d}" if decimals else "")


def level(value: int, lang: str, exponent: int = 0) -> str:
    """Return the label of a round level of an axis: its shortest text without rounding."""
    size = 10**exponent
    steps = _AXIS_STEPS[lang if lang in _AXIS_STEPS else "en"]
    amount = abs(value)
    whole = [(step, mark) for step, mark in steps if amount and not amount % (step * size)]
    if not whole:  # less than one unit
        return _signed(value, point(amount, exponent).rstrip("0").rstrip("."))
    texts = [f"{amount // (step * size)}{mark}" for step, mark in whole]
    return _signed(value, min(texts, key=_places))


def _places(text: str) -> int:
    return sum(2 if character in UNIT_MARKS else 1 for character in text)


def exact_money(cents: int, currency: Currency) -> str:
    """Return every digit: ¥38,472,916,503.12."""
    return _signed(cents, currency.symbol + point(abs(cents), currency.exponent))


def money(cents: int | None, lang: str, currency: Currency, digits: int = 3) -> Number:
    if cents is None:
        return Number(None)
    text = short(cents, lang, digits, currency.symbol, currency.exponent)
    return Number(cents, text, exact_money(cents, currency), f"money-{digits}")


def full_money(cents: int | None, currency: Currency) -> Number:
    """Return an amount that is always written out, such as an average order."""
    if cents is None:
        return Number(None)
    text = exact_money(cents, currency)
    return Number(cents, text, text, "full-money")


def count(value: int | None, lang: str, digits: int = 3) -> Number:
    if value is None:
        return Number(None)
    return Number(value, short(value, lang, digits), grouped(value), f"count-{digits}")


def whole(value: int | None) -> Number:
    """Return a count with all its digits."""
    if value is None:
        return Number(None)
    return Number(value, grouped(value), grouped(value), "whole")


def percent(ppm: int | None, decimals: int = 1) -> Number:
    """Return parts per million as a percentage."""
    if ppm is None:
        return Number(None)
    text = _signed(ppm, point(rounded(abs(ppm), 10 ** (4 - decimals)), decimals)) + "%"
    return Number(ppm, text, _signed(ppm, point(abs(ppm), 4)) + "%", f"percent-{decimals}")


def times(ppm: int | None, decimals: int = 2) -> Number:
    """Return parts per million as a multiple; the mark × is a word beside it."""
    if ppm is None:
        return Number(None)
    text = _signed(ppm, point(rounded(abs(ppm), 10 ** (6 - decimals)), decimals))
    return Number(ppm, text, _signed(ppm, point(abs(ppm), 6)), f"times-{decimals}")


def points(ppm: int | None) -> Number:
    """Return a difference of two rates as percentage points."""
    if ppm is None:
        return Number(None)
    text = _signed(ppm, point(rounded(abs(ppm), 100), 2))
    return Number(ppm, f"{text} pp", _signed(ppm, point(abs(ppm), 4)) + " pp", "points-2")


def signed(number: Number) -> Number:
    """Return a number that says its direction itself: a plus above zero."""
    if number.value is None:
        return number
    plus = "+" if number.value > 0 else ""
    return replace(number, text=plus + number.text, kind=f"{number.kind}-signed")


def seconds(ms: int) -> Number:
    """Return a length of time in seconds: one decimal, half up, under ten; whole ones above."""
    tenths = (ms + 50) // 100
    text = f"{tenths // 10}.{tenths % 10}" if tenths < 100 else str(tenths // 10)
    return Number(ms, text, kind="age")


def share_ppm(part: int, total: int) -> int | None:
    """Return `part / total` in parts per million, half up; None without a positive total."""
    return None if total <= 0 or part < 0 else rounded(part * PPM, total)


def _signed(value: int, text: str) -> str:
    return MINUS + text if value < 0 else text
