"""The rules by themselves: where they begin to speak, to the last unit, and what breaks a run."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Medium
from dau.core.findings import KEPT, joined
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS
from dau.core.rules.changes import jump, variation
from dau.core.rules.clock import error_permille, step_ms
from dau.core.rules.furnace import Heat, cold_windows, heat_of
from dau.core.rules.limits import Bounds, Exceedance, Limit, exceed, in_force, near_marks, warned_percent
from dau.core.rules.operation import Production, is_emitting_while_stopped, oxygen_marks, production_of
from dau.core.rules.parameters import Changed, changes
from dau.core.rules.points import Point
from dau.core.rules.runs import Run, runs, unbroken
from dau.core.rules.values import Negative, constant_marks, half_last_decimal, negative, oversize_bound, zero_marks
from dau.core.states import State
from tests.process.station import ms

FINITE = st.floats(-1e12, 1e12)


def at(place: int, value: float | None, state: State = State.OK) -> Point:
    return Point(place, state, value)


@given(st.lists(st.sampled_from([None, False, True, "a", "b"]), max_size=40), st.integers(1, 5))
def test_runs_are_what_counting_by_hand_finds(marks: list[bool | str | None], least: int) -> None:
    covered = [(run.first, run.first + run.length) for run in runs(marks, least)]
    for first, end in covered:
        assert end - first >= least
        assert marks[first]
        assert set(marks[first:end]) == {marks[first]}
        assert first == 0 or marks[first - 1] != marks[first]
        assert end == len(marks) or marks[end] != marks[first]
    places = sum(end - first for first, end in covered)
    assert least > 1 or places == sum(map(bool, marks))


@given(st.lists(st.sampled_from([None, True, "a"]), max_size=20), st.integers(1, 5))
def test_the_last_points_are_unbroken_when_a_run_reaches_the_end(marks: list[bool | str | None], least: int) -> None:
    points = [at(place, None) for place in range(len(marks))]
    found = runs(marks, least)
    reaches = bool(found) and found[-1].first + found[-1].length == len(marks)
    assert unbroken(points, marks, least) == (tuple(points[-least:]) if reaches else ())


def test_zero_is_half_the_last_decimal() -> None:
    assert (half_last_decimal(0), half_last_decimal(1), half_last_decimal(3)) == (0.5, 0.05, 0.0005)
    assert zero_marks([at(0, 0.05), at(1, -0.05), at(2, 0.051), at(3, None)], 0.05) == [True, True, False, False]
    assert zero_marks([at(0, 0.0, State.MAINTENANCE)], 0.05) == [False]


def test_what_is_not_in_order_is_of_no_constant_run() -> None:
    points = [at(0, 5.0), at(1, 5.0, State.CALIBRATION), at(2, None), at(3, 4.96)]
    assert constant_marks(points, 1) == ["5.0", None, None, "5.0"]
    assert runs(constant_marks(points, 1)) == [Run(0, 1), Run(3, 1)]


def test_a_negative_gas_value_without_a_range_is_not_called_invalid() -> None:
    assert negative(-50.0, Medium.GAS, -0.1, None) == Negative(is_negative=True, is_invalid=False)
    assert negative(0.0, Medium.WATER, -0.1, None) == Negative(is_negative=False, is_invalid=False)


def test_the_abnormal_maximum_comes_before_the_range() -> None:
    assert oversize_bound(300.0, 1.1, 200.0) == 300.0
    assert oversize_bound(None, 1.1, 200.0) == 220.0
    assert oversize_bound(None, 1.1, None) is None


def test_a_jump_is_strictly_beyond() -> None:
    assert not jump([1.0] * 12, 11.0, 3.0, 10.0, 12).is_jump
    assert jump([1.0] * 12, 11.1, 3.0, 10.0, 12).is_jump
    assert jump([1.0] * 11, 99.0, 3.0, 10.0, 12).baseline is None


@given(st.lists(FINITE, max_size=40))
def test_variation_is_no_negative_number_or_none(values: list[float]) -> None:
    found = variation(values, 24)
    assert found is None if len(values) < 24 else found is None or found >= 0


@given(FINITE, st.floats(0.001, 1e9))
def test_exceeding_is_strictly_greater(value: float, limit: float) -> None:
    found = exceed(value, Bounds(None, limit))
    assert found.is_exceeded is (value > limit)
    assert (found.multiple is not None) is (value > limit)
    assert exceed(limit, Bounds(None, limit)) == Exceedance(is_exceeded=False)


@pytest.mark.parametrize(("value", "is_exceeded"), [(5.999, True), (6.0, False), (9.0, False), (9.001, True)])
def test_a_range_is_closed_and_has_no_multiple(value: float, is_exceeded: bool) -> None:
    assert exceed(value, Bounds(6.0, 9.0)) == Exceedance(is_exceeded, None)


def test_a_limit_of_zero_has_no_multiple() -> None:
    assert exceed(1.0, Bounds(None, 0.0)) == Exceedance(is_exceeded=True, multiple=None)


def test_the_newest_limit_in_force_counts_and_a_season_may_run_over_the_new_year() -> None:
    old = Limit(hour=100.0)
    new = Limit(hour=80.0, valid_from=date(2026, 3, 5))
    winter = Limit(hour=50.0, valid_from=date(2026, 3, 5), season=((11, 15), (3, 15)))
    found = {
        day: in_force([old, winter, new], ms(f"{day} 00:00:00"))
        for day in ("2026-03-04", "2026-03-05", "2026-03-15", "2026-03-16", "2026-11-15", "2027-01-01")
    }
    assert list(found.values()) == [old, winter, winter, new, winter, winter]
    assert in_force([new], ms("2026-03-04 23:59:59")) is None


def test_bounds_of_hours_and_days() -> None:
    assert Limit(hour=100.0, day=50.0).bounds(DAY_MS) == Bounds(None, 50.0)
    assert Limit(hour=100.0).bounds(DAY_MS) is None
    assert Limit(low=6.0, high=9.0).bounds(HOUR_MS) == Bounds(6.0, 9.0)


def test_near_and_warned_are_exact_at_their_edges() -> None:
    marks = near_marks([at(0, 33.24), at(1, 33.25), at(2, 35.0), at(3, 35.01)], 35.0, 0.95)
    assert marks == [False, True, True, False]
    assert warned_percent(28.0, 35.0, (80.0, 90.0)) is None
    assert warned_percent(28.01, 35.0, (80.0, 90.0)) == 80.0
    assert warned_percent(31.51, 35.0, (80.0, 90.0)) == 90.0


def test_only_ok_and_stopped_say_what_the_source_does() -> None:
    found = {state: production_of(at(0, 1.0, state)) for state in (State.OK, State.STOPPED, State.STARTUP, State.FAULT)}
    unknown = Production.UNKNOWN
    assert list(found.values()) == [Production.RUNNING, Production.STOPPED, unknown, unknown]


def test_emission_at_the_limit_is_none_too_many() -> None:
    assert not is_emitting_while_stopped(Production.STOPPED, 0.01, 0.01)
    assert not is_emitting_while_stopped(Production.UNKNOWN, 5.0, 0.01)
    assert not is_emitting_while_stopped(Production.STOPPED, None, 0.01)


def test_oxygen_of_a_source_that_starts_up_contradicts_nothing() -> None:
    assert oxygen_marks([at(0, 20.9, State.STARTUP), at(1, None)], 18.0, 19.5) == [None, None]


def test_furnace_windows() -> None:
    windows = [at(0, 850.0), at(1, 849.999), at(2, None), at(3, 700.0, State.SHUTDOWN)]
    assert [window.at_ms for window in cold_windows(windows, 850.0)] == [1]
    assert [heat_of(count, 3, 5) for count in range(2, 7)] == [
        Heat.ENOUGH,
        Heat.WARNED,
        Heat.WARNED,
        Heat.WARNED,
        Heat.VIOLATED,
    ]


def test_clocks() -> None:
    assert error_permille(0, 5) is None
    assert step_ms((1_000_000, 10.0), (1_060_000, 70.0)) == 0
    assert step_ms((1_000_000, 10.0), (1_060_000, 40.0)) == 30_000


def test_parameters_differ_as_numbers_where_they_are_numbers() -> None:
    known, found = {"slope": "1.00", "unit": "ppm", "old": "x"}, {"slope": "1.004", "unit": "ppb", "new": "y"}
    assert changes(known, found, 0.005) == [
        Changed("new", None, "y"),
        Changed("old", "x", None),
        Changed("unit", "ppm", "ppb"),
    ]
    assert Changed("slope", "1.00", "1.004") in changes(known, found)


@given(st.integers(0, 3 * KEPT), st.integers(0, 3 * KEPT), st.integers(0, 5))
def test_evidence_never_grows_beyond_bounds_nor_repeats_itself(old: int, new: int, overlap: int) -> None:
    first = [at(place * MINUTE_MS, 1.0) for place in range(old)]
    begin = max(0, old - overlap)
    found = joined(first, [at(place * MINUTE_MS, 1.0) for place in range(begin, begin + new)])
    labels = [point.at_ms for point in found]
    assert labels == sorted(set(labels))
    assert len(labels) <= 2 * KEPT
