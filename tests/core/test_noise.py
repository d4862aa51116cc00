"""Sound levels are combined by their energy."""

from math import log10

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.noise import combined_level


def test_a_loud_half_outweighs_a_quiet_half() -> None:
    assert combined_level("Leq", [80.0, 50.0]) == pytest.approx(80 - 10 * log10(2), abs=0.005)
    assert combined_level("LA", [60.0, 60.0]) == 60.0


def test_statistics_of_levels_are_combined_by_their_meaning() -> None:
    levels = [42.0, 54.0, 50.0]
    assert combined_level("LMx", levels) == 54.0
    assert combined_level("LMn", levels) == 42.0
    assert combined_level("L95", levels) == pytest.approx(146 / 3)


@pytest.mark.parametrize("factor", ["Leq", "LMx", "LMn", "L5"])
def test_no_level_is_none_and_not_silence(factor: str) -> None:
    assert combined_level(factor, []) is None


@given(st.lists(st.floats(-1e12, 1e12), min_size=1), st.sampled_from(["Leq", "Ldn", "LA", "L10", "LMx", "LMn"]))
def test_it_lies_between_the_lowest_and_the_highest(levels: list[float], factor: str) -> None:
    found = combined_level(factor, levels)
    room = 1e-9 + 1e-12 * max(abs(level) for level in levels)
    assert found is not None
    assert min(levels) - room <= found <= max(levels) + room
