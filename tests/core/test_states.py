"""One winner among all active states, and what a person declared before all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.letters75 import HJ75_LETTERS
from dau.core.states import DECLARED, PRECEDENCE, State, declared, declared_in, names, union, winner
from tests.core.worked_cases import STATES, Case, cases

SETS = st.integers(0, 2047).map(State)


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


@given(found=SETS, said=SETS)
def test_what_a_person_declared_wins_and_nothing_is_lost(found: State, said: State) -> None:
    both = State(int(found | declared(said)))  # as it comes back from the database
    assert winner(both) is winner(said)
    assert all(state in both for state in (*found, *said))
    assert declared_in(both) == said


@given(sets=st.lists(st.tuples(SETS, SETS), max_size=4))
def test_several_declarations_join(sets: list[tuple[State, State]]) -> None:
    joined = union(found | declared(said) for found, said in sets)
    assert declared_in(joined) == union(said for _, said in sets)
    assert (DECLARED in joined) is bool(sets)


def test_declared_bits_never_change() -> None:
    assert int(declared(State.MAINTENANCE)) == 4 + 2048 + (4 << 12)
    assert int(declared(State.OK)) == 2048


def test_a_set_is_named() -> None:
    assert names(State.OK) == ["OK"]
    assert names(State.FAULT | State.COMM_LOST) == ["FAULT", "COMM_LOST"]
    assert names(State.FAULT | declared(State.MAINTENANCE)) == ["MAINTENANCE", "FAULT", "DECLARED"]


def test_every_state_has_a_letter_in_the_reports() -> None:
    assert set(HJ75_LETTERS) == {State.OK, *State}
