"""Checks of the values themselves."""

from collections.abc import Iterator
from typing import Final

from dau.core.channels import ChannelKind, Medium
from dau.core.periods import HOUR_MS, MINUTE_MS
from dau.core.rules.changes import jump, variation
from dau.core.rules.names import Rule
from dau.core.rules.points import Notice, Point
from dau.core.rules.runs import unbroken
from dau.core.rules.values import (
    constant_marks,
    half_last_decimal,
    missing_marks,
    negative,
    oversize_bound,
    zero_marks,
)
from dau.quality.checks import Check, Subject
from dau.quality.history import History, values_of

ZERO_HOURS: Final = {Medium.GAS: 2, Medium.WATER: 3}
CONSTANT_HOURS: Final = {Medium.GAS: 4, Medium.WATER: 6}
DAY_HOURS: Final = 24
VARIATION: Final = 0.01

NUMERIC: Final = frozenset({ChannelKind.MEASURED, ChannelKind.PERIODIC, ChannelKind.FURNACE})
"""Kinds of channel whose numbers are quantities."""


def value_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for in the values of a channel.

    A facility has hours and no mean; a value converted from another may lack for good reasons: neither is missed.
    """
    channel = subject.channel
    if channel.kind in NUMERIC | {ChannelKind.NOISE} and channel.converts is None:
        yield _missing(subject)
    if channel.kind in NUMERIC:
        yield _zero(subject)
        yield _constant(subject)
        yield _negative(subject)
        yield from _oversize(subject)
        yield _jump(subject)
        yield from _low_fluctuation(subject)


def _missing(subject: Subject) -> Check:
    name, periodic = subject.channel.name, subject.channel.kind is ChannelKind.PERIODIC
    length_ms = HOUR_MS if periodic else MINUTE_MS
    count = 1 if periodic else subject.thresholds.missing_minutes

    def look(history: History) -> Notice | None:
        if not missing_marks([history.last(name, length_ms)])[0]:
            return None
        points = history.tail(name, length_ms, count)
        return _run(unbroken(points, missing_marks(points), count))

    return Check(Rule.MISSING, name, length_ms, look, {"periods": count})


def _zero(subject: Subject) -> Check:
    channel, own = subject.channel, subject.thresholds
    hours = own.zero_hours or ZERO_HOURS[channel.medium]
    within = half_last_decimal(channel.digits) if own.zero_within is None else own.zero_within

    def look(history: History) -> Notice | None:
        points = history.tail(channel.name, HOUR_MS, hours)
        return _run(unbroken(points, zero_marks(points, within), hours))

    return Check(Rule.ZERO, channel.name, HOUR_MS, look, {"hours": hours, "within": within})


def _constant(subject: Subject) -> Check:
    channel = subject.channel
    hours = subject.thresholds.constant_hours or CONSTANT_HOURS[channel.medium]

    def look(history: History) -> Notice | None:
        points = history.tail(channel.name, HOUR_MS, hours)
        return _run(unbroken(points, constant_marks(points, channel.digits), hours))

    return Check(Rule.CONSTANT, channel.name, HOUR_MS, look, {"hours": hours, "digits": channel.digits})


def _negative(subject: Subject) -> Check:
    channel, floor = subject.channel, subject.thresholds.negative_floor

    def look(history: History) -> Notice | None:
        point = history.last(channel.name, HOUR_MS)
        if point.value is None or point.value >= 0:
            return None
        found = negative(point.value, channel.medium, floor, channel.high)
        return Notice((point,), {"invalid": "yes" if found.is_invalid else "no"})

    return Check(Rule.NEGATIVE, channel.name, HOUR_MS, look, {"floor": floor})


def _oversize(subject: Subject) -> Iterator[Check]:
    name, own = subject.channel.name, subject.thresholds
    bound = oversize_bound(own.abnormal_high, own.oversize_share, subject.channel.high)
    if bound is None:
        return

    def look(history: History) -> Notice | None:
        peak = history.peak(name)
        return Notice((history.last(name, HOUR_MS),), {"peak": peak}) if peak is not None and peak > bound else None

    yield Check(Rule.OVERSIZE, name, HOUR_MS, look, {"bound": bound})


def _jump(subject: Subject) -> Check:
    name, own = subject.channel.name, subject.thresholds

    def look(history: History) -> Notice | None:
        *before, point = history.tail(name, HOUR_MS, DAY_HOURS + 1)
        least = _least_jump(subject, point)
        values = values_of([point])
        if least is None or not values:
            return None
        found = jump(values_of(before), values[0], own.jump_times, least, own.jump_values)
        if not found.is_jump or found.baseline is None:
            return None
        return Notice((point,), {"baseline": found.baseline, "least": least})

    return Check(Rule.JUMP, name, HOUR_MS, look, {"times": own.jump_times, "share": own.jump_share})


def _least_jump(subject: Subject, point: Point) -> float | None:
    bounds = subject.bounds(point.at_ms, HOUR_MS)
    whole = subject.channel.high if bounds is None or bounds.high is None else bounds.high
    return None if whole is None else subject.thresholds.jump_share * whole


def _low_fluctuation(subject: Subject) -> Iterator[Check]:
    name, least = subject.channel.name, subject.thresholds.variation_least
    has_high = any(limit.low is None for limit in subject.limits)
    least = VARIATION if least is None and has_high else least
    if least is None:
        return

    def look(history: History) -> Notice | None:
        points = history.tail(name, HOUR_MS, DAY_HOURS)
        found = variation(values_of(points), DAY_HOURS)
        return Notice(tuple(points), {"variation": found}) if found is not None and found < least else None

    yield Check(Rule.LOW_FLUCTUATION, name, HOUR_MS, look, {"least": least})


def _run(points: tuple[Point, ...]) -> Notice | None:
    return Notice(points) if points else None
