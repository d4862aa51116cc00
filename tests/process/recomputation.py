"""What a database must hold, recomputed from its samples by other ways of looking than those of the station."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Final

from dau.core.closing import minute_of_all
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span, span_at
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.process.plan import Plan
from tests.core.whole_period import period_of_all

BEIJING: Final = timezone(timedelta(hours=8))

Statistics = dict[tuple[str, Span], PeriodStatistic]


def stored_statistics(connection: sqlite3.Connection) -> Statistics:
    """Return every statistic there is."""
    rows = connection.execute(
        "SELECT name, start_ms, length_ms, state, valid, count, expected, mean, low, high, raw_mean, total,"
        " volume, paired"
        " FROM statistic JOIN channel ON channel.id = channel"
    )
    found = [
        PeriodStatistic(name, Span(start_ms, length_ms), State(state), bool(valid), *numbers)
        for name, start_ms, length_ms, state, valid, *numbers in rows
    ]
    return {(one.channel, one.span): one for one in found}


def due_statistics(connection: sqlite3.Connection, plan: Plan, first_ms: int) -> Statistics:
    """Return the statistic of every period that is closed, from the samples that are not late."""
    (closed_ms,) = connection.execute("SELECT closed_until_ms FROM progress").fetchone()
    of_minute: dict[tuple[str, Span], list[Sample]] = defaultdict(list)
    rows = connection.execute(
        "SELECT name, at_ms, raw, value, states FROM sample JOIN channel ON channel.id = channel"
        " WHERE late = 0 ORDER BY sample.id"
    )
    for name, at_ms, raw, value, states in rows:
        of_minute[name, span_at(at_ms, MINUTE_MS)].append(Sample(name, at_ms, raw, value, State(states)))
    due: Statistics = {}
    closed = (first_ms, closed_ms)
    for minute in Span(first_ms, closed_ms - first_ms).parts(MINUTE_MS):
        found = {channel.name: of_minute[channel.name, minute] for channel in plan.channels}
        due |= _named(minute_of_all(plan.channels, minute, found, plan.rules))
    for length_ms in {one.minute_min * MINUTE_MS for one in plan.appetites} - {MINUTE_MS} | {HOUR_MS}:
        due |= _longer(due, plan, _spans(closed, length_ms), MINUTE_MS)
    due |= _longer(due, plan, _spans(closed, DAY_MS), HOUR_MS)
    due |= _longer(due, plan, _months(closed), DAY_MS)
    return due


def _named(made: Sequence[PeriodStatistic]) -> Statistics:
    return {(one.channel, one.span): one for one in made}


def _longer(due: Statistics, plan: Plan, spans: Iterable[Span], part_ms: int) -> Statistics:
    """Return the statistics of longer periods, whatever part of them was lived through."""
    made: Statistics = {}
    for span in spans:
        parts = {
            channel.name: [due[channel.name, part] for part in span.parts(part_ms) if (channel.name, part) in due]
            for channel in plan.channels
        }
        made |= _named(period_of_all(plan.channels, span, parts, part_ms, plan.rules))
    return made


def _spans(closed: tuple[int, int], length_ms: int) -> Iterator[Span]:
    """Yield the periods that end after the first minute and by the last."""
    first_ms, end_ms = closed
    span = span_at(first_ms, length_ms)
    while span.end_ms <= end_ms:
        yield span
        span = replace(span, start_ms=span.end_ms)


def _months(closed: tuple[int, int]) -> Iterator[Span]:
    """Yield the months that end after the first minute and by the last, by the calendar of a site in Beijing."""
    first_ms, end_ms = closed
    day = datetime.fromtimestamp(first_ms / 1000, BEIJING).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while True:
        following = (day + timedelta(days=31)).replace(day=1)
        start_ms, until_ms = (round(one.timestamp() * 1000) for one in (day, following))
        if until_ms > end_ms:
            return
        yield Span(start_ms, until_ms - start_ms)
        day = following


def due_records(plan: Plan, first_ms: int, closed_ms: int) -> list[tuple[int, str, Span, str]]:
    """Return end, kind, span and platform of everything owed for closed periods, in the order of time."""
    due = []
    for one in plan.appetites:
        lengths = {"interval": one.minute_min * MINUTE_MS, "hour": HOUR_MS, "day": DAY_MS}
        for kind, length_ms in lengths.items():
            if kind not in one.kinds:
                continue
            span = span_at(first_ms, length_ms)
            while span.end_ms <= closed_ms:
                due.append((span.end_ms, kind, span, one.platform))
                span = replace(span, start_ms=span.end_ms)
    return sorted(due)


def stored_records(connection: sqlite3.Connection) -> list[tuple[int, str, Span, str]]:
    """Return the same of what is owed, in the order it was made."""
    rows = connection.execute(
        "SELECT due_ms, kind, start_ms, length_ms, platform FROM record JOIN delivery ON record.id = record"
        " ORDER BY record.id, platform"
    )
    return [(due_ms, kind, Span(start_ms, length_ms), name) for due_ms, kind, start_ms, length_ms, name in rows]


def assert_true(connection: sqlite3.Connection, plan: Plan, first_ms: int) -> int:
    """Assert that statistics and records are just those that the samples call for; returns until when all is closed."""
    (closed_ms,) = connection.execute("SELECT closed_until_ms FROM progress").fetchone()
    assert stored_statistics(connection) == due_statistics(connection, plan, first_ms)
    stored = stored_records(connection)
    assert [one[0] for one in stored] == sorted(one[0] for one in stored), "made in the order of time"
    assert sorted(stored) == due_records(plan, first_ms, closed_ms)
    return int(closed_ms)
