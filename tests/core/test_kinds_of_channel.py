"""Statistics of channels that have no mean of values: facilities and sound levels."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples

MINUTE = Span(0, MINUTE_MS)
FAN = Channel("fan", "SB1", "", 0, Medium.WATER, 5, kind=ChannelKind.FACILITY)
LEQ = Channel("noise", "Leq", "dB", 1, Medium.GAS, 5, kind=ChannelKind.NOISE)


def samples(channel: Channel, *values: float | None) -> list[Sample]:
    states = [State.OK if value is not None else State.COMM_LOST for value in values]
    return [
        Sample(channel.name, 0, *pair, state)
        for pair, state in zip(zip(values, values, strict=True), states, strict=True)
    ]


def numbers(statistic: PeriodStatistic) -> list[float | None]:
    return [statistic.mean, statistic.low, statistic.high, statistic.raw_mean]


def test_a_facility_has_hours_and_no_other_number() -> None:
    found = of_samples(FAN, MINUTE, samples(FAN, *[1.0] * 6, *[0.0] * 3, *[4.0] * 3))
    assert found.total == pytest.approx(30 / 3600)
    assert numbers(found) == [None] * 4
    assert (found.valid, found.count, found.state) == (True, 12, State.OK)


def test_a_condition_has_the_hours_in_which_the_facility_ran_normally_and_no_other_number() -> None:
    kiln = replace(FAN, kind=ChannelKind.CONDITION)
    found = of_samples(kiln, MINUTE, samples(kiln, *[1.0] * 6, *[2.0] * 3, *[0.0] * 3))
    assert found.total == pytest.approx(30 / 3600)
    hour = of_parts(kiln, Span(0, HOUR_MS), [replace(found, span=Span(n * MINUTE_MS, MINUTE_MS)) for n in range(60)])
    assert hour.total == pytest.approx(0.5)
    assert numbers(found) + numbers(hour) == [None] * 8


def test_a_facility_that_stood_still_ran_no_hours() -> None:
    assert of_samples(FAN, MINUTE, samples(FAN, *[0.0] * 12)).total == 0.0


def test_of_a_facility_that_nobody_heard_of_nothing_is_known() -> None:
    silent = of_samples(FAN, MINUTE, samples(FAN, *[None] * 12))
    assert (silent.total, silent.state, silent.valid) == (None, State.COMM_LOST, False)
    assert of_parts(FAN, Span(0, HOUR_MS), [silent] * 60).total is None


@pytest.mark.parametrize("medium", Medium)
def test_hours_add_up_to_a_day_whatever_the_medium(medium: Medium) -> None:
    fan = replace(FAN, medium=medium)
    minute = of_samples(fan, MINUTE, samples(fan, *[1.0] * 12))
    hour = of_parts(fan, Span(0, HOUR_MS), [minute] * 30)
    assert hour.total == pytest.approx(0.5)
    day = of_parts(fan, Span(0, DAY_MS), [hour] * 24, HOUR_MS)
    assert day.total == pytest.approx(12.0)
    assert numbers(day) == [None] * 4


def test_a_day_has_no_more_than_its_hours() -> None:
    minute = of_samples(FAN, MINUTE, samples(FAN, *[1.0] * 13))
    hour = of_parts(FAN, Span(0, HOUR_MS), [minute] * 60)
    assert hour.total == 1.0
    assert of_parts(FAN, Span(0, DAY_MS), [hour] * 24, HOUR_MS).total == 24.0


def test_a_sample_speaks_for_its_period_however_long() -> None:
    slow = replace(FAN, period_s=300)
    heard, not_due = of_samples(slow, MINUTE, samples(slow, 1.0)), of_samples(slow, MINUTE, [])
    assert of_parts(slow, Span(0, HOUR_MS), [heard, not_due, not_due, not_due, not_due] * 12).total == pytest.approx(
        1.0
    )


@given(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0, None]), max_size=15))
def test_hours_are_those_of_running_samples(values: list[float | None]) -> None:
    found = of_samples(FAN, MINUTE, samples(FAN, *values))
    known = [value for value in values if value is not None]
    assert found.total == (pytest.approx(known.count(1.0) * 5 / 3600) if known else None)


def test_levels_are_averaged_by_energy_from_sample_to_day() -> None:
    loud = of_samples(LEQ, MINUTE, samples(LEQ, *[80.0] * 12))
    quiet = of_samples(LEQ, MINUTE, samples(LEQ, *[50.0] * 12))
    hour = of_parts(LEQ, Span(0, HOUR_MS), [loud, quiet] * 30)
    assert hour.mean == pytest.approx(76.99, abs=0.01)
    assert (hour.low, hour.high, hour.total) == (50.0, 80.0, None)
    assert of_parts(LEQ, Span(0, DAY_MS), [hour] * 24, HOUR_MS).mean == pytest.approx(hour.mean)
