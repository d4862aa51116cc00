"""When an instrument is due: at multiples of its period on the wall clock, waited for on the monotonic clock.

Every due time lies a fixed phase behind a multiple of the period, so that no sample sits on the border of a minute. It
is kept as a monotonic time: a step of the wall clock moves nobody's next turn. The turn after that is moved onto the
new wall clock by at most half a period, so a step can neither bring a flood of turns nor a long time without one.
"""

from dataclasses import dataclass
from typing import Final

PHASE_MS: Final = 250

TOLERANCE_MS: Final = 5
"""How far a due time may be off the timetable: both clocks are read one after the other, in whole milliseconds. Without
it instruments that are due together would change places all the time.
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant on both clocks."""

    monotonic_s: float
    wall_ms: int

    def wall_at(self, monotonic_s: float) -> int:
        """Return what the wall clock shows, or showed, at another monotonic time near this one."""
        return self.wall_ms + round((monotonic_s - self.monotonic_s) * 1000)

    def until(self, wall_ms: int) -> float:
        """Return the monotonic time at which the wall clock shows ``wall_ms``."""
        return self.monotonic_s + (wall_ms - self.wall_ms) / 1000


@dataclass(frozen=True, slots=True)
class Timetable:
    """The due times of one instrument."""

    period_ms: int
    phase_ms: int = PHASE_MS

    def first(self, begin_s: float, now: Moment) -> float:
        """Return the first due time behind ``begin_s``, however near: a minute must lack none of its samples."""
        wall_ms = now.wall_at(begin_s)
        return now.until(wall_ms - (wall_ms - self.phase_ms) % self.period_ms + self.period_ms)

    def following(self, due_s: float, now: Moment) -> float:
        """Return the due time after ``due_s`` (monotonic): one period later, at the nearest place on the wall clock."""
        wall_ms = now.wall_at(due_s) + self.period_ms
        half_ms = self.period_ms // 2
        off_ms = (wall_ms - self.phase_ms + half_ms) % self.period_ms - half_ms
        return due_s + self.period_ms / 1000 if abs(off_ms) <= TOLERANCE_MS else now.until(wall_ms - off_ms)
