"""Spans of time as the standards cut them: half open, aligned to Beijing time, named by their start.

Stored time is integer milliseconds UTC. Minutes and hours begin together in UTC and in Beijing; days do not, so every
alignment here is done at +08:00 (no daylight saving). HJ 212-2017: the label of a period is its start.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
FURNACE_MS: Final = 5 * MINUTE_MS
"""Length of the windows over which furnace temperatures are told (HJ 212-2025 command 2111)."""
BEIJING_MS: Final = 8 * HOUR_MS
"""What to add to UTC to read the clock on the wall of the site."""

INTERVALS_MIN: Final = (1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30)
"""Lengths of the minute record (2051) that HJ 212 allows, in minutes."""


_FIRST: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The instants ``start_ms <= t < end_ms`` (milliseconds UTC)."""

    start_ms: int
    length_ms: int

    @property
    def end_ms(self) -> int:
        """The first instant after the span."""
        return self.start_ms + self.length_ms

    def count(self, length_ms: int) -> int:
        """Return how many spans of ``length_ms`` this one is made of."""
        return self.length_ms // length_ms

    def parts(self, length_ms: int) -> Iterator["Span"]:
        """Yield the spans of ``length_ms`` that this one is made of, in order."""
        for start_ms in range(self.start_ms, self.end_ms, length_ms):
            yield Span(start_ms, length_ms)


def span_at(at_ms: int, length_ms: int) -> Span:
    """Return the span of that length which contains the instant."""
    return Span(at_ms - (at_ms + BEIJING_MS) % length_ms, length_ms)


def ends_at(at_ms: int, length_ms: int) -> bool:
    """Return whether a span of that length ends at the instant."""
    return (at_ms + BEIJING_MS) % length_ms == 0


def closed_by(now_ms: int, grace_ms: int) -> int:
    """Return the instant before which every minute is to be closed ``grace_ms`` after its end (ms UTC)."""
    return span_at(now_ms - grace_ms, MINUTE_MS).start_ms


def month_at(at_ms: int) -> Span:
    """Return the natural month of Beijing that contains the instant; months differ in length, all are above a day."""
    today = _date_at(at_ms)
    first_ms = (today.replace(day=1) - _FIRST).days * DAY_MS - BEIJING_MS
    return Span(first_ms, monthrange(today.year, today.month)[1] * DAY_MS)


def part_of(span: Span) -> int:
    """Return the length of the parts that a period is reckoned from: days, hours or minutes."""
    if is_month(span):
        return DAY_MS
    return HOUR_MS if span.length_ms == DAY_MS else MINUTE_MS


def is_month(span: Span) -> bool:
    """Tell whether a period is a month."""
    return span.length_ms > DAY_MS


def is_february(span: Span) -> bool:
    """Tell whether a span begins in February."""
    return _date_at(span.start_ms).month == 2


def _date_at(at_ms: int) -> date:
    return date.fromordinal(_FIRST.toordinal() + (at_ms + BEIJING_MS) // DAY_MS)
