"""Limits of emission: which one is in force, what exceeds it, and what comes close.

Everything is compared unrounded, and a value that equals its limit does not exceed it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Final

from dau.core.periods import BEIJING_MS, DAY_MS, HOUR_MS
from dau.core.rounding import decimal_text
from dau.core.rules.points import JUDGED, Point

MULTIPLE_DIGITS: Final = 4
"""Decimals of the multiple by which a limit is exceeded."""

MonthDay = tuple[int, int]
"""Month and day of the month."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The closed span that values may lie in; None is no bound on that side."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Limit:
    """What a channel may not exceed, in its unit.

    ``hour`` and ``day`` bound the means of these periods; ``low`` and ``high`` a range such as that of pH, which holds
    for both. It is in force from the day ``valid_from`` on (Beijing time; None: always), and with a ``season`` only
    between these two days of the year, both included; a season may run over the new year. ``source`` says where it is
    written.
    """

    hour: float | None = None
    day: float | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    valid_from: date | None = None
    season: tuple[MonthDay, MonthDay] | None = None

    def bounds(self, length_ms: int) -> Bounds | None:
        """Return what holds for periods of this length, None if nothing does."""
        own = {HOUR_MS: self.hour, DAY_MS: self.day}.get(length_ms)
        high = self.high if own is None else own
        return None if self.low is None and high is None else Bounds(self.low, high)


@dataclass(frozen=True, slots=True)
class Exceedance:
    """Whether a value exceeds a limit (None: there is no value), and by which multiple of the limit beyond it."""

    is_exceeded: bool | None
    multiple: float | None = None


def in_force(limits: Iterable[Limit], at_ms: int) -> Limit | None:
    """Return the limit that counts at an instant: the newest in force; of two of one day the one of the season."""
    today = datetime.fromtimestamp((at_ms + BEIJING_MS) / 1000, UTC).date()
    counting = [limit for limit in limits if _counts(limit, today)]
    return max(counting, key=lambda limit: (limit.valid_from or date.min, limit.season is not None), default=None)


def _counts(limit: Limit, today: date) -> bool:
    if limit.valid_from is not None and today < limit.valid_from:
        return False
    if limit.season is None:
        return True
    first, last = limit.season
    now = (today.month, today.day)
    return first <= now <= last if first <= last else now >= first or now <= last


def exceed(value: float | None, bounds: Bounds) -> Exceedance:
    """Compare a value with its limit: strictly greater exceeds; a range is closed and has no multiple."""
    if value is None:
        return Exceedance(None)
    low, high = bounds.low, bounds.high
    if low is not None:
        return Exceedance(value < low or (high is not None and value > high))
    if high is None or value <= high:
        return Exceedance(is_exceeded=False)
    return Exceedance(is_exceeded=True, multiple=_multiple(value, high))


def _multiple(value: float, limit: float) -> float | None:
    if limit <= 0:
        return None
    with localcontext(prec=60):
        over = (Decimal(repr(value)) - Decimal(repr(limit))) / Decimal(repr(limit))
    return float(decimal_text(float(over), MULTIPLE_DIGITS))


def exceeded_marks(points: Sequence[Point], bounds: Bounds) -> list[bool]:
    """Mark the periods that exceed; one without a value, or in a state that is not judged, does not."""
    return [exceed(judged(point), bounds).is_exceeded is True for point in points]


def judged(point: Point) -> float | None:
    """Return the value that is held against limits, None where none is."""
    return point.value if point.state in JUDGED else None


def near_marks(points: Sequence[Point], high: float, share: float) -> list[bool]:
    """Mark the periods whose value lies between ``share`` of the limit and the limit, both included."""
    floor = Decimal(repr(share)) * Decimal(repr(high))
    return [
        (value := judged(point)) is not None and floor <= Decimal(repr(value)) <= Decimal(repr(high))
        for point in points
    ]


def warned_percent(value: float, high: float, percents: Iterable[float]) -> float | None:
    """Return the highest of ``percents`` of the limit that a value is above, None if it is above none of them."""
    reached = [
        percent for percent in percents if Decimal(repr(value)) * 100 > Decimal(repr(percent)) * Decimal(repr(high))
    ]
    return max(reached, default=None)
