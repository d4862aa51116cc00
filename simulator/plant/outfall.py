"""A waste-water outfall behind a treatment works: what flows out, how much of it, how clean.

More water comes by day than by night; a higher load leaves more COD and ammonia in the effluent; warm water nitrifies
better. Levels are those of a works that usually keeps 50 mg/L COD and 5 mg/L ammonia nitrogen.
"""

from typing import Final

from simulator.plant.waves import DAY_S, Plant, Signal, Wave, daily, seconds, wandering

YEAR_S: Final = 365.25 * DAY_S
SEASONS: Final = Wave(6.5, YEAR_S, 0.25 - 212 / 365.25)
"""Water is warmest at the end of July."""

USUAL_FLOW: Final = 60.0
"""L/s; load is counted from here."""


def outfall(seed: int) -> Plant:
    """Return the outfall: cod, nh3n (mg/L), ph, water_temperature (degC), flow (L/s), total (m3)."""
    flow = Signal(
        USUAL_FLOW,
        (daily(14, 10), daily(7, 9, per_day=2), *wandering(seed, "flow", ((4, 5400), (2, 1130), (0.8, 97)))),
        0.6,
        seed,
        "flow",
    )
    strength = Signal(
        31, wandering(seed, "cod", ((5, 3.3 * DAY_S), (3.5, 9700), (1.6, 2330), (0.7, 311))), 0.5, seed, "cod"
    )
    ammonia = Signal(1.9, wandering(seed, "nh3n", ((0.5, 2.1 * DAY_S), (0.3, 7900), (0.12, 1270))), 0.04, seed, "nh3n")
    acidity = Signal(7.35, wandering(seed, "ph", ((0.18, 1.4 * DAY_S), (0.12, 6100), (0.05, 830))), 0.02, seed, "ph")
    warmth = Signal(
        19.5,
        (daily(0.8, 16), SEASONS, *wandering(seed, "warmth", ((1.1, 6.2 * DAY_S),))),
        0.06,
        seed,
        "warmth",
    )

    def load(at_ms: int) -> float:
        return flow.smooth(seconds(at_ms)) / USUAL_FLOW - 1

    return {
        "cod": lambda at_ms: strength.at(at_ms) + 14 * load(at_ms),
        "nh3n": lambda at_ms: ammonia.at(at_ms) + 1.1 * load(at_ms) - 0.03 * (warmth.at(at_ms) - 19.5),
        "ph": lambda at_ms: acidity.at(at_ms) - 0.25 * load(at_ms),
        "water_temperature": warmth.at,
        "flow": flow.at,
        "total": lambda at_ms: flow.area(seconds(at_ms)) / 1000,
    }
