"""Runs of like periods: what several rules ask for, each with its own mark.

A mark is what makes two periods alike: True, or a text. One that is false belongs to no run and breaks one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from dau.core.rules.points import Point

Mark = bool | str | None


@dataclass(frozen=True, slots=True)
class Run:
    """``length`` places in a row from the place ``first`` on."""

    first: int
    length: int


def runs(marks: Sequence[Mark], at_least: int = 1) -> list[Run]:
    """Return every run of equal marks that is ``at_least`` so long, in order."""
    found: list[Run] = []
    place = 0
    for mark, group in groupby(marks):
        length = sum(1 for _ in group)
        if mark and length >= at_least:
            found.append(Run(place, length))
        place += length
    return found


def unbroken(points: Sequence[Point], marks: Sequence[Mark], at_least: int) -> tuple[Point, ...]:
    """Return the last ``at_least`` points if their marks are one run, else nothing."""
    last = marks[-at_least:]
    is_run = len(last) == at_least and bool(last[0]) and len(set(last)) == 1
    return tuple(points[-at_least:]) if is_run else ()
