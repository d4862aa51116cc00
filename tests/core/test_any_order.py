"""A statistic depends on what was measured, not on the order in which it came; its mean lies among its values."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples

CHANNEL = Channel("flow", "a00000", "m3/s", 1, Medium.GAS, 5, total_per_second=1.0)
MEDIA = st.sampled_from(Medium)
NUMBER = st.none() | st.floats(-1e12, 1e12)
SAMPLE = st.builds(
    lambda value, state, second: Sample("flow", second * 1000, value, value, state),
    NUMBER,
    st.sampled_from([*State] + [State.OK] * 20),
    st.integers(0, 59),
)


def assert_mean_is_among_values(found: PeriodStatistic) -> None:
    if found.mean is not None:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.mean <= found.high


@given(MEDIA, st.lists(SAMPLE, max_size=14), st.data())
def test_samples_of_a_minute_in_any_order(medium: Medium, samples: list[Sample], data: st.DataObject) -> None:
    channel, span = replace(CHANNEL, medium=medium), Span(0, MINUTE_MS)
    found = of_samples(channel, span, samples)
    assert of_samples(channel, span, data.draw(st.permutations(samples))) == found
    assert_mean_is_among_values(found)


@given(MEDIA, st.lists(st.lists(SAMPLE, min_size=9, max_size=12), max_size=4), st.data())
def test_minutes_of_an_hour_in_any_order(medium: Medium, kinds: list[list[Sample]], data: st.DataObject) -> None:
    channel = replace(CHANNEL, medium=medium)
    minutes = [
        of_samples(channel, Span(number * MINUTE_MS, MINUTE_MS), kinds[number % len(kinds)])
        for number in range(60 if kinds else 0)
    ]
    found = of_parts(channel, Span(0, HOUR_MS), minutes)
    assert of_parts(channel, Span(0, HOUR_MS), data.draw(st.permutations(minutes))) == found
    assert_mean_is_among_values(found)
