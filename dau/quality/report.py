"""Reads what a day or month report shows from the stored statistics, and repairs emissions in the report alone."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dau.core.channels import Channel, Medium
from dau.core.exact import exact, exact_product, mean_of
from dau.core.periods import DAY_MS, HOUR_MS, Span, part_of
from dau.core.repair import WINDOW_DAYS, Source, water_day_2019
from dau.core.repair_hours import Hour, Repair, repairs
from dau.core.reports import Column, Item, Repaired, Report, compose
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.quality.remarked import EMISSION, VALUE, Remarked, remarked
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
    parts = _without_invalid(connection, _read(connection, channels, span, part_ms), span)
    found = compose(channels, span, part_ms, parts, whole)
    totals = [column for column in found.columns if column.item is Item.TOTAL and column.subject.flow]
    return replace(found, repaired=tuple(each for column in totals for each in _repaired(connection, column, found)))


def _read(connection: sqlite3.Connection, channels: Sequence[Channel], span: Span, length_ms: int) -> Parts:
    ids = samples.current_ids(connection, [channel.name for channel in channels])
    found = statistics.in_span(connection, ids, span, length_ms)
    return {name: {one.span.start_ms: one for one in listed} for name, listed in found.items()}


def _without_invalid(connection: sqlite3.Connection, parts: Parts, span: Span) -> Parts:
    """Let what was marked invalid afterwards count no more; the stored statistics stay as they are."""
    said = {name: remarked(connection, name, span) for name in parts}
    return {
        name: {
            start_ms: replace(one, valid=False, total=None) if said[name].is_invalid(one.span) else one
            for start_ms, one in listed.items()
        }
        for name, listed in parts.items()
    }


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
    said = remarked(connection, name, looked_at)
    starts = range(min(known), max(known) + HOUR_MS, HOUR_MS)
    hours = [_hour(start_ms, known.get(start_ms), said) for start_ms in starts]
    for each in repairs(hours, said.calibrated_ms):
        inside = tuple(start_ms for start_ms in each.hours if start_ms >= span.start_ms)
        if inside:
            yield _told(column, inside, each)


def _hour(start_ms: int, statistic: PeriodStatistic | None, said: Remarked) -> Hour:
    span = Span(start_ms, HOUR_MS)
    is_invalid, manual = said.is_invalid(span), mean_of(said.by_hand_in(span, EMISSION))
    if statistic is None:
        return Hour(start_ms, None, is_out_of_control=is_invalid, manual=manual)
    emission = statistic.total if statistic.valid and not is_invalid else None
    return Hour(start_ms, emission, statistic.state is State.STOPPED, is_invalid, manual)


def _told(column: Column, starts: tuple[int, ...], repair: Repair) -> Repaired:
    rate = repair.capture.rate
    facts: dict[str, object] = {"rate": 0.0 if rate is None else rate, "hours": len(repair.hours)}
    facts |= {"window": repair.window_hours}
    if repair.emission is None:
        rule = "report.rule.none"
    elif repair.is_manual:
        rule = "report.rule.by_hand"
    else:
        rule = "report.rule.hj75" if repair.counted_from_ms == repair.hours[0] else "report.rule.hj75_control"
    return Repaired(column, starts, repair.emission, rule, facts, repair.inputs)


def _water(connection: sqlite3.Connection, column: Column, report: Report) -> Iterator[Repaired]:
    """HJ 356-2019: the day emission of a day without a valid mean; concentration and flow stay as they are."""
    name, span = column.subject.name, report.span
    begin_ms = span.start_ms - LOOK_BACK_DAYS * DAY_MS
    days = _read(connection, [column.subject], Span(begin_ms, span.end_ms - begin_ms), DAY_MS).get(name, {})
    said = remarked(connection, name, Span(begin_ms, span.end_ms - begin_ms))
    valid: list[tuple[int, float]] = []
    for start_ms, day in sorted(days.items()):
        if day.valid and day.total is not None and not said.is_invalid(day.span):
            valid.append((start_ms, day.total))
        elif start_ms >= span.start_ms and day.state is not State.STOPPED:
            by_hand = said.by_hand_in(day.span, VALUE)
            totals = [total for _, total in valid]
            found = water_day_2019(totals, len(by_hand), _mass(column.subject, day, mean_of(by_hand)))
            rule = "report.rule.none" if found is None else f"report.rule.{found[1].value}"
            facts = {"days": len(valid), "hours": 24, "rate": 0.0, "samples": len(by_hand)}
            if found is None or found[1] is Source.MANUAL:
                inputs = said.inputs_in(day.span, VALUE)
            else:
                inputs = tuple(each for each in valid[-WINDOW_DAYS:] if each[1] == found[0])[-1:]
            yield Repaired(column, (start_ms,), None if found is None else found[0], rule, facts, inputs)


def _mass(channel: Channel, day: PeriodStatistic, concentration: float | None) -> float | None:
    """Return the mass that a concentration found by hand makes of what flowed that day."""
    if concentration is None or day.volume is None or channel.mass_per_amount is None:
        return None
    return float(exact_product(exact(concentration), exact(day.volume), exact(channel.mass_per_amount)))
