"""What the number itself tells about its quality."""

from dataclasses import replace
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


@pytest.mark.parametrize(
    ("number", "value"), [(549.0, 549.0), (550.0, 550.0), (550.1, 550.0), (9e9, 550.0), (-50.0, -50.0), (-51.0, -50.0)]
)
def test_beyond_a_tenth_of_the_span_the_limit_is_stored_and_the_number_kept(number: float, value: float) -> None:
    found = judge(Reading("cod", number), COD, 7)
    assert (found.raw, found.value) == (number, value)


@pytest.mark.parametrize("channel", [replace(COD, margin=None), replace(COD, low=None), replace(COD, high=None)])
def test_without_a_margin_or_a_whole_range_nothing_is_limited(channel: Channel) -> None:
    found = judge(Reading("cod", 9e9), channel, 7)
    assert found.raw == found.value == 9e9
