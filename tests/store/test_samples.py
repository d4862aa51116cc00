"""Samples: numbered by arrival, found by instant, never altered, and what they meant stays known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.periods import Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.store import samples
from tests.store.tables import CHANNELS, COD, FLOW, samples_of, tables

INSTANTS = st.integers(0, 30)
STREAM = st.lists(samples_of(INSTANTS), max_size=40)


def at(at_ms: int, value: float = 1.0, channel: str = "cod") -> Sample:
    return Sample(channel, at_ms, value, value, State.OK)


def test_a_channel_keeps_its_number() -> None:
    with tables() as connection:
        first = samples.register(connection, CHANNELS)
        assert samples.register(connection, reversed(CHANNELS)) == first
        assert len(set(first.values())) == len(CHANNELS)


@pytest.mark.parametrize("changed", [replace(COD, factor="w01019"), replace(COD, unit="g/L")])
def test_another_factor_or_unit_is_another_channel(changed: object) -> None:
    assert isinstance(changed, type(COD))
    with tables() as connection:
        before = samples.register(connection, [COD])
        samples.add(connection, before, [at(1, 30.0)], 0)
        after = samples.register(connection, [changed])
        samples.add(connection, after, [at(2, 0.03)], 0)
        assert after["cod"] != before["cod"]
        told = connection.execute(
            "SELECT value, factor, unit FROM sample JOIN channel ON channel.id = channel ORDER BY sample.id"
        ).fetchall()
        assert told == [(30.0, COD.factor, COD.unit), (0.03, changed.factor, changed.unit)]
        assert samples.in_span(connection, after, Span(0, 10)) == {"cod": [at(2, 0.03)]}
        assert samples.in_span(connection, before, Span(0, 10)) == {"cod": [at(1, 30.0)]}
        assert samples.register(connection, [COD]) == before


def test_digits_and_range_are_no_new_meaning() -> None:
    with tables() as connection:
        before = samples.register(connection, [COD])
        assert samples.register(connection, [replace(COD, digits=3, high=99.0, period_s=60)]) == before


@given(STREAM)
def test_every_field_comes_back_in_the_order_of_arrival(stream: list[Sample]) -> None:
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        samples.add(connection, ids, stream, closed_until_ms=15)
        numbers = range(len(stream), 0, -1)
        found = samples.by_ids(connection, list(numbers))
        assert found == [replace(sample, late=sample.at_ms < 15) for sample in stream]


@given(STREAM, INSTANTS, INSTANTS, INSTANTS)
def test_a_span_holds_what_arrived_in_time(stream: list[Sample], closed_ms: int, start_ms: int, length_ms: int) -> None:
    span = Span(start_ms, length_ms)
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        late = samples.add(connection, ids, stream, closed_ms)
        found = samples.in_span(connection, ids, span)
    assert late == sum(sample.at_ms < closed_ms for sample in stream)
    inside = [one for one in stream if span.start_ms <= one.at_ms < span.end_ms and one.at_ms >= closed_ms]
    assert found == {name: [one for one in inside if one.channel == name] for name in ids}


@given(STREAM, INSTANTS, INSTANTS)
def test_the_latest_is_what_arrived_last(stream: list[Sample], after_ms: int, until_ms: int) -> None:
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        samples.add(connection, ids, stream, closed_until_ms=10)
        found = samples.by_ids(connection, samples.latest_ids(connection, after_ms, until_ms))
    last = {one.channel: one for one in stream if after_ms <= one.at_ms <= until_ms}
    assert {one.channel: replace(one, late=False) for one in found} == last
    assert len(found) == len(last)


def test_a_sample_at_the_border_belongs_to_the_open_minute() -> None:
    with tables() as connection:
        ids = samples.register(connection, [FLOW])
        assert samples.add(connection, ids, [at(59_999, channel="flow"), at(60_000, channel="flow")], 60_000) == 1
        assert samples.in_span(connection, ids, Span(0, 120_000)) == {"flow": [at(60_000, channel="flow")]}
