"""The one big number to text: every digit of it, in pieces that are drawn each in its way."""

from components.formats import MINUS, UNIT_MARKS, Currency


def parts(cents: int, lang: str, currency: Currency) -> tuple[tuple[str, str], ...]:
    """Return the pieces of the one big number: (kind, text), kind sign | symbol | digit | mark.

    Whole units of the currency, cut and not rounded: it never shows a sale that was not made.
    """
    units = abs(cents) // 10**currency.exponent
    pieces: list[tuple[str, str]] = [("sign", MINUS)] if cents < 0 else []
    pieces.append(("symbol", currency.symbol))
    for character in _in_fours(units) if lang == "zh" else f"{units:,}":
        kind = "digit" if character.isdigit() else "mark" if character in UNIT_MARKS else "sign"
        pieces.append((kind, character))
    return tuple(pieces)


def text(cents: int, lang: str, currency: Currency) -> str:
    """Return the pieces as one text."""
    return "".join(piece for _, piece in parts(cents, lang, currency))


def _in_fours(units: int) -> str:
    high, rest = divmod(units, 10**8)
    middle, low = divmod(rest, 10**4)
    if high:
        return f"{high}亿{middle:04d}万{low:04d}"
    return f"{middle}万{low:04d}" if middle else str(low)
