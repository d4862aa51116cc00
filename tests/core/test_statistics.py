"""Statistics against the worked cases, and the properties every period has."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import MEASURED, State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples
from tests.core.worked_cases import STATES, Case, cases, values

MINUTE = Span(0, MINUTE_MS)
GAS = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, period_s=5)
FLOW = Channel("flow", "w00000", "L/s", 2, Medium.WATER, period_s=5, total_per_second=0.001)


def sample(state: State, value: float | None, at_ms: int = 0) -> Sample:
    return Sample("so2", at_ms, value, value, state)


def part(state: State, value: float | None, span: Span = MINUTE) -> PeriodStatistic:
    measured = state in MEASURED and value is not None
    number = value if measured else None
    return PeriodStatistic("so2", span, state, measured, 12, 12, number, number, number, raw_mean=value)


def close(number: float | None) -> object:
    return None if number is None else pytest.approx(number, rel=1e-6)


@pytest.mark.parametrize(
    "case", [case for case in cases("minute_gas") if case.given["profile"] == "dominant"], ids=lambda case: case.id
)
def test_gas_minute(case: Case) -> None:
    found = of_samples(GAS, MINUTE, [sample(*pair) for pair in values(case.given["samples"])])
    assert found.state == STATES[case.expected["state"]]
    assert (found.valid, found.count) == (case.expected["valid"], case.expected["valid_count"])
    expected = [close(case.expected[name]) for name in ("avg", "min", "max", "avg_raw")]
    assert [found.mean, found.low, found.high, found.raw_mean] == expected


@pytest.mark.parametrize("case", cases("hour_gas"), ids=lambda case: case.id)
def test_gas_hour(case: Case) -> None:
    found = of_parts(GAS, Span(0, HOUR_MS), [part(*pair) for pair in values(case.given["minutes"])])
    assert found.state == STATES[case.expected["state"]]
    assert (found.valid, found.count) == (case.expected["valid"], case.expected["valid_count"])
    expected = [close(case.expected[name]) for name in ("avg", "min", "max", "avg_raw")]
    assert [found.mean, found.low, found.high, found.raw_mean] == expected


@pytest.mark.parametrize("case", cases("day_gas"), ids=lambda case: case.id)
def test_gas_day(case: Case) -> None:
    hours = [
        part(State.OK if group["valid"] else State.FAULT, group["avg"], Span(0, HOUR_MS))
        for group in case.given["hours"]
        for _ in range(group["n"])
    ]
    found = of_parts(GAS, Span(0, DAY_MS), hours, HOUR_MS)
    assert (found.valid, found.count, found.mean) == (
        case.expected["valid"],
        case.expected["valid_count"],
        close(case.expected["avg"]),
    )


@pytest.mark.parametrize(
    "case", [case for case in cases("period_flag_hj212") if case.given["medium"] == "water"], ids=lambda case: case.id
)
def test_one_abnormal_part_makes_a_water_period_abnormal(case: Case) -> None:
    length_ms = case.given["expected"] * 10 * MINUTE_MS
    parts = [part(*pair) for pair in values(case.given["items"])]
    found = of_parts(replace(GAS, medium=Medium.WATER), Span(0, length_ms), parts, 10 * MINUTE_MS)
    assert found.state == STATES[case.expected["state"]]


def test_nothing_measured_is_missing_and_not_zero() -> None:
    for channel in (GAS, FLOW):
        found = of_samples(channel, MINUTE, [])
        assert found.state is State.NO_DATA
        assert not found.valid
        assert [found.mean, found.low, found.high, found.raw_mean, found.total] == [None] * 5


def test_water_amounts_are_sums_of_measured_slices() -> None:
    flows = [Sample("flow", 0, 10.0, 10.0, State.OK)] * 6 + [Sample("flow", 0, None, None, State.COMM_LOST)] * 6
    found = of_samples(FLOW, MINUTE, flows)
    assert found.total == pytest.approx(10.0 * 30 * 0.001)  # 30 of 60 seconds were measured, and only those count
    assert not found.valid
    hour = of_parts(FLOW, Span(0, HOUR_MS), [found, found])
    assert hour.total == pytest.approx(0.6)


def test_more_samples_than_are_due_stand_for_no_more_than_their_minute() -> None:
    flows = [Sample("flow", number, 10.0, 10.0, State.OK) for number in range(15)]
    assert of_samples(FLOW, MINUTE, flows).total == 0.6


def test_an_amount_is_rounded_once() -> None:
    flows = [Sample("flow", 0, value, value, State.OK) for value in (2000.0, 83.3)]
    assert of_samples(FLOW, MINUTE, flows).total == 10.4165


def test_a_valid_gas_period_stands_for_its_whole_length() -> None:
    channel = replace(GAS, total_per_second=1.0)
    minute = of_samples(channel, MINUTE, [sample(State.OK, 2.0)] * 9)
    assert minute.total == pytest.approx(120.0)
    hour = of_parts(channel, Span(0, HOUR_MS), [minute] * 45)
    assert hour.total == pytest.approx(7200.0)
    assert of_parts(channel, Span(0, HOUR_MS), [minute] * 44).total is None
    day = of_parts(channel, Span(0, DAY_MS), [hour] * 20, HOUR_MS)
    assert day.total == pytest.approx(20 * 7200.0)


STATE = st.sampled_from([*State] + [State.OK] * 20)
NUMBER = st.one_of(st.none(), st.floats(-1e6, 1e6))


@given(st.lists(st.tuples(STATE, NUMBER), max_size=40), st.sampled_from(Medium))
def test_a_minute_is_never_better_than_its_samples(pairs: list[tuple[State, float | None]], medium: Medium) -> None:
    found = of_samples(replace(GAS, medium=medium), MINUTE, [sample(*pair) for pair in pairs])
    measured = [value for state, value in pairs if state in MEASURED and value is not None]
    assert found.count == len(measured)
    if measured:
        assert found.low is not None and found.mean is not None and found.high is not None
        assert found.low == min(measured) and found.high == max(measured)
        assert found.low <= found.mean <= found.high or found.mean == pytest.approx(found.low)
    if found.state is State.OK and medium is Medium.WATER:
        assert len(pairs) >= 12 and all(state is State.OK for state, _ in pairs)
    if found.state is State.OK:
        assert sum(state is State.OK for state, _ in pairs) >= 9
