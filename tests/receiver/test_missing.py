"""Labels that came against labels that should have come, across midnight and the end of the month."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.periods import DAY_MS, HOUR_MS, INTERVALS_MIN, MINUTE_MS, Span
from dau.hj212 import data_time, parse_data_time
from dau.receiver.missing import Coverage, coverage, minute_interval


def labels(*texts: str) -> list[int]:
    return [at_ms for at_ms in map(parse_data_time, texts) if at_ms is not None]


def test_nothing_came() -> None:
    assert coverage("2061", []) == Coverage(None, None, 0)


def test_an_hour_missing_across_midnight_and_month_end_is_named() -> None:
    came = labels("20260131220000", "20260201010000", "20260201020000", "20260201020000")
    found = coverage("2061", came)
    assert (found.came, found.expected, found.missing_labels) == (3, 5, 2)
    assert found.missing == (Span(labels("20260131230000")[0], 2 * HOUR_MS),)


def test_days_stand_on_the_grid_of_beijing() -> None:
    found = coverage("2031", labels("20260227000000", "20260228000000", "20260302000000"))
    assert [data_time(span.start_ms) for span in found.missing] == ["20260301000000"]
    assert found.off_grid == 0


def test_realtime_values_have_no_labels_to_miss() -> None:
    found = coverage("2011", labels("20260101000000", "20260101000131"))
    assert (found.came, found.interval_ms, found.expected, found.missing) == (2, None, None, ())


def test_a_given_minute_interval_wins_over_the_recognised_one() -> None:
    came = labels("20260101000000", "20260101001000", "20260101002000")
    assert coverage("2051", came).missing == ()
    assert coverage("2051", came, 5 * MINUTE_MS).missing_labels == 2


def test_a_label_beside_the_grid_is_counted_and_makes_no_hole() -> None:
    came = labels(*(f"2026010100{minute:02}00" for minute in range(30)), "20260101000517")
    found = coverage("2051", came)
    assert (found.came, found.expected, found.missing, found.off_grid) == (31, 30, (), 1)


def test_a_unit_that_labels_beside_the_clock_has_a_grid_of_its_own() -> None:
    found = coverage("2061", labels("20260101000003", "20260101010003", "20260101030003"))
    assert [data_time(span.start_ms) for span in found.missing] == ["20260101020003"]


@pytest.mark.parametrize("minutes", [[], [7]])
def test_too_few_labels_show_no_interval(minutes: list[int]) -> None:
    assert minute_interval([minute * MINUTE_MS for minute in minutes]) is None


def test_labels_of_random_seconds_show_no_interval() -> None:
    came = labels("20260101000001", "20260101000137", "20260101000311")
    assert coverage("2051", came) == Coverage(came[0], came[2], 3)


def test_labels_millenia_apart_cost_nothing() -> None:
    came = labels("00010101000000", "00010101000200", "99991231235800")
    found = coverage("2051", came)
    assert found.interval_ms == 2 * MINUTE_MS
    assert len(found.missing) == 1
    assert found.expected == found.came + found.missing_labels


PERIODS = [("2061", HOUR_MS), ("2031", DAY_MS), *(("2051", minutes * MINUTE_MS) for minutes in INTERVALS_MIN)]


@given(
    period=st.sampled_from(PERIODS),
    start=st.integers(0, 2000),
    holes=st.sets(st.integers(1, 58)),
    shuffle=st.randoms(),
)
def test_exactly_the_removed_labels_are_missing(
    period: tuple[str, int], start: int, holes: set[int], shuffle: random.Random
) -> None:
    cn, length_ms = period
    every = [parse_data_time("20260125000000") or 0] * 60
    every = [at_ms + (start + number) * length_ms for number, at_ms in enumerate(every)]
    came = [at_ms for number, at_ms in enumerate(every) if number not in holes]
    shuffle.shuffle(came)
    found = coverage(cn, came, length_ms)
    missing = {part.start_ms for span in found.missing for part in span.parts(length_ms)}
    assert missing == {every[number] for number in holes}
    assert found.expected == 60
    assert found.came + found.missing_labels == 60


@given(minutes=st.sampled_from(INTERVALS_MIN), holes=st.sets(st.integers(1, 118), max_size=30))
def test_the_minute_interval_is_seen_through_scattered_holes(minutes: int, holes: set[int]) -> None:
    came = [number * minutes * MINUTE_MS for number in range(120) if number not in holes]
    recognised = minute_interval(came)
    assert recognised is not None
    assert recognised % (minutes * MINUTE_MS) == 0
    if len(holes) <= 10:
        assert recognised == minutes * MINUTE_MS
