"""Flow of flue gas and what it carries: HJ 212-2017 appendix D, formulas 29 to 33.

Flows in m3/h, pressures in Pa, temperatures in degC, moisture as a fraction of volume.
"""

from dau.core.conversions.gas import STANDARD_PA, ZERO_K


def velocity(of: float, kv: float) -> float:
    """Return the mean velocity of a section from that at one point (formula 29) and the coefficient of the section."""
    return kv * of


def wet_flow(velocity: float, area: float) -> float:
    """Return the flow in the state of the flue (formula 30) from its mean velocity in m/s and its section in m2."""
    return 3600 * area * velocity


def dry_standard_flow(of: float, temperature: float, ambient: float, static: float, moisture: float) -> float | None:
    """Return the flow of dry gas in standard state from the wet flow in the state of the flue (formula 31)."""
    pressure = ambient + static
    if pressure <= 0 or temperature <= -ZERO_K or moisture > 1:
        return None
    return of * ZERO_K / (ZERO_K + temperature) * pressure / STANDARD_PA * (1 - moisture)


def emission_rate(of: float, gas_flow: float) -> float:
    """Return the emission in kg/h (formula 33) from mg/m3 and m3/h, both of dry gas in standard state.

    What counts is the concentration as it was measured, never the one converted to reference oxygen.
    """
    return of * gas_flow * 1e-6
