"""What a database must hold, recomputed from its samples by other ways of looking than those of the station."""

import sqlite3
from collections import defaultdict
from dataclasses import replace

from dau.core.channels import Channel
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span, span_at
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples
from dau.process.closer import Plan

Statistics = dict[tuple[str, Span], PeriodStatistic]


def stored_statistics(connection: sqlite3.Connection) -> Statistics:
    """Return every statistic there is."""
    rows = connection.execute(
        "SELECT name, start_ms, length_ms, state, valid, count, expected, mean, low, high, raw_mean, total"
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
    for channel in plan.channels:
        for minute in Span(first_ms, closed_ms - first_ms).parts(MINUTE_MS):
            due[channel.name, minute] = of_samples(channel, minute, of_minute[channel.name, minute])
        for length_ms in {one.minute_min * MINUTE_MS for one in plan.appetites} - {MINUTE_MS} | {HOUR_MS}:
            due |= _longer(due, channel, (first_ms, closed_ms), length_ms, MINUTE_MS)
        due |= _longer(due, channel, (first_ms, closed_ms), DAY_MS, HOUR_MS)
    return due


def _longer(due: Statistics, channel: Channel, closed: tuple[int, int], length_ms: int, part_ms: int) -> Statistics:
    """Return the periods that end after the first minute and by the last, whatever part of them was lived through."""
    first_ms, end_ms = closed
    made: Statistics = {}
    span = span_at(first_ms, length_ms)
    while span.end_ms <= end_ms:
        parts = [due[channel.name, part] for part in span.parts(part_ms) if (channel.name, part) in due]
        made[channel.name, span] = of_parts(channel, span, parts, part_ms)
        span = replace(span, start_ms=span.end_ms)
    return made


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
