"""The state of a whole period, from the states of its parts (data-quality rules of HJ 212-2017 and HJ 75-2017).

Parts that should exist and do not are handed in as ``NO_DATA``; ``expected`` is how many there should be.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from dau.core.channels import Medium
from dau.core.states import State

ENOUGH: Final = 0.75
"""Share of normal parts that makes a gas period normal, and of measured parts that makes any period valid."""

LONG_MINUTES: Final = 15
"""A state that filled more than these minutes of an hour can name it (HJ 75-2017)."""

TIES: Final = (
    State.FAULT,
    State.MAINTENANCE,
    State.CALIBRATION,
    State.COMM_LOST,
    State.OVER_RANGE,
    State.STOPPED,
    State.STARTUP,
    State.SHUTDOWN,
    State.BANKED,
    State.NO_DATA,
    State.MANUAL,
)
"""Of two states that filled the same share of a period, the one that stands first here names it."""

SOURCE: Final = (State.STOPPED, State.STARTUP, State.SHUTDOWN, State.BANKED)
CARE: Final = (State.CALIBRATION, State.MAINTENANCE, State.FAULT)


def state_of_period(medium: Medium, states: Sequence[State], expected: int) -> State:
    """Return the state of a minute, an interval or a day, or of any period of waste water.

    Water: one abnormal part makes the period abnormal. Gas: three quarters of normal parts make it normal. Where it is
    abnormal, the state that filled most of it gives the name.
    """
    counts = Counter(states)
    enough = expected if medium is Medium.WATER else ENOUGH * expected
    abnormal = counts.total() - counts[State.OK]
    if abnormal == 0 or (medium is Medium.GAS and counts[State.OK] >= enough):
        return State.OK
    return _largest(counts, TIES)


def state_of_hour(states: Sequence[State], expected: int = 60) -> State:
    """Return the state of a gas hour from the states of its minutes, by the durations of HJ 75-2017."""
    counts = Counter(states)
    enough = ENOUGH * expected
    long = LONG_MINUTES / 60 * expected
    if counts[State.OK] + counts[State.OVER_RANGE] >= enough:
        return State.OVER_RANGE if counts[State.OVER_RANGE] > long else State.OK
    filling = [state for state in SOURCE if counts[state] >= enough]
    if filling:
        return filling[0]
    caring = [state for state in CARE if counts[state] > long]
    return _largest(counts, caring or [state for state in TIES if state is not State.OVER_RANGE])


def _largest(counts: Counter[State], candidates: Iterable[State]) -> State:
    among = set(candidates)
    return max((state for state in TIES if state in among), key=lambda state: counts[state])
