"""The only place where a quality state becomes the letter of a data flag, for each edition and platform."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from dau.core.conditions import Condition
from dau.core.states import State
from dau.hj212 import Edition, LocalError, dialect

HJ2017_LETTERS: Final[Mapping[State, str]] = MappingProxyType(
    {
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
)
"""HJ 212-2017 table 8. One letter for each single state; ask for the winner of a set first."""

HJ2005_LETTERS: Final[Mapping[State, str]] = MappingProxyType({**HJ2017_LETTERS, State.COMM_LOST: "D"})
"""HJ/T 212-2005 has no B yet: an instrument that does not answer is a faulty one. Its P (power failure) is no state."""

HJ2025_LETTERS: Final[Mapping[State, str]] = MappingProxyType(
    {
        **HJ2017_LETTERS,
        State.COMM_LOST: "D",  # "device fault, including power and internal link"
    }
)
"""HJ 212-2025 table 10: N D C M T are established, F and S are not, and stay what they were in 2017.

Another letter would be a false statement: D a fault of the device that is not there, M a maintenance that nobody did. A
letter that a platform does not know is stored by it and counts as not valid; one that wants another says so in its
settings. The Td of 2025 (key conditions) is no state of ours.
"""

CONDITION_TAGS: Final[Mapping[Condition, str]] = MappingProxyType(
    {
        Condition.STOPPED: "F",
        Condition.RUNNING: "N",
        Condition.STARTUP: "St",
        Condition.SHUTDOWN: "Sd",
        Condition.BANKED: "B",
    }
)
"""Tags of plant conditions (HJ 212-2025, p991xx): N and St stand in its example, the others are those of HJ 75.

Those of drying, cooling, faults, accidents and of the grid are known by their Chinese names alone. They are told where
the settings name their letters (`tags` of the channel), else not: the letter of another condition would be a false tag.
"""

_LETTERS: Final = {
    Edition.E2005: HJ2005_LETTERS,
    Edition.E2017: HJ2017_LETTERS,
    Edition.E2025: HJ2025_LETTERS,
}


def letters_of(edition: Edition, overrides: Mapping[State, str] | None = None) -> Mapping[State, str]:
    """Return the letter of each single state in an edition, with those that a platform wants instead.

    Raises:
        LocalError: an override is no data flag of the edition by its form.
    """
    form = dialect(edition).data_flag_form
    for state, letter in (overrides or {}).items():
        if not form.fullmatch(letter):
            raise LocalError(f"data flag of {state.name}: {letter!r}, edition {edition} expects {form.pattern}")
    return MappingProxyType({**_LETTERS[edition], **(overrides or {})})
