"""Pauses that grow, have a ceiling, are never in step and begin again after success."""

import random

from hypothesis import given
from hypothesis import strategies as st

from dau.runtime.backoff import Backoff


@given(seed=st.integers(), longest_s=st.floats(1.0, 600.0), failures=st.integers(1, 60))
def test_every_pause_is_a_power_of_two_within_a_quarter_and_below_the_ceiling(
    seed: int, longest_s: float, failures: int
) -> None:
    backoff = Backoff(longest_s, random.Random(seed))
    pauses = [backoff.next_s() for _ in range(failures)]
    for number, pause_s in enumerate(pauses):
        about_s = min(longest_s, 2.0**number)
        assert 0.75 * about_s <= pause_s <= 1.25 * about_s


def test_two_stations_do_not_come_back_in_the_same_second() -> None:
    first, second = Backoff(), Backoff()
    assert [first.next_s() for _ in range(8)] != [second.next_s() for _ in range(8)]


def test_chance_spreads_over_the_whole_half() -> None:
    pauses = [Backoff(1.0, random.Random(seed)).next_s() for seed in range(200)]
    assert min(pauses) < 0.8
    assert max(pauses) > 1.2


def test_after_success_it_begins_again() -> None:
    backoff = Backoff(chance=random.Random(1))
    assert max(backoff.next_s() for _ in range(6)) > 20
    backoff.reset()
    assert backoff.next_s() <= 1.25


def test_years_of_failures_do_not_overflow() -> None:
    backoff = Backoff(60.0)
    assert max(backoff.next_s() for _ in range(5000)) <= 75.0
