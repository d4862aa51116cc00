"""What a report may put in the place of missing figures, and where it may not."""

import pytest

from dau.core.repair import Source, capture_of, gas_hour_emission, water_day_2019, water_hour_2007


@pytest.mark.parametrize(
    ("invalid", "gap", "window"),
    [(216, 24, 180), (216, 25, 720), (217, 1, 2160), (540, 1, 2160), (541, 1, None), (2160, 1, None)],
)
def test_windows_change_just_at_90_and_75_percent_and_24_hours(invalid: int, gap: int, window: int | None) -> None:
    capture = capture_of(2025, 1, 0, invalid)
    assert capture.quarter_hours == 2160
    assert capture.window_hours(gap) == window


def test_a_quarter_of_standstill_has_no_rate() -> None:
    capture = capture_of(2024, 1, 2184, 0)
    assert (capture.quarter_hours, capture.rate, capture.is_enough) == (2184, None, False)
    assert capture.window_hours(1) is None


def test_the_maximum_is_taken_of_the_last_hours_only() -> None:
    assert gas_hour_emission([9.0, 1.0, 2.0], 2) == 2.0
    assert gas_hour_emission([9.0, 1.0, 2.0], 180) == 9.0
    assert gas_hour_emission([], 180) is None
    assert gas_hour_emission([9.0], None) is None


def test_a_gap_longer_than_what_went_before_is_not_repaired() -> None:
    assert water_hour_2007([1.0, 2.0], 3, is_ph=False) is None
    assert water_hour_2007([], 1, is_ph=False) is None
    assert water_hour_2007([1.0, 2.0], 2, is_ph=False) == 1.5
    assert water_hour_2007([6.0, 7.0, 9.0, 8.0], 4, is_ph=True) == 7.5


def test_manual_samples_win_from_four_on() -> None:
    days = [500.0, *[float(day) for day in range(30)]]
    assert water_day_2019(days, 3, 88.0) == (29.0, Source.MAX30)
    assert water_day_2019(days, 4, 88.0) == (88.0, Source.MANUAL)
    assert water_day_2019(days, 4, None) == (29.0, Source.MAX30)
    assert water_day_2019([], 0, None) is None
