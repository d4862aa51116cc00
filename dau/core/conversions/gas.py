"""Concentrations in flue gas: unit, state, moisture, reference oxygen (HJ 212-2017 appendix D, formulas 18 to 28).

Concentrations in mg/m3 unless said otherwise, pressures in Pa, temperatures in degC, moisture as a fraction of volume,
oxygen in percent of dry gas.
"""

from typing import Final

STANDARD_PA: Final = 101325.0
ZERO_K: Final = 273.0
"""0 degC in kelvin, as the standards print it."""

MOLE_L: Final = 22.4
"""Litres of a mole of gas in standard state, as the standards print it."""

AIR_O2: Final = 21.0
"""Oxygen in air, as the standards print it."""

OXYGEN_CAP: Final = 20.9
"""From this oxygen on the flue holds air, and nothing is converted."""

NO_MASS: Final = 30.0
NO2_MASS: Final = 46.0


def to_standard(of: float, ambient: float, static: float, temperature: float) -> float | None:
    """Return a concentration at 0 degC and 101325 Pa from one at the state of the flue (formula 18).

    ``static`` is the gauge pressure in the flue. Wet stays wet and dry stays dry.
    """
    pressure = ambient + static
    return of * STANDARD_PA / pressure * (ZERO_K + temperature) / ZERO_K if _is_gas(pressure, temperature) else None


def to_dry(of: float, moisture: float) -> float | None:
    """Return what a concentration or a share of wet gas is in dry gas (formula 19)."""
    return of / (1 - moisture) if moisture < 1 else None


def ppm_to_mass(of: float, molar_mass: float) -> float:
    """Return mg/m3 in standard state from ppm (formula 20); ``molar_mass`` in g/mol."""
    return molar_mass / MOLE_L * of


def nox_from_mass(no: float, no2: float, no_mass: float = NO_MASS, no2_mass: float = NO2_MASS) -> float:
    """Return nitrogen oxides, counted as NO2, from the masses of NO and NO2 (formula 21)."""
    return no * no2_mass / no_mass + no2


def nox_from_ppm(no: float, no2: float, no2_mass: float = NO2_MASS) -> float:
    """Return nitrogen oxides in mg/m3, counted as NO2, from NO and NO2 in ppm (formula 22)."""
    return (no + no2) * no2_mass / MOLE_L


def excess_air(oxygen: float) -> float | None:
    """Return the coefficient of excess air (formula 27)."""
    return AIR_O2 / (AIR_O2 - oxygen) if oxygen < AIR_O2 else None


def by_excess_air(of: float, oxygen: float, alpha_s: float, cap: float = OXYGEN_CAP) -> float | None:
    """Return a dry standard concentration converted to the excess air ``alpha_s`` (formula 26)."""
    alpha = excess_air(oxygen)
    return None if alpha is None or oxygen >= cap else of * alpha / alpha_s


def by_oxygen(of: float, oxygen: float, base: float, cap: float = OXYGEN_CAP) -> float | None:
    """Return a dry standard concentration converted to the reference oxygen ``base`` (formula 28)."""
    return of * (AIR_O2 - base) / (AIR_O2 - oxygen) if oxygen < min(cap, AIR_O2) else None


def converted(
    of: float, oxygen: float, base: float | None = None, alpha_s: float | None = None, cap: float = OXYGEN_CAP
) -> float | None:
    """Return a dry standard concentration converted by the one of ``base`` and ``alpha_s`` that is given.

    An emission standard that gives neither wants what was measured.
    """
    if alpha_s is not None:
        return by_excess_air(of, oxygen, alpha_s, cap)
    return of if base is None else by_oxygen(of, oxygen, base, cap)


def _is_gas(pressure: float, temperature: float) -> bool:
    return pressure > 0 and temperature > -ZERO_K
