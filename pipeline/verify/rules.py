"""The rules of a comparison in plain integers: rounding, change, the expected minute, the lead.

Rules: docs/design.md §12. Shares no code with what the screen computes them with.
"""

from collections.abc import Sequence

MILLION = 1_000_000
HALF_WIDTH = 7  # minutes on each side of the one whose expected value it is


def divide(numerator: int, denominator: int) -> int:
    """Return the quotient, rounded half away from zero; the denominator is positive."""
    whole, rest = divmod(abs(numerator), denominator)
    size = whole + (2 * rest >= denominator)
    return size if numerator >= 0 else -size


def change(own: int | None, base: int | None) -> int | None:
    """Return (own - base) / base in ppm, None where there is nothing to divide by."""
    if own is None or base is None or base <= 0:
        return None
    return divide((own - base) * MILLION, base)


def expected(values: Sequence[int], edges: Sequence[int], place: int) -> int:
    """Return the mean of up to 15 minutes around one, which never reaches across an edge."""
    low = max((edge for edge in edges if edge <= place), default=0)
    high = min((edge for edge in edges if edge > place), default=len(values))
    part = values[max(low, place - HALF_WIDTH) : min(high, place + HALF_WIDTH + 1)]
    return divide(sum(part), len(part))


def lead(own_sum: int, elapsed: int, base: Sequence[int]) -> tuple[int | None, str]:
    """Return by how many minutes we are ahead or behind; None beyond the baseline's end.

    With the same sum after the same time nobody is, though the sum may stand for a while.
    """
    if own_sum > 0 and sum(base[:elapsed]) == own_sum:
        return 0, "even"
    running = 0
    if own_sum <= 0:
        reached = 0
    else:
        for count, value in enumerate(base, 1):
            running += value
            if running >= own_sum:
                reached = count
                break
        else:
            return None, "ahead"
    if reached == elapsed:
        return 0, "even"
    return abs(reached - elapsed), "ahead" if reached > elapsed else "behind"
