"""One winner among all active states."""

import pytest

from dau.core.states import PRECEDENCE, State, union, winner
from tests.core.worked_cases import STATES, Case, cases


@pytest.mark.parametrize(
    "case", [case for case in cases("instant_state") if case.given["declared"] is None], ids=lambda case: case.id
)
def test_worked_cases(case: Case) -> None:
    assert winner(union(STATES[name] for name in case.given["active"])) is STATES[case.expected["state"]]


def test_every_state_but_ok_has_its_place() -> None:
    assert set(PRECEDENCE) == set(State)  # iterating a flag leaves out its zero, which is OK
    assert len(PRECEDENCE) == len(set(PRECEDENCE))


def test_stored_numbers_never_change() -> None:
    assert {state.name: state.value for state in State} == {
        "OVER_RANGE": 1,
        "CALIBRATION": 2,
        "MAINTENANCE": 4,
        "FAULT": 8,
        "COMM_LOST": 16,
        "STOPPED": 32,
        "STARTUP": 64,
        "SHUTDOWN": 128,
        "BANKED": 256,
        "MANUAL": 512,
        "NO_DATA": 1024,
    }
