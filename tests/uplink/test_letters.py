"""Every state has one letter of HJ 212-2017 table 8."""

import pytest

from dau.core.states import State, winner
from dau.uplink.letters import HJ2017_LETTERS

TABLE_8 = frozenset("NFMSDCTB")


def test_every_state_has_a_letter_and_no_other_thing_has() -> None:
    assert set(HJ2017_LETTERS) == {State.OK, *State}


def test_whatever_set_of_states_a_sample_has_its_winner_has_a_letter() -> None:
    assert {winner(State(number)) for number in range(2048)} <= set(HJ2017_LETTERS)


def test_the_letters_are_those_of_the_table() -> None:
    assert set(HJ2017_LETTERS.values()) <= TABLE_8


@pytest.mark.parametrize(
    ("state", "letter"),
    [
        (State.OK, "N"),
        (State.COMM_LOST, "B"),
        (State.CALIBRATION, "C"),
        (State.MAINTENANCE, "M"),
        (State.FAULT, "D"),
        (State.OVER_RANGE, "T"),
        (State.STOPPED, "F"),
        (State.MANUAL, "S"),
        (State.NO_DATA, "D"),
    ],
)
def test_what_each_letter_means(state: State, letter: str) -> None:
    assert HJ2017_LETTERS[state] == letter
