"""From a signal to a quantity, and what a measuring range allows (HJ 76: a tenth of the span beyond it is shown)."""

from dataclasses import dataclass
from typing import Final

BROKEN_MA: Final = 3.6
"""Below it a current loop is broken."""

SHORTED_MA: Final = 21.0
"""Above it a current loop is shorted, or its sender reports a fault."""

MARGIN: Final = 0.1
"""Share of the span beyond either end of the range up to which a value is stored as it is."""


def from_current(
    of: float, low: float, high: float, broken: float = BROKEN_MA, shorted: float = SHORTED_MA
) -> float | None:
    """Return the quantity that a current in mA stands for: ``low`` at 4 mA, ``high`` at 20 mA.

    What lies a little outside of 4 to 20 mA is a value a little outside of the range; what no sender of a measured
    value gives is none at all.
    """
    return low + (of - 4) / 16 * (high - low) if broken <= of <= shorted else None


@dataclass(frozen=True, slots=True)
class Clipped:
    """A value as it may be stored, and on which side of the measuring range the number was."""

    stored: float
    is_above: bool
    is_below: bool
    is_clipped: bool


def clip(value: float, low: float, high: float, margin: float = MARGIN) -> Clipped:
    """Return a value as it may be stored: beyond ``margin`` of the span outside of the range, the limit itself."""
    room = margin * (high - low)
    stored = min(max(value, low - room), high + room)
    return Clipped(stored, value > high, value < low, stored != value)
