"""How an integer is written on the page, by the kind its element declares. Decimal arithmetic:

nothing here is shared with components/formats.py, whose work it checks.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

MINUS = "−"
UNITS = {
    "en": ((Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K")),
    "zh": ((Decimal(10) ** 8, "亿"), (Decimal(10) ** 4, "万")),
}


def written(value: int, kind: str, lang: str, symbol: str = "¥", exponent: int = 2) -> str:
    """Return the exact text of a value of a kind; raises KeyError for a kind nobody knows."""
    if kind == "span":
        return span(value, lang)
    name, _, rest = kind.partition("-") if kind != "full-money" else (kind, "", "")
    digits, _, marked = rest.partition("-")
    unsigned = marked == "unsigned"
    amount = Decimal(abs(value))
    money = amount.scaleb(-exponent)
    if name == "hero":
        text = symbol + hero(int(money.to_integral_value(ROUND_DOWN)), lang)
    elif name in ("money", "count"):
        text = short(money if name == "money" else amount, int(digits), lang)
        text = symbol + text if name == "money" else text
    elif name == "full-money":
        text = f"{symbol}{money:,.{exponent}f}"
    elif name == "whole":
        text, unsigned = f"{amount:,}", rest == "unsigned"
    elif name == "percent":
        step = Decimal(1).scaleb(-int(digits))
        text = f"{(amount / 10_000).quantize(step, ROUND_HALF_UP):,}%"
    elif name in ("times", "points"):
        text = ratio(amount, name, int(digits))
    elif name == "age":
        tenths = (amount / 1000).quantize(Decimal("0.1"), ROUND_HALF_UP)
        text = str(tenths) if tenths < 10 else f"{tenths.to_integral_value(ROUND_DOWN):f}"
    else:
        raise KeyError(kind)
    if value > 0 and marked == "signed":
        return "+" + text
    return text if value >= 0 or unsigned else MINUS + text


def ratio(amount: Decimal, name: str, decimals: int) -> str:
    """Return parts per million as a multiple, or as percentage points."""
    size, mark = (1_000_000, "") if name == "times" else (10_000, " pp")
    return f"{(amount / size).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,}{mark}"


def span(minutes: int, lang: str) -> str:
    hours, rest = divmod(minutes, 60)
    if lang == "en":
        return f"{hours} h {rest} min" if hours else f"{rest} min"
    return f"{hours}小时{rest}分" if hours else f"{rest}分"


def short(amount: Decimal, digits: int, lang: str) -> str:
    """Return so many significant digits, but every one of the whole part, in the largest unit."""
    units = UNITS[lang]
    for i, (size, mark) in enumerate(units):
        if amount < size:
            continue
        text, scaled = rounded(amount / size, digits)
        if i > 0 and scaled * size >= units[i - 1][0]:
            text, _ = rounded(amount / units[i - 1][0], digits)
            return text + units[i - 1][1]
        return text + mark
    whole = amount.quantize(Decimal(1), ROUND_HALF_UP)
    if whole >= units[-1][0]:
        return rounded(amount / units[-1][0], digits)[0] + units[-1][1]
    return f"{whole:,}"


def rounded(number: Decimal, digits: int) -> tuple[str, Decimal]:
    """Return a number to its significant digits, as text and value."""
    whole = len(str(int(number))) if number >= 1 else 1
    decimals = max(0, digits - whole)
    value = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    if decimals and len(str(int(value))) > whole:  # 9.996 has become 10.00
        decimals -= 1
        value = number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{value:,.{decimals}f}", value


def hero(units: int, lang: str) -> str:
    """Return all digits: groups of three, or of four with their marks."""
    if lang != "zh":
        return f"{units:,}"
    text = f"{units % 10**4:04d}"
    if units < 10**4:
        return str(units)
    if units < 10**8:
        return f"{units // 10**4}万{text}"
    return f"{units // 10**8}亿{units // 10**4 % 10**4:04d}万{text}"
