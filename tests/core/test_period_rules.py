"""What a station may choose: the profile of gas periods, the states that count; and months, which have rules alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.closing import minute_of_all
from dau.core.period_rules import PeriodRules, Profile
from dau.core.periods import (
    BEIJING_MS,
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    Span,
    closed_by,
    is_february,
    is_month,
    month_at,
    part_of,
    span_at,
)
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples
from tests.core.whole_period import period_of_all

MINUTE: Final = Span(0, MINUTE_MS)
HOUR: Final = Span(0, HOUR_MS)
SO2: Final = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, 5, flow="flow", mass_per_amount=1e-6)
FLOW: Final = Channel("flow", "a00000", "m3/s", 1, Medium.GAS, 5, total_per_second=1.0, total_unit="m3")
STRICT: Final = PeriodRules(Profile.STRICT)
BEIJING: Final = timezone(timedelta(hours=8))


def part(state: State, mean: float | None = 1.0, span: Span = MINUTE) -> PeriodStatistic:
    return PeriodStatistic("so2", span, state, mean is not None, 12, 12, mean, mean, mean, mean)


def samples(channel: str, values: Sequence[float | None], state: State = State.OK) -> list[Sample]:
    return [Sample(channel, place * 5000, value, value, state) for place, value in enumerate(values)]


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ([State.OK] * 45 + [State.CALIBRATION] * 15, State.OK),
        ([State.OK] * 44 + [State.CALIBRATION] * 16, State.FAULT),
        ([State.OK] * 40, State.FAULT),
        ([State.OK] * 30 + [State.OVER_RANGE] * 30, State.FAULT),
        ([State.STARTUP] * 50 + [State.OK] * 10, State.STARTUP),
        ([State.STOPPED] * 60, State.FAULT),
    ],
)
def test_a_strict_hour_is_normal_by_three_quarters_or_a_fault(states: list[State], state: State) -> None:
    assert of_parts(SO2, HOUR, [part(one) for one in states], rules=STRICT).state is state


def test_one_abnormal_part_of_water_names_it_by_any_profile() -> None:
    water = replace(SO2, medium=Medium.WATER)
    parts = [part(State.OK)] * 59 + [part(State.MAINTENANCE, None)]
    assert of_parts(water, HOUR, parts, rules=STRICT).state is State.MAINTENANCE


def test_a_station_may_count_normal_values_alone() -> None:
    told = samples("so2", [180.0] * 9) + samples("so2", [220.0] * 3, State.OVER_RANGE)
    assert of_samples(SO2, MINUTE, told).mean == 190.0
    assert of_samples(SO2, MINUTE, told, PeriodRules(measured=frozenset({State.OK}))).mean == 180.0


@pytest.mark.parametrize(
    ("day", "days", "need"), [("2025-03-31", 31, 25), ("2025-02-01", 28, 23), ("2024-02-29", 29, 23)]
)
def test_a_month_of_gas_needs_its_days(day: str, days: int, need: int) -> None:
    month = month_at(round(datetime.fromisoformat(day).replace(hour=3, tzinfo=BEIJING).timestamp() * 1000))
    assert month.count(DAY_MS) == days
    enough = of_parts(SO2, month, [part(State.OK)] * need, DAY_MS)
    assert (enough.valid, enough.count, enough.expected, enough.mean) == (True, need, days, 1.0)
    assert of_parts(SO2, month, [part(State.OK)] * (need - 1), DAY_MS).valid is False
    assert of_parts(replace(SO2, medium=Medium.WATER), month, [part(State.OK)] * 24, DAY_MS).valid is True


@given(st.integers(-BEIJING_MS, 4_000_000_000_000))
def test_a_month_is_that_of_the_calendar_in_beijing(at_ms: int) -> None:
    month = month_at(at_ms)
    assert month.start_ms <= at_ms < month.end_ms
    first, after = (datetime.fromtimestamp(ms / 1000, BEIJING) for ms in (month.start_ms, month.end_ms))
    assert (first.day, first.hour, after.day, after.hour) == (1, 0, 1, 0)
    assert (first.month % 12) + 1 == after.month
    assert is_month(month) and is_february(month) == (first.month == 2)


def test_what_a_period_is_made_of() -> None:
    assert [part_of(Span(0, length_ms)) for length_ms in (5 * MINUTE_MS, HOUR_MS, DAY_MS, 28 * DAY_MS)] == [
        MINUTE_MS,
        MINUTE_MS,
        HOUR_MS,
        DAY_MS,
    ]


@given(st.integers(0, 4_000_000_000_000), st.integers(0, 300_000))
def test_a_minute_closes_its_grace_after_its_end(now_ms: int, grace_ms: int) -> None:
    closed_ms = closed_by(now_ms, grace_ms)
    assert closed_ms == span_at(closed_ms, MINUTE_MS).start_ms
    assert closed_ms + grace_ms <= now_ms < closed_ms + MINUTE_MS + grace_ms


def test_a_mass_of_gas_is_mean_times_volume_of_a_valid_period() -> None:
    told = {"so2": samples("so2", [200.0] * 9), "flow": samples("flow", [50.0] * 12)}
    so2, flow = minute_of_all((SO2, FLOW), MINUTE, told)
    assert (flow.total, so2.total) == (3000.0, 0.6)
    hour_parts = {"so2": [so2] * 45, "flow": [flow] * 60}
    hour, _ = period_of_all((SO2, FLOW), HOUR, hour_parts)
    assert hour.total == 36.0, "45 valid minutes stand for the whole hour"
    assert period_of_all((SO2, FLOW), HOUR, {"so2": [so2] * 44, "flow": [flow] * 60})[0].total is None
    assert period_of_all((SO2, FLOW), HOUR, {"so2": [so2] * 60, "flow": [flow] * 44})[0].total is None
    day, _ = period_of_all((SO2, FLOW), Span(0, DAY_MS), {"so2": [hour] * 20, "flow": []}, HOUR_MS)
    assert day.total == 720.0, "the sum of the valid hours, not extrapolated"


def test_what_was_not_measured_has_no_mass() -> None:
    told = {"so2": samples("so2", [200.0] * 12), "flow": samples("flow", [None] * 12, State.COMM_LOST)}
    so2, _ = minute_of_all((SO2, FLOW), MINUTE, told)
    assert (so2.mean, so2.total) == (200.0, None)


VALUE = st.none() | st.floats(-1e12, 1e12)
TOLD = st.lists(st.tuples(VALUE, st.sampled_from([*State])), max_size=14)


@given(TOLD, st.sampled_from(Medium), st.sampled_from(Profile), st.data())
def test_the_order_of_samples_does_not_matter(
    told: list[tuple[float | None, State]], medium: Medium, profile: Profile, data: st.DataObject
) -> None:
    channel, rules = replace(SO2, medium=medium), PeriodRules(profile)
    found = [Sample("so2", 0, value, value, state) for value, state in told]
    made = of_samples(channel, MINUTE, found, rules)
    assert of_samples(channel, MINUTE, data.draw(st.permutations(found)), rules) == made
    if made.mean is not None and made.low is not None and made.high is not None:
        assert made.low <= made.mean <= made.high
