"""Due times on the wall clock, waited for on the monotonic clock."""

from hypothesis import given
from hypothesis import strategies as st

from dau.acquire.timetable import PHASE_MS, TOLERANCE_MS, Moment, Timetable

START_MS = 1_767_225_600_000
PERIODS = st.sampled_from([1, 2, 3, 5, 10, 15, 30, 60])


def test_one_period_later_on_the_grid() -> None:
    table = Timetable(5000)
    now = Moment(100.0, START_MS)
    assert table.following(100.25, now) == 105.25
    assert now.wall_at(105.25) == START_MS + 5000 + PHASE_MS


def test_from_anywhere_to_the_nearest_place_on_the_grid() -> None:
    table, now = Timetable(5000), Moment(100.0, START_MS)
    assert table.following(101.0, now) == 105.25
    assert table.following(102.7, now) == 105.25
    assert table.following(102.8, now) == 110.25


@given(PERIODS, st.integers(0, 2**41), st.floats(0, 1e6))
def test_never_on_the_border_of_a_minute(period_s: int, wall_ms: int, due_s: float) -> None:
    now = Moment(due_s, wall_ms)
    due_ms = now.wall_at(Timetable(period_s * 1000).following(due_s, now))
    assert abs(due_ms % (period_s * 1000) - PHASE_MS) <= TOLERANCE_MS


def test_a_drifting_wall_clock_is_followed() -> None:
    table, due_s = Timetable(5000), 100.25
    for _ in range(10_000):
        now = Moment(due_s, START_MS + round((due_s - 100.0) * 1000.1))  # 100 ppm fast
        due_s = table.following(due_s, now)
        assert abs(now.wall_at(due_s) % 5000 - PHASE_MS) <= TOLERANCE_MS + 1


def test_reading_the_clocks_unsharply_moves_nobody() -> None:
    table, due_s = Timetable(1000), 100.25
    for turn in range(1000):
        due_s = table.following(due_s, Moment(due_s, START_MS + 1000 * turn + 250 - turn % 3))
    assert due_s == 1100.25


@given(PERIODS, st.lists(st.integers(-(10**8), 10**8), max_size=10))
def test_steps_of_the_wall_clock_neither_flood_nor_starve(period_s: int, steps_ms: list[int]) -> None:
    table = Timetable(period_s * 1000)
    due_s, wall_ms = 1000.0, START_MS
    for step_ms in [0, *steps_ms, 0, 0]:
        wall_ms += step_ms
        following_s = table.following(due_s, Moment(due_s, wall_ms))
        assert period_s / 2 - 0.002 <= following_s - due_s <= 1.5 * period_s + 0.002
        wall_ms += round((following_s - due_s) * 1000)
        due_s = following_s


def test_a_minute_expects_the_same_number_of_samples_for_ever() -> None:
    table, due_s, begin_ms = Timetable(5000), 0.25, START_MS
    minutes: dict[int, int] = {}
    for _ in range(12 * 60 * 24):
        due_ms = Moment(0.0, begin_ms).wall_at(due_s)
        minutes[due_ms // 60_000] = minutes.get(due_ms // 60_000, 0) + 1
        due_s = table.following(due_s, Moment(due_s, due_ms))
    assert set(minutes.values()) == {12}
    assert len(minutes) == 60 * 24
