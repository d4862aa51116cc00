"""Figures that a report may put in the place of missing ones. They are never stored as data and never sent.

Each comes with the rule and the window it was taken from, so that a reader sees that nothing of it was measured.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

from dau.core.exact import mean_of

GOOD_CAPTURE: Final = 90
LEAST_CAPTURE: Final = 75
SHORT_GAP_HOURS: Final = 24
SHORT_WINDOW: Final = 180
LONG_WINDOW: Final = 720
POOR_WINDOW: Final = 2160
WINDOW_DAYS: Final = 30
MANUAL_SAMPLES: Final = 4
"""So many manual samples of a day make a day emission (HJ 356-2019)."""


class Source(StrEnum):
    """Where a repaired day emission of waste water comes from."""

    MANUAL = "manual"
    MAX30 = "max30"


@dataclass(frozen=True, slots=True)
class Capture:
    """How much of a quarter was captured (HJ 75-2017): all hours, those that had to run, those that were valid."""

    quarter_hours: int
    due_hours: int
    valid_hours: int

    @property
    def rate(self) -> float | None:
        """In percent, unrounded; None where the source stood still for the whole quarter."""
        return 100 * self.valid_hours / self.due_hours if self.due_hours > 0 else None

    @property
    def is_enough(self) -> bool:
        """Whether the rate is 75 % or more."""
        return self.reaches(LEAST_CAPTURE)

    def reaches(self, percent: int) -> bool:
        """Compare the rate, unrounded."""
        return self.due_hours > 0 and 100 * self.valid_hours >= percent * self.due_hours

    def window_hours(self, gap_hours: int) -> int | None:
        """Return how many valid hours before a gap give its emission, their maximum; None where no rule applies."""
        if not self.is_enough:
            return None
        if not self.reaches(GOOD_CAPTURE):
            return POOR_WINDOW
        return SHORT_WINDOW if gap_hours <= SHORT_GAP_HOURS else LONG_WINDOW


def capture_of(year: int, quarter: int, stop_hours: int, invalid_hours: int) -> Capture:
    """Return the capture of a quarter (1 to 4) from the hours the source stood still and those without valid data."""
    days = sum(monthrange(year, month)[1] for month in range(3 * quarter - 2, 3 * quarter + 1))
    hours = 24 * days
    return Capture(hours, hours - stop_hours, hours - stop_hours - invalid_hours)


def gas_hour_emission(before: Sequence[float], window_hours: int | None) -> float | None:
    """Return the emission of each hour of a gap: the maximum of the last ``window_hours`` valid hours before it.

    ``before`` holds the emissions of valid hours, the oldest first. None where no rule applies or nothing was valid.
    """
    return None if window_hours is None else max(before[-window_hours:], default=None)


def water_hour_2007(before: Sequence[float], gap_hours: int, is_ph: bool) -> float | None:
    """Return what HJ/T 356-2007 puts into each hour of a gap: the mean of as many values before it, of pH the median.

    None where there are not as many.
    """
    if not 0 < gap_hours <= len(before):
        return None
    window = before[-gap_hours:]
    return median(window) if is_ph else mean_of(window)


def water_day_2019(
    valid_days: Sequence[float], manual_samples: int, manual: float | None
) -> tuple[float, Source] | None:
    """Return the day emission that HJ 356-2019 allows for a day without a valid mean, or None where it allows none.

    Args:
        valid_days: emissions of the valid days before, the oldest first.
        manual_samples: how many samples of that day were analysed by hand; four or more win.
        manual: the day emission from them.
    """
    if manual is not None and manual_samples >= MANUAL_SAMPLES:
        return manual, Source.MANUAL
    highest = max(valid_days[-WINDOW_DAYS:], default=None)
    return None if highest is None else (highest, Source.MAX30)
