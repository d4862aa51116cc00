"""Weirs and flumes, held against figures of other books: feet and cubic feet, and round formulas of old."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.conversions.channel_flow import (
    FLUMES,
    measured_structure,
    parshall_flume,
    rectangular_weir,
    triangular_weir,
)

FOOT_M = 0.3048

IN_FEET = {
    0.025: (0.338, 1.55),
    0.051: (0.676, 1.55),
    0.076: (0.992, 1.547),
    0.152: (2.06, 1.58),
    0.228: (3.07, 1.53),
    3.05: (39.38, 1.6),
    3.66: (46.75, 1.6),
    4.57: (57.81, 1.6),
    6.10: (76.25, 1.6),
    7.62: (94.69, 1.6),
    9.14: (113.13, 1.6),
    12.19: (150.0, 1.6),
    15.24: (186.88, 1.6),
}
"""Throat in m: coefficient and exponent of the same flume as handbooks in feet have them."""


@pytest.mark.parametrize("throat", FLUMES)
def test_flumes_agree_with_the_formulas_in_feet(throat: float) -> None:
    """Between one and eight feet one formula has all of them: 4 W h ^ (1.522 W ^ 0.026)."""
    level = FLUMES[throat].low * 0.3 + FLUMES[throat].high * 0.7
    width = throat / FOOT_M
    coefficient, exponent = IN_FEET.get(throat, (4 * width, 1.522 * width**0.026))
    found = parshall_flume(level, throat)
    assert found == pytest.approx(coefficient * (level / FOOT_M) ** exponent * FOOT_M**3, rel=0.02)


@given(throat=st.sampled_from(sorted(FLUMES)), share=st.floats(0, 1))
def test_more_level_is_more_flow(throat: float, share: float) -> None:
    flume = FLUMES[throat]
    level = min(flume.low + share * (flume.high - flume.low), flume.high)
    least, found, most = (parshall_flume(each, throat) for each in (flume.low, level, flume.high))
    assert least is not None
    assert found is not None
    assert most is not None
    assert 0 < least <= found <= most


@pytest.mark.parametrize("level", [-0.1, 0.0, 0.029, 0.4501, 1e9])
def test_a_flume_out_of_its_levels_has_no_value(level: float) -> None:
    assert parshall_flume(level, 0.152) is None


def test_a_throat_of_no_table_has_no_value() -> None:
    assert parshall_flume(0.2, 0.153) is None


@pytest.mark.parametrize("level", [0.06, 0.1, 0.2, 0.3, 0.38])
def test_the_triangular_weir_is_near_the_round_formula(level: float) -> None:
    """1.4 h^2.5 is what handbooks of water works print."""
    assert triangular_weir(level, 2.0, 1.0) == pytest.approx(1.4 * level**2.5, rel=0.03)


@pytest.mark.parametrize(("level", "width", "crest"), [(0.059, 2, 1), (0.381, 2, 1), (0.3, 1.4, 1), (0.3, 2, 0.7)])
def test_a_triangular_weir_too_near_to_walls_has_no_value(level: float, width: float, crest: float) -> None:
    assert triangular_weir(level, width, crest) is None


@pytest.mark.parametrize("level", [0.05, 0.1, 0.2, 0.4])
def test_the_rectangular_weir_without_contraction_is_near_that_of_rehbock(level: float) -> None:
    crest, head = 0.5, level + 0.0012
    rehbock = (0.602 + 0.083 * level / crest) * 2 / 3 * sqrt(2 * 9.81) * head**1.5
    assert rectangular_weir(level, 1.0, 1.0, crest) == pytest.approx(rehbock, rel=0.015)


@pytest.mark.parametrize("level", [0.1, 0.2, 0.3])
def test_the_contracted_weir_is_near_that_of_francis(level: float) -> None:
    francis = 1.84 * (1.0 - 0.2 * level) * level**1.5
    assert rectangular_weir(level, 1.0, 3.0, 1.0) == pytest.approx(francis, rel=0.03)


@pytest.mark.parametrize(
    ("level", "width", "channel", "crest"), [(0.029, 1, 2, 1), (2.51, 1, 2, 1), (0.2, 0.14, 2, 1), (0.2, 2.1, 2, 1)]
)
def test_a_rectangular_weir_out_of_its_bounds_has_no_value(
    level: float, width: float, channel: float, crest: float
) -> None:
    assert rectangular_weir(level, width, channel, crest) is None


def test_a_structure_measured_on_the_spot() -> None:
    assert measured_structure(0.25, 2.0, 1.5, 0.1, 0.5) == 0.25
    assert measured_structure(0.09, 2.0, 1.5, 0.1, 0.5) is None
    assert measured_structure(0.51, 2.0, 1.5, 0.1, 0.5) is None
