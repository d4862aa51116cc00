"""Values that no healthy instrument gives for long: zeros, constants, negative and oversized numbers, none at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dau.core.channels import Medium
from dau.core.rounding import decimal_text
from dau.core.rules.points import Point
from dau.core.states import State


def half_last_decimal(digits: int) -> float:
    """Return the largest number that is told as zero with ``digits`` decimals: 0.05 for one of them."""
    return float(Decimal(5).scaleb(-digits - 1))


def zero_marks(points: Sequence[Point], within: float) -> list[bool]:
    """Mark the periods that are in order and whose value is zero, give or take ``within``."""
    return [point.state is State.OK and point.value is not None and abs(point.value) <= within for point in points]


def constant_marks(points: Sequence[Point], digits: int) -> list[str | None]:
    """Mark the periods that are in order by their value as it is reported; all others are of no run."""
    return [
        decimal_text(point.value, digits) if point.state is State.OK and point.value is not None else None
        for point in points
    ]


def missing_marks(points: Sequence[Point]) -> list[bool]:
    """Mark the closed periods that should have a number and have none; of a stopped source none is due."""
    return [point.is_closed and point.number is None and point.state is not State.STOPPED for point in points]


@dataclass(frozen=True, slots=True)
class Negative:
    """Whether a number is below zero, and whether so far that it cannot be valid."""

    is_negative: bool
    is_invalid: bool


def negative(value: float, medium: Medium, floor: float, high: float | None) -> Negative:
    """Judge a number below zero.

    Gas may read a little below zero: it is invalid below ``floor`` (-0.1 for ten percent) times ``high``, the end of
    the measuring range; without a range nobody can say. A negative number of water has no meaning.
    """
    is_negative = value < 0
    if medium is Medium.WATER:
        return Negative(is_negative, is_negative)
    return Negative(is_negative, is_negative and high is not None and value < floor * high)


def oversize_bound(abnormal_high: float | None, share: float, high: float | None) -> float | None:
    """Return what no number exceeds: the registered abnormal maximum, else ``share`` of the measuring range."""
    if abnormal_high is not None:
        return abnormal_high
    return None if high is None else float(Decimal(repr(share)) * Decimal(repr(high)))
