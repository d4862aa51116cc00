"""Gaps in the emissions of flue gas: found whole, repaired by the window of their quarter, or told as they are."""

from dau.core.periods import HOUR_MS
from dau.core.repair import LONG_WINDOW, POOR_WINDOW, SHORT_WINDOW
from dau.core.repair_hours import Hour, quarter_of, repairs
from dau.hj212 import parse_data_time

JANUARY = parse_data_time("20250101000000") or 0


def hours(*emissions: float | None, stopped: frozenset[int] = frozenset()) -> list[Hour]:
    return [Hour(JANUARY + number * HOUR_MS, emission, number in stopped) for number, emission in enumerate(emissions)]


def test_a_short_gap_takes_the_maximum_of_the_last_valid_hours() -> None:
    (found,) = repairs(hours(9.0, *[1.0] * 179, 3.0, None, None, 50.0))
    assert found.hours == (JANUARY + 181 * HOUR_MS, JANUARY + 182 * HOUR_MS)
    assert (found.window_hours, found.emission) == (SHORT_WINDOW, 3.0)
    assert found.capture.rate == 100 * 182 / 184


def test_a_long_gap_looks_back_further() -> None:
    (found,) = repairs(hours(9.0, *[1.0] * 300, *[None] * 25))
    assert (found.window_hours, found.emission) == (LONG_WINDOW, 9.0)


def test_a_gap_in_a_poor_quarter_looks_back_furthest_and_in_a_bad_one_has_no_rule() -> None:
    (poor,) = repairs(hours(9.0, *[1.0] * 79, *[None] * 20))
    assert (poor.window_hours, poor.emission) == (POOR_WINDOW, 9.0)
    (bad,) = repairs(hours(9.0, *[1.0] * 73, *[None] * 26))
    assert (bad.window_hours, bad.emission) == (None, None)


def test_a_stopped_source_is_no_gap_and_no_valid_hour() -> None:
    found = list(repairs(hours(*[2.0] * 20, None, None, 4.0, stopped=frozenset({20, 21}))))
    assert found == []
    (gap,) = repairs(hours(*[2.0] * 20, None, None, stopped=frozenset({20})))
    assert gap.hours == (JANUARY + 21 * HOUR_MS,)
    assert (gap.capture.quarter_hours, gap.capture.due_hours, gap.capture.valid_hours) == (22, 21, 20)


def test_a_gap_with_nothing_before_it_stays_one() -> None:
    (found,) = repairs(hours(None, *[1.0] * 20))
    assert (found.window_hours, found.emission) == (SHORT_WINDOW, None)


def test_quarters_begin_in_beijing() -> None:
    assert quarter_of(JANUARY) == (2025, 1)
    assert quarter_of(JANUARY - 1) == (2024, 4)
    assert quarter_of(parse_data_time("20250701000000") or 0) == (2025, 3)


def test_what_was_out_of_control_looks_back_from_the_last_calibration() -> None:
    listed = hours(*[1.0] * 100, *[9.0] * 10, None, None)
    listed[-2:] = [Hour(hour.start_ms, None, is_out_of_control=True) for hour in listed[-2:]]
    calibrated_ms = [JANUARY, JANUARY + 100 * HOUR_MS, JANUARY + 112 * HOUR_MS]
    (found,) = repairs(listed, calibrated_ms)
    assert (found.emission, found.counted_from_ms) == (1.0, JANUARY + 100 * HOUR_MS)
    assert found.inputs == ((JANUARY + 99 * HOUR_MS, 1.0),)
    (never,) = repairs(listed)
    assert (never.emission, never.counted_from_ms) == (9.0, JANUARY + 110 * HOUR_MS)


def test_measurements_by_hand_win_if_there_is_one_a_day() -> None:
    def gap(length: int, manual: int) -> list[Hour]:
        lost = [Hour(JANUARY + (20 + n) * HOUR_MS, None, manual=2.0 + n if n < manual else None) for n in range(length)]
        return [*hours(*[1.0] * 20), *lost]

    (found,) = repairs(gap(24, 1))
    assert (found.emission, found.is_manual, found.window_hours) == (2.0, True, None)
    (found,) = repairs(gap(25, 2))
    assert not found.is_manual, "two measurements of the first day do not stand for the second"
    first, second = repairs(gap(25, 25))
    assert (first.emission, second.emission, second.inputs) == (13.5, 26.0, ((JANUARY + 44 * HOUR_MS, 26.0),))
    assert (len(first.hours), second.hours) == (24, (JANUARY + 44 * HOUR_MS,))
