"""The channels of a station as rules judge them, and every check that the settings ask for."""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from dau.config.findings import FindingsTable
from dau.config.limits import LimitTable, limits_of
from dau.core.channels import Channel
from dau.quality.checks import Check, Subject
from dau.quality.cycle_checks import cycle_checks
from dau.quality.declared_checks import declared_checks
from dau.quality.limit_checks import limit_checks
from dau.quality.pair_checks import pair_checks
from dau.quality.plant_checks import plant_checks
from dau.quality.value_checks import value_checks

Served = Mapping[str, tuple[str, ...]]
"""The production facilities that serve each channel."""

NOBODY: Final[Served] = MappingProxyType({})


def subjects_of(
    channels: Sequence[Channel], findings: FindingsTable, limits: Iterable[LimitTable], served: Served = NOBODY
) -> list[Subject]:
    """Return the channels with their thresholds and limits; limits are held against the converted value if any is."""
    listed = list(limits)
    converted = {channel.converts: channel.name for channel in channels if channel.converts is not None}
    return [
        Subject(
            channel,
            findings.of(channel.name),
            limits_of(listed, channel.name),
            converted.get(channel.name, channel.name),
            served.get(channel.name, ()),
        )
        for channel in channels
    ]


def checks_of(subjects: Iterable[Subject]) -> list[Check]:
    """Return every check of the subjects whose rule is not switched off for it."""
    return [
        check
        for subject in subjects
        for make in (value_checks, limit_checks, plant_checks, pair_checks, declared_checks, cycle_checks)
        for check in make(subject)
        if check.rule not in subject.thresholds.off
    ]
