"""Hours of composite samples: only the result that was taken in an hour makes its value, in whatever order it came."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.composite import of_results
from dau.core.period_rules import USUAL
from dau.core.periods import HOUR_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic

COD = Channel(
    "cod", "w01018", "mg/L", 1, Medium.WATER, 60, kind=ChannelKind.PERIODIC, flow="flow", mass_per_amount=0.001
)
HOUR = Span(0, HOUR_MS)
SHOWN = PeriodStatistic("cod", HOUR, State.OK, True, 60, 60, 33.0, 33.0, 33.0, None)
FLOW = PeriodStatistic("flow", HOUR, State.OK, True, 60, 60, 10.0, total=36.0)


def result(value: float | None, states: State = State.OK) -> Sample:
    return Sample("cod", 2 * HOUR_MS, value, value, states, data_ms=HOUR_MS, sampled_ms=0)


def test_the_result_of_the_hour_and_the_mass_of_its_water() -> None:
    found = of_results(COD, SHOWN, [result(45.0)], FLOW, USUAL)
    assert (found.mean, found.low, found.high, found.raw_mean) == (45.0, 45.0, 45.0, 45.0)
    assert (found.valid, found.state, found.count, found.expected) == (True, State.OK, 1, 1)
    assert (found.volume, found.paired, found.total) == (36.0, 36.0, 1.62)


def test_what_was_shown_meanwhile_says_nothing_of_the_hour() -> None:
    found = of_results(COD, SHOWN, [], FLOW, USUAL)
    assert (found.mean, found.valid, found.state) == (None, False, State.NO_DATA)
    assert (found.volume, found.paired, found.total) == (36.0, None, None)
    broken = of_results(COD, replace(SHOWN, state=State.MAINTENANCE), [], FLOW, USUAL)
    assert broken.state is State.MAINTENANCE


@pytest.mark.parametrize(
    ("states", "valid"), [(State.OVER_RANGE, True), (State.FAULT, False), (State.CALIBRATION, False)]
)
def test_the_state_is_that_of_the_result(states: State, valid: bool) -> None:
    found = of_results(COD, SHOWN, [result(45.0, states)], FLOW, USUAL)
    assert (found.state, found.valid, found.raw_mean) == (states, valid, 45.0)
    assert (found.total is not None) is valid


def test_without_water_there_is_no_concentration() -> None:
    found = of_results(COD, SHOWN, [result(45.0)], replace(FLOW, total=0.0), USUAL)
    assert (found.mean, found.valid, found.total) == (None, False, 0.0)


def test_without_a_flow_there_is_no_mass() -> None:
    found = of_results(COD, SHOWN, [result(45.0)], None, USUAL)
    assert (found.mean, found.valid, found.total, found.volume) == (45.0, True, None, None)


VALUES = st.none() | st.floats(0, 1e4)


@given(st.permutations([result(value) for value in (3.0, 1.5, None, 7.25, 0.1)]), st.data())
def test_any_order_of_arrival_gives_the_same_hour(order: list[Sample], data: st.DataObject) -> None:
    again = data.draw(st.permutations(order))
    assert of_results(COD, SHOWN, order, FLOW, USUAL) == of_results(COD, SHOWN, again, FLOW, USUAL)
