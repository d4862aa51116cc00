"""What flowed by the counter of a meter: differences of its readings, whatever the counter does in between.

A counter that is at its end begins anew at zero (a roll-over, and what flowed is known). One that falls otherwise was
reset or belongs to another meter, and one that rises by more than can have flowed belongs to another meter too: what
flowed between the two readings is not known then, and nothing is added (HJ 212-2017 appendix D lets a difference of
totals replace the integral).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from dau.core.exact import exact, exact_sum
from dau.core.samples import Sample
from dau.core.states import State

NEAR_END: Final = 0.9
NEAR_BEGINNING: Final = 0.1
"""A counter rolled over if it stood in the last and stands in the first tenth of its way."""

ALLOWANCE: Final = 1.2
"""A flow may exceed its range by so much before what its meter counted is not believed."""

UNUSABLE: Final = State.FAULT | State.COMM_LOST | State.NO_DATA


class Leap(StrEnum):
    """What a counter did that is no flow. The words are stored with findings: they never change their meaning."""

    ROLL_OVER = "roll_over"
    RESET = "reset"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class Step:
    """A leap between two readings: from which to which, and when the second came (milliseconds UTC)."""

    leap: Leap
    at_ms: int
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Meter:
    """A counter: where it begins anew (None: nobody knows), and the most that can flow in a second (None: no bound)."""

    modulus: float | None = None
    most_per_second: float | None = None


@dataclass(frozen=True, slots=True)
class Flowed:
    """What flowed, in the unit of the counter, None where no two readings tell; and what else it did."""

    amount: float | None
    steps: tuple[Step, ...] = ()


def flowed(meter: Meter, before: Sample | None, samples: Sequence[Sample]) -> Flowed:
    """Return what flowed from the reading ``before`` to the last of ``samples``, which are in the order of arrival."""
    readings = [one for one in (before, *samples) if one is not None and is_reading(one)]
    amounts, steps = [], []
    for earlier, later in pairwise(readings):
        amount, leap = _between(meter, earlier, later)
        if leap is not None:
            steps.append(Step(leap, later.at_ms, earlier.value or 0.0, later.value or 0.0))
        if amount is not None:
            amounts.append(amount)
    total = float(exact_sum(exact(amount) for amount in amounts)) if amounts else None
    return Flowed(total, tuple(steps))


def is_reading(sample: Sample) -> bool:
    """Whether a sample tells where the counter stood."""
    return sample.value is not None and not sample.states & UNUSABLE


def _between(meter: Meter, earlier: Sample, later: Sample) -> tuple[float | None, Leap | None]:
    one, other = earlier.value or 0.0, later.value or 0.0
    amount, leap = float(exact(other) - exact(one)), None
    modulus = meter.modulus
    if amount < 0 and modulus is not None and one >= NEAR_END * modulus and other <= NEAR_BEGINNING * modulus:
        amount, leap = float(exact(modulus) - exact(one) + exact(other)), Leap.ROLL_OVER
    elif amount < 0:
        return None, Leap.RESET if other <= _most(meter, earlier, later, 0.0) else Leap.EXCHANGE
    if amount > _most(meter, earlier, later, float("inf")):
        return None, Leap.EXCHANGE
    return amount, leap


def _most(meter: Meter, earlier: Sample, later: Sample, unknown: float) -> float:
    """Return the most that can have flowed between two readings, one unit more than by its range."""
    if meter.most_per_second is None:
        return unknown
    return 1 + ALLOWANCE * meter.most_per_second * max(1, abs(later.at_ms - earlier.at_ms)) / 1000
