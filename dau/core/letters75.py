"""The letters of HJ 75-2017 for the reports of a gas station: ``F`` and ``B`` mean the source, not the instrument."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dau.core.states import State

HJ75_LETTERS: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.OK: "N",
        State.OVER_RANGE: "T",
        State.CALIBRATION: "C",
        State.MAINTENANCE: "M",
        State.FAULT: "D",
        State.COMM_LOST: "Md",
        State.STOPPED: "F",
        State.STARTUP: "St",
        State.SHUTDOWN: "Sd",
        State.BANKED: "B",
        State.MANUAL: "S",  # not in the list of the standard; kept so that a value entered by hand shows as one
        State.NO_DATA: "Md",
    }
)
"""HJ 75-2017 appendix H. One letter for each single state; ask for the winner of a set first."""
