"""What an instrument says in one poll: values of channels, and beside them its parameters, its clock, its oddities."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading


@dataclass(frozen=True, slots=True)
class Parameter:
    """A setting or a state of the instrument itself, under the name that profiles give it, never a code.

    ``value`` is a number in plain decimal notation, a time as YYYYMMDDhhmmss (Beijing), or a word of the profile.
    ``channel`` says which channel it concerns; empty: the instrument as a whole. A parameter that the instrument does
    not have, or a time that says "never", is not told.
    """

    name: ParameterName
    value: str
    channel: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ClockShown:
    """What the instrument's own clock shows (milliseconds UTC) at the moment of the answer."""

    at_ms: int


class Oddity(StrEnum):
    """Kinds of remarks. The words are stored with findings: they never change their meaning."""

    BLOCK_DROPPED = "block_dropped"
    """A range of registers was refused twice and is not asked for again until the next start."""
    UNKNOWN_WORD = "unknown_word"
    """A flag, state or number that the profile does not list."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the instrument that a person should know, said once by its driver; ``detail`` in English."""

    kind: Oddity
    detail: str


Told = Reading | Parameter | ClockShown | Remark
"""One thing that an instrument said."""


def readings_in(told: Iterable[Told]) -> tuple[Reading, ...]:
    """Return the values of channels among what an instrument said, in its order."""
    return tuple(each for each in told if isinstance(each, Reading))
