"""How much of what a platform was owed reached it, in time and at all, and how steady its link was."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dau.core.channels import Channel, ChannelKind
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.statistics import PeriodStatistic
from dau.core.transmission import (
    RECONNECT_MINUTES,
    Counts,
    LinkMetrics,
    Terms,
    counts,
    hour_status,
    link_metrics,
    missing_labels,
)
from dau.store import arrivals, samples, statistics
from dau.store.arrivals import Arrival

KINDS: Final = (RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY)
PARAMETERS: Final = ("a01", "a19001", "a00000", "w00000", "w01010")
"""Factors that begin so are parameters beside the pollutants, and no group of their own."""


@dataclass(frozen=True, slots=True)
class Rating:
    """Whose rates are counted and how: ``channels`` are those the platform gets.

    A record is in time that arrived ``grace_ms`` after the next period of its kind had ended, or earlier.
    """

    platform: str
    channels: tuple[Channel, ...]
    terms: Terms
    grace_ms: int

    @property
    def pollutants(self) -> Sequence[Channel]:
        """The channels that are groups."""
        wanted = (ChannelKind.MEASURED, ChannelKind.PERIODIC)
        return [
            channel
            for channel in self.channels
            if channel.kind in wanted and channel.converts is None and not channel.factor.startswith(PARAMETERS)
        ]

    def is_in_time(self, arrival: Arrival) -> bool:
        """Tell whether a record arrived in time."""
        latest_ms = arrival.due_ms + arrival.span.length_ms + self.grace_ms
        return arrival.done_ms is not None and arrival.done_ms <= latest_ms


@dataclass(frozen=True, slots=True)
class Arrived:
    """The records of one kind: how many were owed, came in time, came at all."""

    kind: RecordKind
    due: int
    in_time: int
    at_all: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The rates of one platform. ``lacking`` are the labels of hours that closed and did not arrive yet."""

    platform: str
    arrived: tuple[Arrived, ...]
    immediate: Counts
    completed: Counts
    lacking: tuple[int, ...]
    link: LinkMetrics


def rate_of(connection: sqlite3.Connection, rating: Rating, span: Span, now_ms: int) -> Rate:
    """Count the rates of a platform in a day or a month, as far as its hours are closed."""
    closed_ms = statistics.closed_until(connection) or 0
    until_ms = max(span.start_ms, min(span.end_ms, closed_ms - closed_ms % HOUR_MS))
    closed = Span(span.start_ms, until_ms - span.start_ms)
    found = {kind: arrivals.of_kind(connection, rating.platform, kind, span) for kind in KINDS}
    by_label = {each.span.start_ms: each for each in found[RecordKind.HOUR]}
    known = _known(connection, rating.pollutants, closed)
    came = [label for label, each in by_label.items() if each.done_ms is not None]
    return Rate(
        platform=rating.platform,
        arrived=tuple(_arrived(rating, kind, each) for kind, each in found.items()),
        immediate=_counts(rating, closed, known, {at for at, each in by_label.items() if rating.is_in_time(each)}),
        completed=_counts(rating, closed, known, set(came)),
        lacking=tuple(missing_labels(came, closed, HOUR_MS)),
        link=_link(found, Span(span.start_ms, min(span.end_ms, now_ms) - span.start_ms), now_ms),
    )


Known = Mapping[str, Mapping[int, PeriodStatistic]]
"""Closed hours by channel and label."""


def _known(connection: sqlite3.Connection, channels: Sequence[Channel], span: Span) -> Known:
    ids = samples.current_ids(connection, [channel.name for channel in channels])
    found = statistics.in_span(connection, ids, span, HOUR_MS)
    return {name: {each.span.start_ms: each for each in listed} for name, listed in found.items()}


def _arrived(rating: Rating, kind: RecordKind, found: Sequence[Arrival]) -> Arrived:
    in_time = sum(rating.is_in_time(each) for each in found)
    return Arrived(kind, len(found), in_time, sum(each.done_ms is not None for each in found))


def _counts(rating: Rating, closed: Span, known: Known, came: set[int]) -> Counts:
    """Count day by day: how many checks are forgiven is a matter of each day."""
    days = (Span(start, min(DAY_MS, closed.end_ms - start)) for start in range(closed.start_ms, closed.end_ms, DAY_MS))
    return sum((_of_day(rating, day, known, came) for day in days), Counts())


def _of_day(rating: Rating, day: Span, known: Known, came: set[int]) -> Counts:
    medium = rating.terms.medium
    hours = {
        channel.factor: [
            hour_status(medium, channel.factor, known.get(channel.name, {}).get(label), label in came)
            for label in (hour.start_ms for hour in day.parts(HOUR_MS))
        ]
        for channel in rating.pollutants
    }
    return counts(rating.terms, hours, completed=True)


def _link(found: Mapping[RecordKind, Sequence[Arrival]], span: Span, now_ms: int) -> LinkMetrics:
    """See the cuts by the records that came late: from when the first of them was due until it was there."""
    every = [each for listed in found.values() for each in listed]
    sent = sum(each.attempts for each in every)
    taken = sum(each.done_ms is not None for each in every)
    return link_metrics(max(0, span.length_ms) // MINUTE_MS, _late(every, span.start_ms, now_ms), sent, sent - taken)


def _late(found: Sequence[Arrival], start_ms: int, now_ms: int) -> Iterator[tuple[int, int]]:
    for each in found:
        end_ms = now_ms if each.done_ms is None else each.done_ms
        if end_ms - each.due_ms > RECONNECT_MINUTES * MINUTE_MS:
            yield (each.due_ms - start_ms) // MINUTE_MS, (end_ms - start_ms) // MINUTE_MS
