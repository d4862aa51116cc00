"""The hours of flue gas whose emission a report repairs: which gaps there are, and what HJ 75-2017 puts into them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from dau.core.exact import mean_of
from dau.core.periods import BEIJING_MS
from dau.core.repair import Capture, gas_hour_emission

DAY_HOURS: Final = 24
"""Reference measurements by hand stand for a gap if there is at least one for each day of it."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour: its emission, None where none is valid, and whether the source stood still, so that none was due.

    ``is_out_of_control``: a failed check made what was measured invalid afterwards (失控). ``manual`` is the emission
    that a reference measurement by hand gave.
    """

    start_ms: int
    emission: float | None
    is_stopped: bool = False
    is_out_of_control: bool = False
    manual: float | None = None

    @property
    def is_missing(self) -> bool:
        """Whether an emission was due and is not there."""
        return self.emission is None and not self.is_stopped


@dataclass(frozen=True, slots=True)
class Repair:
    """One gap: its hours, the capture of its quarter as far as it is known, the window in valid hours, the emission.

    ``window_hours`` and ``emission`` (of each hour) are None where no rule applies. ``counted_from_ms`` is the instant
    before which the window lies: the beginning of the gap, or the last calibration before what was out of control.
    ``is_manual``: the emission is the mean of reference measurements by hand, and no window was looked at. ``inputs``
    are the hours, each with its emission, that give this one: the greatest of the window, or those by hand.
    """

    hours: tuple[int, ...]
    capture: Capture
    window_hours: int | None
    emission: float | None
    counted_from_ms: int = 0
    is_manual: bool = False
    inputs: tuple[tuple[int, float], ...] = ()


def repairs(hours: Sequence[Hour], calibrated_ms: Sequence[int] = ()) -> Iterator[Repair]:
    """Yield the repair of every gap (HJ 75-2017).

    Args:
        hours: hour after hour without one left out, as far back as a window may reach.
        calibrated_ms: when calibrations ended, in any order.
    """
    valid: list[tuple[int, float]] = []
    for is_missing, group in groupby(hours, key=lambda hour: hour.is_missing):
        gap = list(group)
        if is_missing:
            capture = _capture([hour for hour in hours if quarter_of(hour.start_ms) == quarter_of(gap[0].start_ms)])
            yield from _by_hand(gap, capture) or [_repair(gap, capture, valid, calibrated_ms)]
        else:
            valid += [(hour.start_ms, hour.emission) for hour in gap if hour.emission is not None]


def _by_hand(gap: Sequence[Hour], capture: Capture) -> list[Repair]:
    """Return a repair for each day of a gap, from its beginning, by what was measured by hand; none if one has none."""
    days = [gap[place : place + DAY_HOURS] for place in range(0, len(gap), DAY_HOURS)]
    inputs = [tuple((hour.start_ms, hour.manual) for hour in day if hour.manual is not None) for day in days]
    if not all(inputs):
        return []
    return [
        Repair(
            tuple(hour.start_ms for hour in day),
            capture,
            None,
            mean_of(emission for _, emission in measured),
            gap[0].start_ms,
            is_manual=True,
            inputs=measured,
        )
        for day, measured in zip(days, inputs, strict=True)
    ]


def _repair(
    gap: Sequence[Hour], capture: Capture, valid: Sequence[tuple[int, float]], calibrated_ms: Sequence[int]
) -> Repair:
    starts, from_ms = tuple(hour.start_ms for hour in gap), gap[0].start_ms
    if any(hour.is_out_of_control for hour in gap):
        from_ms = max((at_ms for at_ms in calibrated_ms if at_ms <= from_ms), default=from_ms)
    window = capture.window_hours(len(gap))
    before = [(start_ms, emission) for start_ms, emission in valid if start_ms < from_ms]
    emission = gas_hour_emission([emission for _, emission in before], window)
    used = next((each for each in reversed(before) if each[1] == emission), None)
    inputs = () if used is None else (used,)
    return Repair(starts, capture, window, emission, from_ms, inputs=inputs)


def quarter_of(at_ms: int) -> tuple[int, int]:
    """Return year and quarter (1 to 4) of an instant in Beijing."""
    local = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms + BEIJING_MS)
    return local.year, (local.month + 2) // 3


def _capture(quarter: Sequence[Hour]) -> Capture:
    stopped = sum(hour.emission is None and hour.is_stopped for hour in quarter)
    missing = sum(hour.is_missing for hour in quarter)
    return Capture(len(quarter), len(quarter) - stopped, len(quarter) - stopped - missing)
