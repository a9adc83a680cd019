"""The arithmetic of one line: exact decimals from prices that a file keeps as doubles."""

from decimal import ROUND_HALF_UP, Decimal


def exact(number: object) -> Decimal:
    """Return the decimal a file meant: of a double its shortest text, of anything else its own."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(str(number))


def line_cents(price: Decimal, quantity: Decimal, exponent: int) -> int:
    """Return |price × quantity| in 10^-exponent of the currency, rounded half up."""
    amount = abs(price * quantity).scaleb(exponent)
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
