"""Current loops, and values beyond a measuring range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.conversions.scaling import clip, from_current


@pytest.mark.parametrize(("current", "value"), [(4.0, 0.0), (12.0, 100.0), (20.0, 200.0), (3.6, -5.0), (21.0, 212.5)])
def test_a_current_is_a_value(current: float, value: float) -> None:
    assert from_current(current, 0.0, 200.0) == pytest.approx(value)


@pytest.mark.parametrize("current", [0.0, 3.5999, 21.0001, -20.0, 1000.0])
def test_a_broken_or_shorted_loop_has_no_value(current: float) -> None:
    assert from_current(current, 0.0, 200.0) is None


def test_a_range_need_not_rise_from_zero() -> None:
    assert from_current(8.0, 100.0, -100.0) == 50.0


@given(value=st.floats(-1e9, 1e9), low=st.floats(-1e3, 1e3), span=st.floats(0.1, 1e3), margin=st.floats(0, 1))
def test_what_is_stored_lies_within_the_margin(value: float, low: float, span: float, margin: float) -> None:
    high, found = low + span, clip(value, low, low + span, margin)
    assert low - margin * (high - low) <= found.stored <= high + margin * (high - low)
    assert found.is_clipped == (found.stored != value)
    assert clip(found.stored, low, high, margin).stored == found.stored
    assert (found.is_above, found.is_below) == (value > high, value < low)
