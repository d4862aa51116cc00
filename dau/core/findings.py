"""A finding: what a rule noticed, since when, on what evidence, and what people made of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dau.core.rules.names import Rule
from dau.core.rules.points import Fact, Point

STATION: Final = ""
"""The subject of a finding that concerns no channel."""

KEPT: Final = 50
"""So many of the first and so many of the last points are kept as evidence; the data themselves are in their place."""


class Stage(StrEnum):
    """What became of a finding. The words are stored in the database: they never change their meaning."""

    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    EXPLAINED = "explained"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule noticed of a channel (or of the station): ``first_ms <= t < last_ms``, milliseconds UTC.

    ``parameters`` are the thresholds it was held against, ``points`` the periods that show it, ``facts`` what else
    explains it.
    """

    rule: Rule
    subject: str
    first_ms: int
    last_ms: int
    parameters: Mapping[str, Fact]
    points: tuple[Point, ...] = ()
    facts: Mapping[str, Fact] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the book of findings. ``running`` while its condition lasts, ``made_ms`` when it was noticed."""

    id: int
    seen: Seen
    made_ms: int
    running: bool
    stage: Stage


@dataclass(frozen=True, slots=True)
class Step:
    """What became of a finding at an instant (ms UTC). Without ``who`` the unit itself said it."""

    at_ms: int
    who: str
    stage: Stage
    reason: str


def joined(old: Sequence[Point], new: Sequence[Point]) -> tuple[Point, ...]:
    """Return the evidence of a finding that lasts: the points so far and those after them, the middle left out."""
    last_ms = old[-1].at_ms if old else None
    points = (*old, *(point for point in new if last_ms is None or point.at_ms > last_ms))
    return points if len(points) <= 2 * KEPT else (*points[:KEPT], *points[-KEPT:])
