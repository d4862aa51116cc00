"""Marks as the national platform keeps them: what a time was, by rule or by hand, and how many hours a cap leaves.

Marks are by whole minute: ``first`` and ``end`` are numbers of minutes since any one origin, the end excluded. A mark
stands beside the data and changes none of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

LEAST_MINUTES: Final = 15
"""A chain of marked minutes counts from this length on."""

STANDARD_CHECK: Final = "标样核查"
"""The label of a check with a standard sample, which no manual mark hides."""


class Category(IntEnum):
    """The eight kinds of marks of the platform's interface. The numbers are stored: they never change their meaning."""

    COMMUNICATION = 1
    DEVICE = 2
    MANUAL_VALUE = 3
    OUTSIDE = 4
    """Missing or invalid for reasons outside the plant."""
    CONDITION_DEVICE = 5
    """Maintenance of a device that measures condition parameters."""
    TREATMENT = 6
    PRODUCTION = 7
    SWITCHING = 8
    """Between the primary and the backup device of one outlet."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The minutes ``first <= m < end`` and what they were."""

    first: int
    end: int
    label: str

    @property
    def minutes(self) -> int:
        """How long it lasted."""
        return self.end - self.first


@dataclass(frozen=True, slots=True)
class Chain:
    """Minutes without a gap, ``first <= m < end``."""

    first: int
    end: int

    @property
    def minutes(self) -> int:
        """How long it lasted."""
        return self.end - self.first


class CapPeriod(StrEnum):
    """In what time a cap counts its hours."""

    EVENT = "event"
    """Each unbroken stretch by itself."""
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most ``hours`` of the marks with one of ``labels`` in each period.

    ``of_conditions``: the labels are conditions of facilities, and what counts is how each facility stood. It holds for
    each of ``subjects`` by itself; none: for each channel and facility that there is.
    """

    name: str
    labels: frozenset[str]
    hours: float
    period: CapPeriod
    of_conditions: bool = False
    subjects: frozenset[str] = frozenset()


def chains(times: Iterable[tuple[int, int]], least_minutes: int = LEAST_MINUTES) -> Sequence[Chain]:
    """Join marked minutes that follow each other, whatever they were, and keep what lasts ``least_minutes`` or more.

    Args:
        times: first minute and end of each mark, in any order; they may overlap.
        least_minutes: a shorter chain does not count.
    """
    joined: list[Chain] = []
    for first, end in sorted((first, end) for first, end in times if end > first):
        if joined and first <= joined[-1].end:
            joined[-1] = Chain(joined[-1].first, max(joined[-1].end, end))
        else:
            joined.append(Chain(first, end))
    return [chain for chain in joined if chain.minutes >= least_minutes]


def shown(automatic: Iterable[Mark], manual: Sequence[Mark]) -> Sequence[Mark]:
    """Return the automatic marks that remain visible: a manual mark hides those that lie wholly inside it."""
    return [mark for mark in automatic if mark.label == STANDARD_CHECK or not _is_covered(mark, manual)]


def hours_used(cap: Cap, marks: Iterable[Mark], first: int, end: int) -> float:
    """Return the hours that count against a cap in the minutes ``first <= m < end`` of its period.

    Marks that overlap count once. Of a cap for each event it is the longest one that reaches into those minutes, with
    all of its length.
    """
    times = [(mark.first, mark.end) for mark in marks if mark.label in cap.labels]
    if cap.period is CapPeriod.EVENT:
        events = [chain for chain in chains(times, 1) if chain.first < end and chain.end > first]
        return max((chain.minutes for chain in events), default=0) / 60
    inside = [(max(one, first), min(other, end)) for one, other in times]
    return sum(chain.minutes for chain in chains(inside, 1)) / 60


def _is_covered(mark: Mark, manual: Sequence[Mark]) -> bool:
    return any(each.first <= mark.first and mark.end <= each.end for each in manual)
