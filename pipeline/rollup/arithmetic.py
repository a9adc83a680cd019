"""Whole-number arithmetic of metrics; money never becomes a float."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.catalogue.model import Linear, Unit

PARTS_PER_MILLION = 1_000_000


def divide_half_up(numerator: int, denominator: int) -> int | None:
    """Return the quotient rounded half up (away from zero below it); None when dividing by 0.

    >>> divide_half_up(5, 2), divide_half_up(-5, 2), divide_half_up(1, 0)
    (3, -3, None)
    """
    if denominator == 0:
        return None
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    above, below = abs(numerator), abs(denominator)
    return sign * ((2 * above + below) // (2 * below))


def ratio(numerator: int, denominator: int, unit: Unit) -> int | None:
    """Return a ratio in its unit: cents, or parts per million of a rate."""
    factor = PARTS_PER_MILLION if unit is Unit.RATE else 1
    return divide_half_up(numerator * factor, denominator)


def linear(terms: Linear, measures: Mapping[str, int]) -> int:
    """Return the sum of measures a metric asks for."""
    return sum(factor * measures[name] for name, factor in terms.terms.items())


def combine(terms: Linear, names: Sequence[str], values: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[...] from int64[..., measures]."""
    total = np.zeros(values.shape[:-1], np.int64)
    for name, factor in terms.terms.items():
        total += factor * values[..., names.index(name)]
    return total
