"""System codes: what ST stands for (HJ 212-2017 table 5, HJ 212-2025 table 7)."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from dau.hj212 import Edition

_PROCESSES: Final = {"e": "52", "g": "51", "p": "45", "d": "44"}
"""Sewage and flue gas processes (2017), production conditions and electricity (2025), by first letter of the code."""


@dataclass(frozen=True, slots=True)
class System:
    """One system code and the editions that list it, as far as is known."""

    st: str
    zh: str
    en: str
    editions: frozenset[Edition]


def every_system(edition: Edition) -> Sequence[System]:
    """Return the system codes of an edition, in order."""
    return tuple(system for system in _systems() if edition in system.editions)


def st_of(edition: Edition, code: str) -> str | None:
    """Return the system code that packets of a factor carry, None where it is that of the site."""
    st = _PROCESSES.get(code[:1])
    return st if any(system.st == st for system in every_system(edition)) else None


@cache
def _systems() -> Sequence[System]:
    text = files("dau.codes").joinpath("systems.csv").read_text(encoding="utf-8")
    return tuple(
        System(row["st"], row["zh"], row["en"], frozenset(map(Edition, row["editions"].split())))
        for row in csv.DictReader(text.splitlines())
    )
