"""The one door to every formula: a missing operand has no result, and what is no number is no result."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from math import isfinite

Operand = float | tuple[float | None, ...] | None
"""A number, or the numbers that a sum is made of. None: missing."""


def value_of(formula: Callable[..., float | None], **operands: Operand) -> float | None:
    """Return what ``formula`` makes of its operands, None if one is missing or the result is no finite number.

    Missing is missing: it is never taken for zero.
    """
    return value_in_spite(formula, operands, frozenset())


def value_in_spite(
    formula: Callable[..., float | None], operands: Mapping[str, Operand], may_lack: AbstractSet[str]
) -> float | None:
    """Return the same, although some numbers of the lists named in ``may_lack`` are missing: the formula knows."""
    if not all(name in may_lack or _is_there(operand) for name, operand in operands.items()):
        return None
    try:
        result = formula(**operands)
    except (ArithmeticError, ValueError):  # a division by zero, a number too large, a root of less than nothing
        return None
    return result if result is not None and isfinite(result) else None


def _is_there(operand: Operand) -> bool:
    return all(map(_is_there, operand)) if isinstance(operand, tuple) else operand is not None and isfinite(operand)
