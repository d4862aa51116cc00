"""Units: alike or not, converted exactly, rounded once."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.units import _DIMENSIONS, UnitsDiffer, alike_to, are_alike, convert

ALIKE = [[entry.partition("=")[0] for entry in line.split()] for line in _DIMENSIONS]
NUMBERS = st.floats(-1e12, 1e12, allow_subnormal=False)
TRIPLES = st.sampled_from(ALIKE).flatmap(lambda units: st.tuples(*[st.sampled_from(units)] * 3))


def near(one: float, other: float) -> bool:
    """Equal but for the rounding of a double; 1e-12 K is what a temperature offset may lose."""
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("value", "found", "wanted", "expected"),
    [
        (1.0, "m3/s", "m3/h", 3600.0),
        (36.0, "m3/h", "L/s", 10.0),
        (86400.0, "m3/d", "m3/s", 1.0),
        (1.0, "L/s", "m3/s", 0.001),
        (0.1, "kPa", "Pa", 100.0),
        (101.325, "kPa", "hPa", 1013.25),
        (1.0, "mbar", "Pa", 100.0),
        (7.19, "mg/L", "g/m3", 7.19),
        (0.3, "mg/L", "ug/L", 300.0),
        (35.0, "mg/m3", "ug/m3", 35000.0),
        (2500.0, "ng/L", "ug/L", 2.5),
        (25.0, "degC", "K", 298.15),
        (0.0, "K", "degC", -273.15),
        (0.205, "fraction", "%", 20.5),
        (36.0, "km/h", "m/s", 10.0),
        (350.0, "ppb", "ppm", 0.35),
        (0.1, "MPa", "kPa", 100.0),
        (1.0, "h", "min", 60.0),
        (1.2, "t", "kg", 1200.0),
        (1.413, "mS/cm", "uS/cm", 1413.0),
    ],
)
def test_known_conversions_are_exact(value: float, found: str, wanted: str, expected: float) -> None:
    assert convert(value, found, wanted) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("µg/m³", "ug/m3"),  # the micro sign
        ("μg/m3", "ug/m3"),  # the Greek letter
        ("m³/h", "m3/h"),
        ("m^3/h", "m3/h"),
        ("mg/l", "mg/L"),
        ("℃", "degC"),
        ("°C", "degC"),
        ("％", "%"),
        ("mg / L", "mg/L"),
        ("", "dimensionless"),
        ("1", ""),
        ("dB(A)", "dB"),
    ],
)
def test_spellings_of_one_unit_change_no_number(one: str, other: str) -> None:
    assert are_alike(one, other)
    assert convert(0.1, one, other) == 0.1


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        ("ppm", "mg/m3"),
        ("ppm", "%"),
        ("ppm", ""),
        ("", "%"),
        ("mg/L", "m3/s"),
        ("MPa", "mPa"),
        ("kW", "kWh"),
        ("m3", "m3/s"),
        ("NTU", "mg/L"),
        ("degree", "deg"),
    ],
)
def test_what_does_not_measure_the_same_is_refused_by_name(found: str, wanted: str) -> None:
    assert not are_alike(found, wanted)
    expected = f'^cannot convert from the unit "{found}" to "{wanted}": they do not measure the same$'
    with pytest.raises(UnitsDiffer, match=expected) as caught:
        convert(1.0, found, wanted)
    assert (caught.value.found, caught.value.wanted) == (found, wanted)


def test_a_unit_nobody_knows_is_alike_to_itself() -> None:
    assert are_alike("t/(km2*month)", "t/(km2*month)")
    assert convert(3.5, "count/L", "count/L") == 3.5


def test_what_a_unit_is_alike_to_can_be_listed() -> None:
    assert alike_to("μS/cm") == ("uS/cm", "mS/cm")
    assert alike_to("NTU") == ("NTU",)
    assert all(are_alike(unit, other) for line in ALIKE for unit in line for other in alike_to(unit))


def test_no_unit_stands_in_two_dimensions() -> None:
    units = [unit for line in ALIKE for unit in line]
    assert sorted(units) == sorted(set(units))
    assert len(units) > 60


@given(NUMBERS, TRIPLES)
def test_there_and_back(value: float, units: tuple[str, str, str]) -> None:
    one, other, _ = units
    assert near(convert(convert(value, one, other), other, one), value)


@given(NUMBERS, TRIPLES)
def test_a_detour_changes_nothing(value: float, units: tuple[str, str, str]) -> None:
    one, over, other = units
    straight = convert(value, one, other)
    assert near(convert(convert(value, one, over), over, other), straight)


@given(st.text(max_size=8), st.text(max_size=8))
def test_alike_is_what_can_be_converted(found: str, wanted: str) -> None:
    if are_alike(found, wanted):
        assert isinstance(convert(1.0, found, wanted), float)
    else:
        with pytest.raises(UnitsDiffer):
            convert(1.0, found, wanted)
