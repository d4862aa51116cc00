"""The only place where a quality state becomes the letter of a data flag (HJ 212-2017 table 8)."""

from collections.abc import Mapping
from typing import Final

from dau.core.states import State

HJ2017_LETTERS: Final[Mapping[State, str]] = {
    State.OK: "N",
    State.OVER_RANGE: "T",
    State.CALIBRATION: "C",
    State.MAINTENANCE: "M",
    State.FAULT: "D",
    State.COMM_LOST: "B",
    State.STOPPED: "F",
    # Conditions of the plant have no letter in this table: the instrument works, and its value stands.
    State.STARTUP: "N",
    State.SHUTDOWN: "N",
    State.BANKED: "N",
    State.MANUAL: "S",
    State.NO_DATA: "D",
}
"""One letter for each single state; ask for the winner of a set first."""
