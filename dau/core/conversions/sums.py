"""Sums and differences of channels of one unit."""

from collections.abc import Sequence
from math import fsum


def sum_of(of: Sequence[float]) -> float:
    """Return the sum of all channels."""
    return fsum(of)


def difference(of: float, minus: float) -> float:
    """Return what is left of one channel without the other."""
    return of - minus
