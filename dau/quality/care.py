"""What is due: hours used against caps, care that comes round, breakdowns that have to be mended, chains to mark."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from dau.core.channels import Channel
from dau.core.cycles import REPORT_HOURS, RESTORE_HOURS, Care, Cycle, Deadlines, deadlines
from dau.core.marks import Cap, CapPeriod, Category, Chain, Mark, chains, hours_used
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span, month_at
from dau.core.repair_hours import quarter_of
from dau.core.states import State
from dau.store import conditions, marks, samples, statistics

BROKEN: Final = frozenset({State.FAULT, State.COMM_LOST, State.NO_DATA})
"""Hours of these states in a row, up to now, are a breakdown."""
MARKED: Final = frozenset({State.CALIBRATION, State.MAINTENANCE, State.FAULT, State.COMM_LOST, State.NO_DATA})
LOOK_BACK_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class CapUse:
    """The hours used of a cap for one subject in the period that runs."""

    cap: Cap
    subject: str
    hours: float


@dataclass(frozen=True, slots=True)
class Round:
    """Care of one channel: when it was last done, None if the book has it nowhere, and when it is due again."""

    care: Care
    channel: str
    last_ms: int | None
    due_ms: int | None

    def is_overdue(self, now_ms: int) -> bool:
        """Whether it should have been done by now."""
        return self.due_ms is None or self.due_ms <= now_ms


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A channel that has given nothing usable since ``since_ms``, and its deadlines."""

    channel: str
    since_ms: int
    deadlines: Deadlines


def caps_used(
    connection: sqlite3.Connection, caps: Sequence[Cap], facilities: Sequence[str], now_ms: int, events_ms: int = 0
) -> Iterator[CapUse]:
    """Yield the use of each cap by each subject that has marks, or stood so, in the period of the cap that runs.

    Of caps for each event only events count that lasted beyond ``events_ms``.
    """
    for cap in caps:
        span = period_of(cap.period, now_ms)
        found = _stood(connection, facilities, span, now_ms) if cap.of_conditions else _marked(connection, span)
        first, end = span.start_ms // MINUTE_MS, span.end_ms // MINUTE_MS
        if cap.period is CapPeriod.EVENT:
            first = max(first, events_ms // MINUTE_MS)
        for subject, listed in sorted(found.items()):
            if cap.subjects and subject not in cap.subjects:
                continue
            if any(mark.label in cap.labels for mark in listed):
                yield CapUse(cap, subject, hours_used(cap, listed, first, end))


def _marked(connection: sqlite3.Connection, span: Span) -> Mapping[str, list[Mark]]:
    by_subject: dict[str, list[Mark]] = {}
    for kept in marks.in_span(connection, span):
        entry = kept.entry
        minutes = Mark(entry.span.start_ms // MINUTE_MS, entry.span.end_ms // MINUTE_MS, entry.label)
        by_subject.setdefault(entry.subject, []).append(minutes)
    return by_subject


def _stood(
    connection: sqlite3.Connection, facilities: Sequence[str], span: Span, now_ms: int
) -> Mapping[str, list[Mark]]:
    """Return how each facility stood, up to now, as marks with the condition for a label."""
    found: dict[str, list[Mark]] = {}
    for facility in facilities:
        turns = conditions.in_span(connection, facility, span)
        ends = [*(turn.from_ms for turn in turns), min(span.end_ms, now_ms)][1:]
        found[facility] = [
            Mark(turn.from_ms // MINUTE_MS, min(end_ms, now_ms) // MINUTE_MS, turn.standing.condition)
            for turn, end_ms in zip(turns, ends, strict=True)
            if turn.standing.condition is not None
        ]
    return found


def rounds(connection: sqlite3.Connection, cycles: Mapping[tuple[Care, str], Cycle]) -> Iterator[Round]:
    """Yield when each kind of care is due for each channel; one that the book has nowhere is due now."""
    for (care, channel), cycle in cycles.items():
        last_ms = marks.last_end_ms(connection, Category.DEVICE, care.value, channel)
        yield Round(care, channel, last_ms, None if last_ms is None else cycle.next_ms(last_ms))


def breakdowns(connection: sqlite3.Connection, channels: Sequence[Channel]) -> Iterator[Breakdown]:
    """Yield the channels whose newest closed hours are all out of order, since the first of these."""
    closed_ms = statistics.closed_until(connection) or 0
    span = Span(closed_ms - LOOK_BACK_DAYS * DAY_MS, LOOK_BACK_DAYS * DAY_MS)
    ids = samples.current_ids(connection, [channel.name for channel in channels])
    found = statistics.in_span(connection, ids, span, HOUR_MS)
    for channel in channels:
        newest = reversed(found.get(channel.name, ()))
        broken = list(takewhile(lambda hour: hour.state in BROKEN, newest))
        if broken:
            since_ms = broken[-1].span.start_ms
            yield Breakdown(channel.name, since_ms, deadlines(since_ms, REPORT_HOURS, RESTORE_HOURS[channel.medium]))


def unmarked(connection: sqlite3.Connection, channels: Sequence[Channel], day: Span) -> Iterator[tuple[str, Chain]]:
    """Yield the chains of a day's minutes out of order, by channel, that no mark of the book covers wholly."""
    ids = samples.current_ids(connection, [channel.name for channel in channels])
    minutes = statistics.in_span(connection, ids, day, MINUTE_MS)
    book = [kept.entry for kept in marks.in_span(connection, day)]
    for name, listed in minutes.items():
        starts = (one.span.start_ms // MINUTE_MS for one in listed if one.state in MARKED)
        spans = [each.span for each in book if each.subject == name]
        for chain in chains((start, start + 1) for start in starts):
            first_ms, end_ms = chain.first * MINUTE_MS, chain.end * MINUTE_MS
            if not any(span.start_ms <= first_ms and end_ms <= span.end_ms for span in spans):
                yield name, chain


def period_of(period: CapPeriod, now_ms: int) -> Span:
    """Return the quarter or the year that runs; single events are looked for in the year."""
    months = [month_at(now_ms)]
    inside = _same_quarter if period is CapPeriod.QUARTER else _same_year
    while inside(months[0].start_ms - 1, now_ms):
        months.insert(0, month_at(months[0].start_ms - 1))
    while inside(months[-1].end_ms, now_ms):
        months.append(month_at(months[-1].end_ms))
    return Span(months[0].start_ms, months[-1].end_ms - months[0].start_ms)


def _same_quarter(one_ms: int, other_ms: int) -> bool:
    return quarter_of(one_ms) == quarter_of(other_ms)


def _same_year(one_ms: int, other_ms: int) -> bool:
    return quarter_of(one_ms)[0] == quarter_of(other_ms)[0]
