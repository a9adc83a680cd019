"""Numbers of a feed, exactly as written: integers and decimals, never a binary fraction."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, InvalidOperation

from pipeline.events.model import LARGEST_INTEGER
from pipeline.mapping.unmapped import Unmapped, quoted

Number = int | Decimal
_WRITTEN = re.compile(r"[+-]?[0-9]{1,24}(\.[0-9]{1,24})?")
_LARGEST_POWER = 15
# Enough for any product of what is let in; what does not fit is refused, never rounded.
_EXACT = Context(prec=60, traps=[InvalidOperation, Inexact])
_WHOLE = Context(prec=60, traps=[InvalidOperation])


class BinaryFraction(Exception):
    """A number was read as a double; the message must be read again, exactly."""


def number(value: object) -> Number:
    """Return the number of a JSON number or string; raises Unmapped, BinaryFraction."""
    if type(value) is int:
        return value
    if isinstance(value, str) and _WRITTEN.fullmatch(value):
        return Decimal(value)
    if isinstance(value, Decimal):
        if not value.is_finite() or abs(value.adjusted()) > _LARGEST_POWER:
            raise Unmapped(f"is out of range ({quoted(value)})")
        return value
    if isinstance(value, float):
        raise BinaryFraction
    raise Unmapped("is missing" if value in (None, "") else f"is no number ({quoted(value)})")


def integer(value: object) -> int:
    """Return a whole number; raises Unmapped for another, and for more than 15 digits."""
    found = number(value)
    if type(found) is not int:
        whole = int(found)
        if whole != found:
            raise Unmapped(f"is not whole ({quoted(value)})")
        found = whole
    if abs(found) > LARGEST_INTEGER:
        raise Unmapped(f"has more than 15 digits ({quoted(value)})")
    return found


def smallest_units(amount: Number, quantity: int, exponent: int, round_half: bool) -> int:
    """Return |amount × quantity| in 10^-exponent; half up if asked, else a rest raises Unmapped."""
    if isinstance(amount, int):
        units = abs(amount * quantity) * (1, 10, 100, 1000, 10_000)[exponent]
    else:
        try:
            exact = _EXACT.scaleb(_EXACT.abs(_EXACT.multiply(Decimal(amount), quantity)), exponent)
            rounded = exact.to_integral_value(ROUND_HALF_UP, _WHOLE)
        except (InvalidOperation, Inexact) as fault:
            raise Unmapped(f"is out of range ({quoted(amount)})") from fault
        if rounded != exact and not round_half:
            raise Unmapped(f"is finer than the currency's smallest unit ({quoted(amount)})")
        units = int(rounded)
    if units > LARGEST_INTEGER:
        raise Unmapped(f"has more than 15 digits ({quoted(amount)})")
    return units
