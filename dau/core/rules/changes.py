"""Values that change too much at once, or too little over a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt
from statistics import median


@dataclass(frozen=True, slots=True)
class Jump:
    """How a value stands against what came before; ``baseline`` is None where too little did."""

    baseline: float | None
    is_jump: bool


def jump(history: Sequence[float], value: float, times: float, least: float, need: int) -> Jump:
    """Compare a value with the median of its history.

    It jumps when it is away from the median by more than ``times`` the median, and by more than ``least`` (in the unit
    of the channel). Fewer than ``need`` values are no history.
    """
    if len(history) < need:
        return Jump(None, is_jump=False)
    baseline = median(history)
    return Jump(baseline, abs(value - baseline) > max(times * abs(baseline), least))


def variation(values: Sequence[float], need: int) -> float | None:
    """Return the coefficient of variation (sample standard deviation over the mean, a share and never negative).

    None for fewer than ``need`` values, or a mean of zero.
    """
    if len(values) < max(need, 2):
        return None
    mean = fsum(values) / len(values)
    if mean == 0:
        return None
    spread = sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))
    return spread / abs(mean)
