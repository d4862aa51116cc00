"""Results of analysers that work in cycles: which is new, which is shown again, and for how long one stands.

A wet-chemistry analyser makes a value each hour or so and shows it until the next. A repeated number is data that never
existed: the result is one sample, and every later poll that shows it says only which result stands.
"""

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from dau.core.samples import Sample
from dau.core.states import State

AHEAD_MS: Final = 120_000
"""How far the time of a result may lie in the future before the clock of the instrument is a finding."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The result that an analyser shows: its own time, and when the unit got it (milliseconds UTC).

    ``has_number`` is False while the time moved and its number could not be had yet.
    """

    data_ms: int
    came_ms: int
    has_number: bool = True


class Turn(Enum):
    """What a sample is in the row of results."""

    NEW = auto()
    AGAIN = auto()
    BACK = auto()
    """New, but with a time before that of the result before: the clock of the instrument was set back."""
    AHEAD = auto()
    """New, with a time in the future."""

    @property
    def is_new(self) -> bool:
        """Whether it is a result that was not there before."""
        return self is not Turn.AGAIN


def turn_of(sample: Sample, before: Shown | None) -> Turn:
    """Tell what a sample with ``data_ms`` is: new is what has another time than before, or at last its number."""
    assert sample.data_ms is not None
    if before is not None and sample.data_ms == before.data_ms:
        return Turn.AGAIN if before.has_number or sample.value is None else Turn.NEW
    if before is not None and sample.data_ms < before.data_ms:
        return Turn.BACK
    return Turn.AHEAD if sample.data_ms > sample.at_ms + AHEAD_MS else Turn.NEW


def standing(sample: Sample, before: Shown | None, hold_ms: int) -> Sample:
    """Return the sample with what still stands of it: a result that was shown for too long is no data any more."""
    if before is None or sample.data_ms != before.data_ms or sample.at_ms - before.came_ms <= hold_ms:
        return sample
    return replace(sample, raw=None, value=None, states=sample.states | State.NO_DATA, data_ms=None, sampled_ms=None)


def as_stored(sample: Sample, turn: Turn) -> Sample:
    """Return the sample as it is kept: a result with its times, or without a number where it is shown again."""
    if turn is Turn.AGAIN:
        return replace(sample, raw=None, value=None, sampled_ms=None)
    return replace(sample, sampled_ms=sample.data_ms if sample.sampled_ms is None else sample.sampled_ms)
