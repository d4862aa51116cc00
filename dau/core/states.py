"""Quality states of a value: a bit set inside, one winner by precedence, never a letter.

Letters collide between standards (``B`` is a lost link in HJ 212 and a banked fire in HJ 75), so they exist only where
a packet is composed or read (``dau/uplink/letters.py``) and where a report is laid out (``letters75.py``).

A set keeps all active states, those found and those that a person declared. Which of them were declared stands a second
time in its higher bits: a declaration is never lost among what instruments say, and can be told from it for ever.
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


DECLARED: Final = State(2048)
"""Set where a person declared something; by itself no state, and so no member of `State`."""

_SHIFT: Final = 12
"""The declared states stand this many bits above where they stand as active ones. Stored: it never changes."""

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
"""At one instant the first active state of this list speaks for the value; of what was declared, if anything was."""

MEASURED: Final = frozenset({State.OK, State.OVER_RANGE, State.STARTUP, State.SHUTDOWN, State.BANKED})
"""States whose values count in a mean, by default (the setting ``measured_states`` of a station)."""


def winner(states: State) -> State:
    """Return the one state that speaks for the whole set: a declared one before all that were found."""
    if not states:
        return State.OK  # by far the most samples: a minute of a station has thousands
    asked = declared_in(states) if DECLARED in states else states
    return next((state for state in PRECEDENCE if state in asked), State.OK)


def declared(states: State) -> State:
    """Return the set in which these states are active because a person declared them; join it with what was found."""
    return states | DECLARED | State(int(states) << _SHIFT)


def declared_in(states: State) -> State:
    """Return the states of a set that a person declared."""
    return State(int(states) >> _SHIFT)


def names(states: State) -> list[str]:
    """Return what is active in the set, in the order of the stored numbers, and ``DECLARED`` if a person said so."""
    found = [str(state.name) for state in states]
    return [*found, *(["DECLARED"] if DECLARED in states else [])] or ["OK"]


def union(sets: Iterable[State]) -> State:
    """Return every state that is active in at least one of the sets."""
    joined = State.OK
    for states in sets:
        joined |= states
    return joined
