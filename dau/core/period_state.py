"""The state of a whole period, from the states of its parts (data-quality rules of HJ 212-2017 and HJ 75-2017).

Parts that should exist and do not are handed in as ``NO_DATA``; ``expected`` is how many there should be.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from dau.core.channels import Medium
from dau.core.period_rules import USUAL, PeriodRules, Profile
from dau.core.states import State

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
WORKING: Final = (State.OK, State.STARTUP, State.SHUTDOWN, State.BANKED)
"""States in which the instrument is normal, whatever the plant does: those that HJ 212-2017 has the letter N for."""


def state_of_period(medium: Medium, states: Sequence[State], expected: int, rules: PeriodRules = USUAL) -> State:
    """Return the state of a minute, an interval, a day or a month, or of any period of waste water.

    Water: one abnormal part makes the period abnormal. Gas: three quarters of normal parts make it normal. Where it is
    abnormal, the state that filled most of it gives the name; by the strict profile it is a fault.
    """
    counts = Counter(states)
    if medium is Medium.GAS and rules.profile is Profile.STRICT:
        return _strictly(counts, expected, rules)
    abnormal = counts.total() - counts[State.OK]
    if abnormal == 0 or (medium is Medium.GAS and counts[State.OK] >= rules.enough * expected):
        return State.OK
    return _largest(counts, TIES)


def state_of_hour(states: Sequence[State], rules: PeriodRules = USUAL) -> State:
    """Return the state of a gas hour from the states of its 60 minutes, by the durations of HJ 75-2017."""
    if rules.profile is Profile.STRICT:
        return _strictly(Counter(states), len(states), rules)
    counts = Counter(states)
    if counts[State.OK] + counts[State.OVER_RANGE] >= rules.hour_minutes:
        return State.OVER_RANGE if counts[State.OVER_RANGE] > rules.long_minutes else State.OK
    filling = [state for state in SOURCE if counts[state] >= rules.hour_minutes]
    if filling:
        return filling[0]
    caring = [state for state in CARE if counts[state] > rules.long_minutes]
    return _largest(counts, caring or [state for state in TIES if state is not State.OVER_RANGE])


def _strictly(counts: Counter[State], expected: int, rules: PeriodRules) -> State:
    """Return a fault unless enough parts are normal; a plant that starts up all the time is named, and still normal."""
    if sum(counts[state] for state in WORKING) < rules.enough * expected:
        return State.FAULT
    return max(WORKING, key=lambda state: counts[state])


def _largest(counts: Counter[State], candidates: Iterable[State]) -> State:
    among = set(candidates)
    return max((state for state in TIES if state in among), key=lambda state: counts[state])
