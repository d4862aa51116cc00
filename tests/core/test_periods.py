"""Spans are cut at the clock on the wall in Beijing, and named by their start."""

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.periods import DAY_MS, HOUR_MS, INTERVALS_MIN, MINUTE_MS, Span, ends_at, span_at
from tests.core.worked_cases import Case, cases

BEIJING = timezone(timedelta(hours=8))
LENGTHS = [minutes * MINUTE_MS for minutes in INTERVALS_MIN] + [HOUR_MS, DAY_MS]
INSTANT = st.integers(0, 4_000_000_000_000)


def instant(digits: str) -> int:
    return round(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING).timestamp() * 1000)


@pytest.mark.parametrize("case", cases("label"), ids=lambda case: case.id)
def test_label_is_the_start(case: Case) -> None:
    found = span_at(instant(case.given["time"]), case.given["minutes"] * MINUTE_MS)
    assert found.start_ms == instant(case.expected["label"])


def test_a_day_begins_at_midnight_in_beijing() -> None:
    found = span_at(instant("20260301073000"), DAY_MS)
    assert (found.start_ms, found.end_ms) == (instant("20260301000000"), instant("20260302000000"))


@given(INSTANT, st.sampled_from(LENGTHS))
def test_every_instant_lies_in_exactly_one_span(at_ms: int, length_ms: int) -> None:
    span = span_at(at_ms, length_ms)
    assert span.start_ms <= at_ms < span.end_ms
    assert ends_at(span.start_ms, length_ms) and ends_at(span.end_ms, length_ms)
    assert span_at(span.end_ms, length_ms).start_ms == span.end_ms


@given(INSTANT, st.sampled_from(LENGTHS))
def test_parts_cover_a_span_without_gap(at_ms: int, length_ms: int) -> None:
    span = span_at(at_ms, length_ms)
    parts = list(span.parts(MINUTE_MS))
    assert parts[0].start_ms == span.start_ms and parts[-1].end_ms == span.end_ms
    assert all(one.end_ms == next_one.start_ms for one, next_one in pairwise(parts))


def test_spans_order_by_time() -> None:
    assert Span(0, 60) < Span(60, 60)
