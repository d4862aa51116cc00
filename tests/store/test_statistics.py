"""Statistics come back as they were made, exist once for a period, and never mix two meanings of a channel."""

import sqlite3
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store import samples, statistics
from tests.store.tables import CHANNELS, COD, minute, statistics_of, tables

SPANS = st.builds(Span, st.integers(0, 9).map(lambda number: number * MINUTE_MS), st.just(MINUTE_MS))


def made(span: Span, mean: float = 1.0) -> PeriodStatistic:
    return PeriodStatistic("cod", span, State.OK, True, 12, 12, mean, mean, mean, mean)


@given(st.lists(statistics_of(SPANS), unique_by=lambda one: (one.channel, one.span)), st.integers(0, 9))
def test_every_field_comes_back_in_the_order_of_time(stored: list[PeriodStatistic], first: int) -> None:
    span = Span(first * MINUTE_MS, 3 * MINUTE_MS)
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        statistics.add(connection, ids, stored)
        found = statistics.in_span(connection, ids, span, MINUTE_MS)
        alone = statistics.of_period(connection, minute(first))
    inside = sorted((one for one in stored if span.start_ms <= one.span.start_ms < span.end_ms), key=lambda s: s.span)
    assert found == {name: [one for one in inside if one.channel == name] for name in ids}
    assert alone == sorted((one for one in stored if one.span == minute(first)), key=lambda one: ids[one.channel])


@given(statistics_of(SPANS))
def test_a_second_one_for_the_same_period_is_refused(one: PeriodStatistic) -> None:
    with tables() as connection:
        ids = samples.register(connection, CHANNELS)
        statistics.add(connection, ids, [one])
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE constraint failed: statistic"):
            statistics.add(connection, ids, [replace(one, mean=-7.0, count=one.count + 1)])
        assert statistics.of_period(connection, one.span) == [one]


def test_periods_of_different_length_with_one_start_are_kept_apart() -> None:
    hour, first = made(Span(0, HOUR_MS), 5.0), made(minute(0), 1.0)
    with tables() as connection:
        ids = samples.register(connection, [COD])
        statistics.add(connection, ids, [hour, first])
        assert statistics.in_span(connection, ids, hour.span, MINUTE_MS) == {"cod": [first]}
        assert statistics.of_period(connection, hour.span) == [hour]


def test_what_the_name_meant_before_is_left_out() -> None:
    with tables() as connection:
        before = samples.register(connection, [COD])
        statistics.add(connection, before, [made(minute(0), 30.0)])
        after = samples.register(connection, [replace(COD, unit="g/L")])
        statistics.add(connection, after, [made(minute(1), 0.03)])
        hour = Span(0, HOUR_MS)
        assert statistics.in_span(connection, after, hour, MINUTE_MS) == {"cod": [made(minute(1), 0.03)]}
        assert statistics.in_span(connection, before, hour, MINUTE_MS) == {"cod": [made(minute(0), 30.0)]}


def test_how_far_closing_has_come() -> None:
    with tables() as connection:
        assert statistics.closed_until(connection) is None
        for until_ms in (60_000, 120_000):
            statistics.set_closed_until(connection, until_ms)
            assert statistics.closed_until(connection) == until_ms
        with suppress(sqlite3.IntegrityError):
            connection.execute("INSERT INTO progress VALUES (2, 7)")
        assert connection.execute("SELECT count(*) FROM progress").fetchone() == (1,)
