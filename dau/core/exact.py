"""Sums, products and quotients on the decimal text of doubles, as on paper: a mean of 7.19 and 7.20 is 7.195.

Nothing is lost between the numbers that go in and the one double that comes out, so that the order of the numbers
does not matter; nothing is rounded to digits here.
"""

from collections.abc import Iterable
from decimal import Context, Decimal, localcontext
from typing import Final

_ALL_DIGITS: Final = Context(prec=2000)
"""Digits enough for sums of products of any doubles."""

_QUOTIENT: Final = Context(prec=60)

STORED_DIGITS: Final = Context(prec=15)
"""Digits that a quotient of two stored doubles has for certain."""


def exact(value: float) -> Decimal:
    """Return the number that the shortest text of the double says."""
    return Decimal(repr(value))


def certain(value: float) -> float:
    """Return the double without the digits that a few operations on doubles make up.

    8.06 x 15 / 14.88 is 8.125 on paper and 8.125000000000002 in doubles: rounded to two digits, 8.12 and 8.13.
    """
    return float(STORED_DIGITS.create_decimal(repr(value)))


def exact_sum(values: Iterable[Decimal]) -> Decimal:
    """Return the sum, to the last digit."""
    with localcontext(_ALL_DIGITS):
        return sum(values, Decimal(0))


def exact_product(*factors: Decimal) -> Decimal:
    """Return the product, to the last digit."""
    product = Decimal(1)
    for factor in factors:
        product = _ALL_DIGITS.multiply(product, factor)
    return product


def sum_of(values: Iterable[float]) -> float | None:
    """Return the sum of ``values``, or None if there are none."""
    listed = [exact(value) for value in values]
    return float(exact_sum(listed)) if listed else None


def mean_of(values: Iterable[float]) -> float | None:
    """Return the arithmetic mean of ``values``, or None if there are none."""
    listed = [exact(value) for value in values]
    return float(_QUOTIENT.divide(exact_sum(listed), Decimal(len(listed)))) if listed else None
