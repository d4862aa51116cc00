"""A result is new when its time moves; one that is shown again has no number, and stands only for a while."""

from dataclasses import replace

import pytest

from dau.core.results import AHEAD_MS, Shown, Turn, as_stored, standing, turn_of
from dau.core.samples import Sample
from dau.core.states import State

TEN = 36_000_000
SAMPLE = Sample("cod", TEN + 60_000, 40.1, 40.1, State.OK, data_ms=TEN)
BEFORE = Shown(TEN, TEN + 30_000)


@pytest.mark.parametrize(
    ("data_ms", "before", "turn"),
    [
        (TEN, None, Turn.NEW),
        (TEN, BEFORE, Turn.AGAIN),
        (TEN + 1, BEFORE, Turn.NEW),
        (TEN - 1, BEFORE, Turn.BACK),
        (TEN + 60_000 + AHEAD_MS, BEFORE, Turn.NEW),
        (TEN + 60_001 + AHEAD_MS, BEFORE, Turn.AHEAD),
        (TEN + 60_001 + AHEAD_MS, None, Turn.AHEAD),
    ],
)
def test_what_a_result_is(data_ms: int, before: Shown | None, turn: Turn) -> None:
    assert turn_of(replace(SAMPLE, data_ms=data_ms), before) is turn
    assert turn.is_new is (turn is not Turn.AGAIN)


def test_a_new_result_is_kept_with_both_times() -> None:
    assert as_stored(SAMPLE, Turn.NEW) == replace(SAMPLE, sampled_ms=TEN)
    taken = replace(SAMPLE, sampled_ms=TEN - 1_800_000)
    assert as_stored(taken, Turn.BACK) == taken
    assert taken.is_result and not SAMPLE.is_result


def test_a_result_that_is_shown_again_has_no_number_but_the_state_of_now() -> None:
    again = replace(SAMPLE, states=State.MAINTENANCE, sampled_ms=TEN)
    assert as_stored(again, Turn.AGAIN) == Sample("cod", SAMPLE.at_ms, None, None, State.MAINTENANCE, data_ms=TEN)


def test_a_result_stands_for_its_hold_and_is_no_data_then() -> None:
    assert standing(SAMPLE, BEFORE, 30_000) == SAMPLE
    assert standing(SAMPLE, BEFORE, 29_999) == Sample("cod", SAMPLE.at_ms, None, None, State.NO_DATA)
    assert standing(SAMPLE, None, 0) == SAMPLE, "the first time it is seen it is new"
    assert standing(replace(SAMPLE, data_ms=TEN + 1), BEFORE, 0).value == 40.1
