"""From a double to the digits that leave the station: rounded once, at the edge, half to even."""

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

_ANY_DOUBLE: Final = Context(prec=400, rounding=ROUND_HALF_EVEN)
"""Digits enough for the largest double and its decimals."""


def decimal_text(value: float, digits: int) -> str:
    """Return ``value`` with ``digits`` decimals, rounded half to even on its decimal text (GB/T 8170).

    2.345 gives 2.34 and 2.355 gives 2.36, as on paper: the shortest text of the double is rounded, not its binary
    expansion. Negative zero loses its sign.
    """
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), context=_ANY_DOUBLE)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"
