"""Reads what a day or month report shows from the stored statistics, and repairs emissions in the report alone."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dau.core.channels import Channel, Medium
from dau.core.periods import DAY_MS, HOUR_MS, Span, part_of
from dau.core.repair import water_day_2019
from dau.core.repair_hours import Hour, Repair, repairs
from dau.core.reports import Column, Item, Repaired, Report, compose
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store import samples, statistics

LOOK_BACK_DAYS: Final = 180
"""How far back valid hours or days are looked for; the longest window is 2160 valid hours."""

Parts = Mapping[str, Mapping[int, PeriodStatistic]]


def read_report(connection: sqlite3.Connection, channels: Sequence[Channel], span: Span) -> Report:
    """Return the report about a day or a month, as far as it is closed.

    What a channel was before its factor or unit changed is another quantity and not part of it.
    """
    part_ms = part_of(span)
    closed = _read(connection, channels, span, span.length_ms)
    whole = {name: listed[span.start_ms] for name, listed in closed.items() if span.start_ms in listed}
    found = compose(channels, span, part_ms, _read(connection, channels, span, part_ms), whole)
    totals = [column for column in found.columns if column.item is Item.TOTAL and column.subject.flow]
    return replace(found, repaired=tuple(each for column in totals for each in _repaired(connection, column, found)))


def _read(connection: sqlite3.Connection, channels: Sequence[Channel], span: Span, length_ms: int) -> Parts:
    ids = samples.current_ids(connection, [channel.name for channel in channels])
    found = statistics.in_span(connection, ids, span, length_ms)
    return {name: {one.span.start_ms: one for one in listed} for name, listed in found.items()}


def _repaired(connection: sqlite3.Connection, column: Column, report: Report) -> Iterator[Repaired]:
    """Yield what stands for missing emissions of a pollutant."""
    if column.subject.medium is Medium.GAS:
        yield from _gas(connection, column, report.span)
    elif report.part_ms == DAY_MS:
        yield from _water(connection, column, report)


def _gas(connection: sqlite3.Connection, column: Column, span: Span) -> Iterator[Repaired]:
    begin_ms = span.start_ms - LOOK_BACK_DAYS * DAY_MS
    name, looked_at = column.subject.name, Span(begin_ms, span.end_ms - begin_ms)
    known = _read(connection, [column.subject], looked_at, HOUR_MS).get(name)
    if not known:
        return
    starts = range(min(known), max(known) + HOUR_MS, HOUR_MS)
    for each in repairs([_hour(start_ms, known.get(start_ms)) for start_ms in starts]):
        inside = tuple(start_ms for start_ms in each.hours if start_ms >= span.start_ms)
        if inside:
            yield _told(column, inside, each)


def _hour(start_ms: int, statistic: PeriodStatistic | None) -> Hour:
    if statistic is None:
        return Hour(start_ms, None)
    return Hour(start_ms, statistic.total if statistic.valid else None, statistic.state is State.STOPPED)


def _told(column: Column, starts: tuple[int, ...], repair: Repair) -> Repaired:
    rate = repair.capture.rate
    facts = {"window": repair.window_hours, "rate": 0.0 if rate is None else rate, "hours": len(repair.hours)}
    rule = "report.rule.hj75" if repair.emission is not None else "report.rule.none"
    return Repaired(column, starts, repair.emission, rule, facts)


def _water(connection: sqlite3.Connection, column: Column, report: Report) -> Iterator[Repaired]:
    """HJ 356-2019: the day emission of a day without a valid mean; concentration and flow stay as they are."""
    name, span = column.subject.name, report.span
    begin_ms = span.start_ms - LOOK_BACK_DAYS * DAY_MS
    days = _read(connection, [column.subject], Span(begin_ms, span.end_ms - begin_ms), DAY_MS).get(name, {})
    valid: list[float] = []
    for start_ms, day in sorted(days.items()):
        if day.valid and day.total is not None:
            valid.append(day.total)
        elif start_ms >= span.start_ms and day.state is not State.STOPPED:
            found = water_day_2019(valid, 0, None)
            rule = "report.rule.none" if found is None else f"report.rule.{found[1].value}"
            facts = {"days": len(valid), "hours": 24, "rate": 0.0}
            yield Repaired(column, (start_ms,), None if found is None else found[0], rule, facts)
