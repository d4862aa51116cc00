"""The hours of flue gas whose emission a report repairs: which gaps there are, and what HJ 75-2017 puts into them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby

from dau.core.periods import BEIJING_MS
from dau.core.repair import Capture, gas_hour_emission


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: its emission, None where none is valid, and whether the source stood still, so that none was due."""

    start_ms: int
    emission: float | None
    is_stopped: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether an emission was due and is not there."""
        return self.emission is None and not self.is_stopped


@dataclass(frozen=True, slots=True)
class Repair:
    """One gap: its hours, the capture of its quarter as far as it is known, the window in valid hours, the emission.

    ``window_hours`` and ``emission`` (of each hour) are None where no rule applies.
    """

    hours: tuple[int, ...]
    capture: Capture
    window_hours: int | None
    emission: float | None


def repairs(hours: Sequence[Hour]) -> Iterator[Repair]:
    """Yield the repair of every gap.

    Args:
        hours: hour after hour without one left out, as far back as a window may reach.
    """
    valid: list[float] = []
    for is_missing, group in groupby(hours, key=lambda hour: hour.is_missing):
        gap = list(group)
        if is_missing:
            capture = _capture([hour for hour in hours if quarter_of(hour.start_ms) == quarter_of(gap[0].start_ms)])
            window = capture.window_hours(len(gap))
            yield Repair(tuple(hour.start_ms for hour in gap), capture, window, gas_hour_emission(valid, window))
        else:
            valid += [hour.emission for hour in gap if hour.emission is not None]


def quarter_of(at_ms: int) -> tuple[int, int]:
    """Return year and quarter (1 to 4) of an instant in Beijing."""
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms + BEIJING_MS)
    return local.year, (local.month + 2) // 3


def _capture(quarter: Sequence[Hour]) -> Capture:
    stopped = sum(hour.emission is None and hour.is_stopped for hour in quarter)
    missing = sum(hour.is_missing for hour in quarter)
    return Capture(len(quarter), len(quarter) - stopped, len(quarter) - stopped - missing)
