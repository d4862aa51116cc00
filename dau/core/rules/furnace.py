"""Furnaces that burn too cold: windows of five minutes below 850 degrees Celsius, counted for each natural day."""

from collections.abc import Sequence
from enum import StrEnum

from dau.core.rules.limits import judged
from dau.core.rules.points import Point


class Heat(StrEnum):
    """What the cold windows of a day amount to."""

    ENOUGH = "enough"
    WARNED = "warned"
    VIOLATED = "violated"


def cold_windows(windows: Sequence[Point], below: float) -> tuple[Point, ...]:
    """Return the windows whose mean is below, unrounded and strictly.

    A window without data is not below, and one that a state exempts does not count.
    """
    return tuple(window for window in windows if (mean := judged(window)) is not None and mean < below)


def heat_of(count: int, warn_from: int, most: int) -> Heat:
    """Judge a day by its cold windows: warned from ``warn_from`` on, violated by more than ``most``."""
    if count > most:
        return Heat.VIOLATED
    return Heat.WARNED if count >= warn_from else Heat.ENOUGH
