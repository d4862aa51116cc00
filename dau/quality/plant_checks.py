"""Checks of a channel against what the plant is said to do, and of furnaces against their least temperature."""

from collections.abc import Iterator
from typing import Final

from dau.core.channels import ChannelKind
from dau.core.exact import mean_of
from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, MINUTE_MS
from dau.core.rules.furnace import Heat, cold_windows, heat_of
from dau.core.rules.names import Rule
from dau.core.rules.operation import (
    cold_marks,
    no_flow_marks,
    oxygen_marks,
    stopped_emission_marks,
    treatment_off_marks,
)
from dau.core.rules.points import Notice, Point
from dau.core.rules.runs import unbroken
from dau.core.states import State
from dau.quality.checks import Check, Subject
from dau.quality.history import History, values_of

OXYGEN: Final = "a19001"
"""Factor of the oxygen in flue gas (HJ 212-2017 table B.2)."""

WINDOW_MINUTES: Final = FURNACE_MS // MINUTE_MS
ENOUGH_MINUTES: Final = 4
"""Valid minutes of a window of five that make its mean: three quarters."""


def plant_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for where a channel is said to tell of the plant."""
    yield from _stopped_emitting(subject)
    yield from _no_flow(subject)
    yield from _oxygen(subject)
    yield from _cold_gas(subject)
    yield from _treatment_off(subject)
    if subject.channel.kind is ChannelKind.FURNACE:
        yield _cold_furnace(subject)


def _stopped_emitting(subject: Subject) -> Iterator[Check]:
    channel, most = subject.channel, subject.thresholds.stopped_most
    if most is None or channel.total_per_second is None:
        return
    per_minute = channel.total_per_second * 60

    def look(history: History) -> Notice | None:
        points = [history.last(channel.name, MINUTE_MS)]
        return Notice(tuple(points)) if stopped_emission_marks(points, per_minute, most)[0] else None

    yield Check(Rule.STOPPED_EMITTING, channel.name, MINUTE_MS, look, {"most": most})


def _no_flow(subject: Subject) -> Iterator[Check]:
    name, rated, share = subject.channel.name, subject.thresholds.rated, subject.thresholds.rated_share
    if rated is None:
        return

    def look(history: History) -> Notice | None:
        points = [history.last(name, HOUR_MS)]
        return Notice(tuple(points)) if no_flow_marks(points, rated, share)[0] else None

    yield Check(Rule.NO_FLOW, name, HOUR_MS, look, {"rated": rated, "share": share})


def _oxygen(subject: Subject) -> Iterator[Check]:
    name, own = subject.channel.name, subject.thresholds
    if not (subject.channel.factor == OXYGEN if own.is_oxygen is None else own.is_oxygen):
        return

    def look(history: History) -> Notice | None:
        points = [history.last(name, HOUR_MS)]
        (mark,) = oxygen_marks(points, own.oxygen_stopped, own.oxygen_running)
        return Notice(tuple(points), {"production": mark}) if mark else None

    yield Check(
        Rule.OXYGEN, name, HOUR_MS, look, {"stopped_below": own.oxygen_stopped, "running_above": own.oxygen_running}
    )


def _cold_gas(subject: Subject) -> Iterator[Check]:
    name, ambient, within = subject.channel.name, subject.thresholds.ambient, subject.thresholds.ambient_within
    if ambient is None:
        return

    def look(history: History) -> Notice | None:
        points = [history.last(name, HOUR_MS)]
        return Notice(tuple(points)) if cold_marks(points, ambient, within)[0] else None

    yield Check(Rule.COLD_GAS, name, HOUR_MS, look, {"ambient": ambient, "within": within})


def _treatment_off(subject: Subject) -> Iterator[Check]:
    name, least, minutes = (
        subject.channel.name,
        subject.thresholds.treatment_least,
        subject.thresholds.treatment_minutes,
    )
    if least is None:
        return

    def look(history: History) -> Notice | None:
        if not treatment_off_marks([history.last(name, MINUTE_MS)], least)[0]:
            return None
        points = history.tail(name, MINUTE_MS, minutes)
        found = unbroken(points, treatment_off_marks(points, least), minutes)
        return Notice(found) if found else None

    yield Check(Rule.TREATMENT_OFF, name, MINUTE_MS, look, {"least": least, "minutes": minutes})


def _cold_furnace(subject: Subject) -> Check:
    name, own = subject.channel.name, subject.thresholds

    def look(history: History) -> Notice | None:
        minutes = history.since_start(name, DAY_MS, MINUTE_MS)
        groups = (minutes[place : place + WINDOW_MINUTES] for place in range(0, len(minutes), WINDOW_MINUTES))
        cold = cold_windows([_window(group) for group in groups], own.furnace_below)
        heat = heat_of(len(cold), own.furnace_warn, own.furnace_most)
        return None if heat is Heat.ENOUGH else Notice(cold, {"windows": len(cold), "heat": heat.value})

    parameters = {"below": own.furnace_below, "warn_from": own.furnace_warn, "most": own.furnace_most}
    return Check(Rule.COLD_FURNACE, name, FURNACE_MS, look, parameters)


def _window(minutes: list[Point]) -> Point:
    """Return the mean of a window over the minutes of it that count; too few make none."""
    values = values_of(minutes)
    mean = mean_of(values) if len(values) >= ENOUGH_MINUTES else None
    return Point(minutes[0].at_ms, State.OK if mean is not None else State.NO_DATA, mean, mean)
