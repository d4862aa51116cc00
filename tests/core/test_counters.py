"""What a meter's counter says: roll-over, reset and exchange are three different things, and no outage loses water."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.counters import Flowed, Leap, Meter, flowed
from dau.core.samples import Sample
from dau.core.states import State

METER = Meter(modulus=10_000_000.0, most_per_second=0.05)


def readings(*told: tuple[int, float | None]) -> list[Sample]:
    return [Sample("total", at_s * 1000, one, one, State.OK if one is not None else State.FAULT) for at_s, one in told]


@pytest.mark.parametrize(
    ("before", "after", "amount", "leap"),
    [
        (100.0, 102.5, 2.5, None),
        (100.0, 100.0, 0.0, None),
        (9_999_999.5, 1.25, 1.75, Leap.ROLL_OVER),
        (5_000.0, 0.5, None, Leap.RESET),
        (5_000.0, 3_000.0, None, Leap.EXCHANGE),
        (5_000.0, 5_005.0, None, Leap.EXCHANGE),  # 60 s at 0.05 m3/s are 3 m3, with allowance 4.6
        (5_000.0, 5_004.6, 4.6, None),
    ],
)
def test_between_two_readings(before: float, after: float, amount: float | None, leap: Leap | None) -> None:
    first, second = readings((0, before), (60, after))
    found = flowed(METER, first, [second])
    assert found.amount == amount
    assert [step.leap for step in found.steps] == ([] if leap is None else [leap])
    assert all((step.before, step.after, step.at_ms) == (before, after, 60_000) for step in found.steps)


def test_readings_that_are_none_are_stepped_over() -> None:
    assert flowed(METER, None, readings((0, 7.0), (5, None), (10, 7.25))) == Flowed(0.25)
    assert flowed(METER, None, readings((0, 7.0))) == Flowed(None)
    assert flowed(METER, None, []) == Flowed(None)


def test_what_flowed_in_an_outage_is_not_lost() -> None:
    (before,) = readings((0, 100.0))
    assert flowed(METER, before, readings((36_000, 1_000.0))).amount == 900.0


def test_without_a_range_nothing_is_too_much_and_without_a_modulus_nothing_rolls_over() -> None:
    first, second, third = readings((0, 9_999_999.0), (1, 99_999_999.0), (2, 1.0))
    found = flowed(Meter(), first, [second, third])
    assert (found.amount, [step.leap for step in found.steps]) == (90_000_000.0, [Leap.EXCHANGE])


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(0, 99))
def test_a_counter_that_rolls_over_counts_to_the_unit(steps: list[int], begin: int) -> None:
    stands, told = begin, [(0, float(begin))]
    for number, step in enumerate(steps, start=1):
        stands = (stands + step) % 100
        told.append((number, float(stands)))
    first, *rest = readings(*told)
    assert flowed(Meter(modulus=100.0), first, rest).amount == sum(steps)
