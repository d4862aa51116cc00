"""Quality states of a value: a bit set inside, one winner by precedence, never a letter.

Letters collide between standards (``B`` is a lost link in HJ 212 and a banked fire in HJ 75), so they exist only where
a packet is composed or read (``dau/uplink/letters.py``).
"""

from collections.abc import Iterable
from enum import IntFlag
from typing import Final


class State(IntFlag):
    """What is known about a value besides the number. ``OK`` is the absence of every other state.

    The numbers are stored in the database: they never change their meaning.
    """

    OK = 0
    OVER_RANGE = 1
    CALIBRATION = 2
    MAINTENANCE = 4
    FAULT = 8
    COMM_LOST = 16
    STOPPED = 32
    STARTUP = 64
    SHUTDOWN = 128
    BANKED = 256
    MANUAL = 512
    NO_DATA = 1024


PRECEDENCE: Final = (
    State.COMM_LOST,
    State.NO_DATA,
    State.CALIBRATION,
    State.MAINTENANCE,
    State.FAULT,
    State.OVER_RANGE,
    State.STOPPED,
    State.STARTUP,
    State.SHUTDOWN,
    State.BANKED,
    State.MANUAL,
)
"""At one instant the first active state of this list speaks for the value."""

MEASURED: Final = frozenset({State.OK, State.OVER_RANGE, State.STARTUP, State.SHUTDOWN, State.BANKED})
"""States whose values count in a mean, by default (the setting ``measured_states`` of a station)."""


def winner(states: State) -> State:
    """Return the one state that speaks for the whole set."""
    return next((state for state in PRECEDENCE if state in states), State.OK)


def union(sets: Iterable[State]) -> State:
    """Return every state that is active in at least one of the sets."""
    joined = State.OK
    for states in sets:
        joined |= states
    return joined
