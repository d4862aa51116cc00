"""What closed by an instant, as rules look at it: the last periods of a channel, none left out."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dau.core.exact import mean_of
from dau.core.periods import HOUR_MS, Span, span_at
from dau.core.rules.limits import judged
from dau.core.rules.points import Point
from dau.store import points
from dau.store.samples import ChannelIds

NEAR: Final = 1e-9
"""Share by which the rough mean may be wrong."""


@dataclass(slots=True)
class History:
    """The periods that were closed by ``end_ms`` (milliseconds UTC), read when they are asked for, each once."""

    connection: sqlite3.Connection
    ids: ChannelIds
    end_ms: int
    _newest: dict[int, Mapping[str, Point]] = field(default_factory=dict)
    _rough: dict[tuple[int, int], Mapping[str, tuple[int, float]]] = field(default_factory=dict)
    _peaks: Mapping[str, float] | None = None
    _tails: dict[tuple[str, int], list[Point]] = field(default_factory=dict)

    def last(self, channel: str, length_ms: int) -> Point:
        """Return the period of a channel that ends now."""
        if length_ms not in self._newest:
            span = Span(self.end_ms - length_ms, length_ms)
            self._newest[length_ms] = points.of_period(self.connection, self.ids, span)
        return self._newest[length_ms][channel]

    def tail(self, channel: str, length_ms: int, count: int) -> list[Point]:
        """Return the last ``count`` periods of a channel that end by now, oldest first, none left out."""
        known = self._tails.get((channel, length_ms), [])
        if len(known) < count:
            labels = range(self.end_ms - count * length_ms, self.end_ms, length_ms)
            known = points.in_tail(self.connection, self.ids[channel], length_ms, list(labels))
            self._tails[channel, length_ms] = known
        return known[-count:]

    def peak(self, channel: str) -> float | None:
        """Return the largest number that came in the hour that ends now, as it came and in order; None if none did."""
        if self._peaks is None:
            self._peaks = points.peaks(self.connection, self.ids, Span(self.end_ms - HOUR_MS, HOUR_MS))
        return self._peaks.get(channel)

    def since_start(self, channel: str, whole_ms: int, part_ms: int) -> list[Point]:
        """Return the periods of ``part_ms`` of the hour or day that runs, or that ends now."""
        start_ms = span_at(self.end_ms - 1, whole_ms).start_ms
        return self.tail(channel, part_ms, (self.end_ms - start_ms) // part_ms)

    def running_mean(self, channel: str, whole_ms: int, part_ms: int, floor: float) -> tuple[int, float] | None:
        """Return how many parts of the hour or day that runs count, and their mean; None if it is below ``floor``.

        What is far below is known from one question about all channels; the rest is reckoned exactly.
        """
        if (whole_ms, part_ms) not in self._rough:
            span = span_at(self.end_ms - 1, whole_ms)
            span = Span(span.start_ms, self.end_ms - span.start_ms)
            self._rough[whole_ms, part_ms] = points.rough_means(self.connection, self.ids, span, part_ms)
        rough = self._rough[whole_ms, part_ms].get(channel)
        if rough is None or rough[1] < floor - NEAR * abs(floor):
            return None
        values = values_of(self.since_start(channel, whole_ms, part_ms))
        mean = mean_of(values)
        return None if mean is None else (len(values), mean)


def values_of(listed: Sequence[Point]) -> list[float]:
    """Return the values of those points that are held against limits."""
    return [value for point in listed if (value := judged(point)) is not None]
