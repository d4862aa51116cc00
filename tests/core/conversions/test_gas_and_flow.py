"""Formulas of flue gas; the worked numbers are in tests/quality_cases."""

from math import inf, isfinite, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.conversions import flow, gas
from dau.core.conversions.formula import Operand, value_of
from dau.core.conversions.sums import difference, sum_of

NUMBERS = st.none() | st.floats()
PLAIN = st.floats(-1e6, 1e6)


@given(of=NUMBERS, oxygen=NUMBERS, base=NUMBERS, cap=NUMBERS)
def test_a_conversion_is_a_finite_number_or_nothing(
    of: float | None, oxygen: float | None, base: float | None, cap: float | None
) -> None:
    found = value_of(gas.by_oxygen, of=of, oxygen=oxygen, base=base, cap=cap)
    assert found is None or isfinite(found)
    assert found is None or None not in {of, oxygen, base, cap}


@given(of=NUMBERS, ambient=NUMBERS, static=NUMBERS, temperature=NUMBERS, moisture=NUMBERS)
def test_a_flow_is_a_finite_number_or_nothing(
    of: float | None, ambient: float | None, static: float | None, temperature: float | None, moisture: float | None
) -> None:
    operands = {"ambient": ambient, "static": static, "temperature": temperature, "moisture": moisture}
    found = value_of(flow.dry_standard_flow, of=of, **operands)
    assert found is None or isfinite(found)


@pytest.mark.parametrize("missing", [None, nan, inf, -inf])
def test_a_missing_operand_has_no_result(missing: float | None) -> None:
    assert value_of(flow.emission_rate, of=missing, gas_flow=1000.0) is None
    assert value_of(flow.emission_rate, of=20.0, gas_flow=missing) is None
    assert value_of(sum_of, of=(1.0, missing, 2.0)) is None


def test_a_number_too_large_is_none() -> None:
    assert value_of(flow.wet_flow, velocity=1e300, area=1e300) is None


@pytest.mark.parametrize(
    "operands",
    [
        {"of": 20.0, "ambient": 100.0, "static": -100.0, "temperature": 20.0},
        {"of": 20.0, "ambient": 101325.0, "static": 0.0, "temperature": -273.0},
    ],
)
def test_what_is_no_gas_has_no_standard_state(operands: dict[str, Operand]) -> None:
    assert value_of(gas.to_standard, **operands) is None


def test_water_alone_is_not_dried() -> None:
    assert value_of(gas.to_dry, of=20.0, moisture=1.0) is None


@pytest.mark.parametrize("oxygen", [20.9, 20.95, 21.0, 22.0])
def test_air_is_not_converted(oxygen: float) -> None:
    assert gas.by_oxygen(5.0, oxygen, 6.0) is None
    assert gas.by_excess_air(5.0, oxygen, 1.8) is None
    assert gas.by_oxygen(5.0, max(oxygen, 21.0), 6.0, cap=30.0) is None
    assert gas.excess_air(max(oxygen, 21.0)) is None


@given(of=st.floats(0, 1e4), oxygen=st.floats(0, 20.8), base=st.floats(0, 20))
def test_reference_oxygen_and_its_excess_air_agree(of: float, oxygen: float, base: float) -> None:
    alpha_s = gas.excess_air(base)
    assert alpha_s is not None
    assert gas.by_excess_air(of, oxygen, alpha_s) == pytest.approx(gas.by_oxygen(of, oxygen, base))


@given(of=st.floats(0.1, 1e4), temperature=st.floats(-50, 500), static=st.floats(-5000, 5000), wet=st.floats(0, 0.5))
def test_an_emission_does_not_depend_on_the_state_it_is_reckoned_in(
    of: float, temperature: float, static: float, wet: float
) -> None:
    """The same gas, once as it is in the flue and once dry and standard."""
    standard = gas.to_standard(of, 101325.0, static, temperature)
    assert standard is not None
    dry, dry_flow = gas.to_dry(standard, wet), flow.dry_standard_flow(1e5, temperature, 101325.0, static, wet)
    assert dry is not None
    assert dry_flow is not None
    assert flow.emission_rate(dry, dry_flow) == pytest.approx(of * 1e5 * 1e-6)


def test_sums() -> None:
    assert value_of(sum_of, of=(0.1, 0.2, -0.3)) == pytest.approx(0, abs=1e-16)
    assert value_of(difference, of=3.0, minus=5.0) == -2.0
