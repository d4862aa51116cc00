"""Every state has one letter in every edition, and it is one that the edition is known to have."""

import pytest

from dau.core.states import State, winner
from dau.hj212 import Edition, LocalError
from dau.uplink.letters import HJ2017_LETTERS, letters_of

TABLE_8 = frozenset("NFMSDCTB")
KNOWN = {Edition.E2005: frozenset("PFCMTDSN"), Edition.E2017: TABLE_8, Edition.E2025: frozenset("NDCMTFS")}
"""Of 2005 as code bases have them, of HJ 212-2017 table 8, of HJ 212-2025 as established, and F and S of 2017."""


@pytest.mark.parametrize("edition", Edition)
def test_every_state_has_a_letter_and_no_other_thing_has(edition: Edition) -> None:
    assert set(letters_of(edition)) == {State.OK, *State}


@pytest.mark.parametrize("edition", Edition)
def test_no_letter_is_made_up(edition: Edition) -> None:
    assert set(letters_of(edition).values()) <= KNOWN[edition]


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize(
    "state",
    [
        State.OVER_RANGE,
        State.CALIBRATION,
        State.MAINTENANCE,
        State.FAULT,
        State.COMM_LOST,
        State.STOPPED,
        State.MANUAL,
        State.NO_DATA,
    ],
)
def test_nothing_that_was_not_measured_soundly_is_called_normal(edition: Edition, state: State) -> None:
    assert letters_of(edition)[state] != letters_of(edition)[State.OK]


def test_what_differs_between_editions() -> None:
    of_2017, of_2005, of_2025 = (letters_of(edition) for edition in (Edition.E2017, Edition.E2005, Edition.E2025))
    assert {state: of_2005[state] for state in of_2017 if of_2005[state] != of_2017[state]} == {State.COMM_LOST: "D"}
    changed = {State.COMM_LOST: "D"}
    assert {state: of_2025[state] for state in of_2017 if of_2025[state] != of_2017[state]} == changed


def test_a_platform_may_know_other_letters() -> None:
    letters = letters_of(Edition.E2025, {State.STOPPED: "D", State.FAULT: "Td"})
    assert (letters[State.STOPPED], letters[State.FAULT], letters[State.OK]) == ("D", "Td", "N")
    assert letters_of(Edition.E2025)[State.STOPPED] == "F"


@pytest.mark.parametrize(
    ("edition", "letter"), [(Edition.E2017, "Td"), (Edition.E2017, ""), (Edition.E2005, "n"), (Edition.E2025, "a,b")]
)
def test_a_letter_that_cannot_be_one_is_refused(edition: Edition, letter: str) -> None:
    with pytest.raises(LocalError, match=rf"^data flag of STOPPED: '{letter}', edition {edition} expects \["):
        letters_of(edition, {State.STOPPED: letter})


def test_whatever_set_of_states_a_sample_has_its_winner_has_a_letter() -> None:
    assert {winner(State(number)) for number in range(1 << 16)} <= set(HJ2017_LETTERS)


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
