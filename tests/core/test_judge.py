"""What the number itself tells about its quality."""

from math import inf, nan

import pytest

from dau.core.channels import Channel, Medium
from dau.core.judge import judge, silence
from dau.core.samples import Reading, Sample
from dau.core.states import State

COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5, low=0.0, high=500.0)


def test_a_plain_value_is_kept_as_it_is() -> None:
    assert judge(Reading("cod", 42.5), COD, 7) == Sample("cod", 7, 42.5, 42.5, State.OK)


def test_zero_is_a_value() -> None:
    assert judge(Reading("cod", 0.0), COD, 7) == Sample("cod", 7, 0.0, 0.0, State.OK)


def test_above_the_range_is_kept_and_marked() -> None:
    assert judge(Reading("cod", 500.1), COD, 7) == Sample("cod", 7, 500.1, 500.1, State.OVER_RANGE)
    assert judge(Reading("cod", 500.0), COD, 7).states is State.OK


@pytest.mark.parametrize("number", [nan, inf, -inf, None, 1.1e12, -1.1e12, 1.7e308])
def test_no_number_is_a_fault(number: float | None) -> None:
    assert judge(Reading("cod", number), COD, 7) == Sample("cod", 7, None, None, State.FAULT)


def test_states_of_the_driver_stay() -> None:
    found = judge(Reading("cod", 900.0, State.CALIBRATION), COD, 7)
    assert found.states == State.CALIBRATION | State.OVER_RANGE
    assert judge(Reading("cod", None, State.MAINTENANCE), COD, 7).states is State.MAINTENANCE


def test_silence_shows_as_a_sample() -> None:
    assert silence(COD, 7) == Sample("cod", 7, None, None, State.COMM_LOST)
