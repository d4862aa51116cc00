"""The stack of a coal-fired boiler behind desulphurisation, denitrification and a dust filter.

Everything follows the boiler's load: at low load more air passes (O2 up), the gas is cooler and slower; NOx rises with
air; the scrubber and the filter add cycles of their own. Levels are those of a plant with ultra-low emission.
"""

from simulator.plant.waves import DAY_S, Plant, Signal, daily, wandering


def stack(seed: int) -> Plant:
    """Return the stack.

    so2, nox, dust in mg/m3; o2, humidity in %; temperature in degC; pressure in kPa (gauge); velocity in m/s.
    """
    load = Signal(
        0.85, (daily(0.06, 19), daily(0.03, 10, per_day=2), *wandering(seed, "load", ((0.03, 4100), (0.01, 610)))),
        0.003, seed, "load",
    )  # fmt: skip
    scrubber = Signal(18, wandering(seed, "so2", ((4, 0.9 * DAY_S), (3, 2900), (1.5, 421))), 0.4, seed, "so2")
    burners = Signal(34, wandering(seed, "nox", ((4, 1.3 * DAY_S), (2.5, 3700), (1.2, 283))), 0.5, seed, "nox")
    air = Signal(6.2, wandering(seed, "o2", ((0.3, 5200), (0.12, 390))), 0.04, seed, "o2")
    filter_bags = Signal(
        4.6, wandering(seed, "dust", ((0.7, 1.7 * DAY_S), (0.5, 1800), (0.35, 240))), 0.12, seed, "dust"
    )
    heat = Signal(52, wandering(seed, "heat", ((1.2, 8300), (0.5, 900))), 0.12, seed, "heat")
    draught = Signal(-0.12, wandering(seed, "draught", ((0.02, 3100), (0.01, 127))), 0.006, seed, "draught")
    vapour = Signal(11.8, wandering(seed, "vapour", ((0.8, 1.1 * DAY_S), (0.3, 4700))), 0.05, seed, "vapour")
    stream = Signal(1.5, wandering(seed, "stream", ((0.25, 1500), (0.15, 71))), 0.12, seed, "stream")

    def idle(at_ms: int) -> float:
        return 1 - load.at(at_ms)

    return {
        "so2": lambda at_ms: scrubber.at(at_ms) - 18 * (idle(at_ms) - 0.15),
        "nox": lambda at_ms: burners.at(at_ms) + 22 * (idle(at_ms) - 0.15),
        "o2": lambda at_ms: air.at(at_ms) + 7 * (idle(at_ms) - 0.15),
        "dust": lambda at_ms: filter_bags.at(at_ms) - 4 * (idle(at_ms) - 0.15),
        "temperature": lambda at_ms: heat.at(at_ms) - 25 * (idle(at_ms) - 0.15),
        "pressure": lambda at_ms: draught.at(at_ms) + 0.3 * (idle(at_ms) - 0.15),
        "humidity": lambda at_ms: vapour.at(at_ms) - 6 * (idle(at_ms) - 0.15),
        "velocity": lambda at_ms: stream.at(at_ms) + 12 * load.at(at_ms),
    }
