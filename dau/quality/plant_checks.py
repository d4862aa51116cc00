"""Checks of a channel against what the plant is said to do."""

from collections.abc import Iterator
from typing import Final

from dau.core.channels import ChannelKind
from dau.core.periods import HOUR_MS, MINUTE_MS
from dau.core.rules.names import Rule
from dau.core.rules.operation import (
    cold_marks,
    no_flow_marks,
    oxygen_marks,
    stopped_emission_marks,
    treatment_off_marks,
)
from dau.core.rules.points import Notice
from dau.core.rules.runs import unbroken
from dau.quality.checks import Check, Subject
from dau.quality.furnace_checks import cold_furnace
from dau.quality.history import History

OXYGEN: Final = "a19001"
"""Factor of the oxygen in flue gas (HJ 212-2017 table B.2)."""


def plant_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for where a channel is said to tell of the plant."""
    yield from _stopped_emitting(subject)
    yield from _no_flow(subject)
    yield from _oxygen(subject)
    yield from _cold_gas(subject)
    yield from _treatment_off(subject)
    if subject.channel.kind is ChannelKind.FURNACE:
        yield cold_furnace(subject)


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
