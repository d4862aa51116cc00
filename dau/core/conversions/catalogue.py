"""Every formula by the name that the settings use: what it is given, in which unit, and in which its result comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from dau.core.conversions import channel_flow, flow, gas, scaling, sums
from dau.core.furnace import furnace_value
from dau.core.states import State


class Takes(Enum):
    """What may be written for an argument of a formula."""

    CHANNEL = auto()
    CHANNELS = auto()
    NUMBER = auto()
    EITHER = auto()
    """A channel, or a number where nothing measures it."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One operand of a formula, by the name that it has in the settings.

    ``unit`` is the unit in which the formula reckons it, None for that of the derived channel. ``default`` of None:
    it must be written, unless it is one of ``Formula.one_of``. A number lies above ``above`` where that is given, and
    is one of ``choices`` where there are any.
    """

    takes: Takes
    unit: str | None = None
    default: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula: ``work`` takes the arguments by name, the first of them is a channel that sets the pace.

    ``unit`` is the unit of the result, None for any: that of the derived channel. Of the arguments ``one_of`` exactly
    one is given. ``failure`` is the state of a result that does not exist although every operand does.
    ``is_conversion``: not reckoned while the plant is stopped, and for hours from the means of its operands. Of the
    lists named in ``may_lack`` some channels may give nothing: the result has the states of those that gave something.
    """

    work: Callable[..., float | None]
    arguments: Mapping[str, Argument]
    unit: str | None = None
    one_of: frozenset[str] = field(default_factory=frozenset)
    failure: State = State.NO_DATA
    is_conversion: bool = False
    may_lack: frozenset[str] = field(default_factory=frozenset)


_OF: Final = Argument(Takes.CHANNEL)
_LEVEL: Final = Argument(Takes.CHANNEL, "m")
_METRES: Final = Argument(Takes.NUMBER, "m", above=0)
_MOISTURE: Final = Argument(Takes.EITHER, "fraction", below=1)
_AMBIENT: Final = Argument(Takes.EITHER, "Pa", default=gas.STANDARD_PA, above=0)
_STATIC: Final = Argument(Takes.EITHER, "Pa")
_TEMPERATURE: Final = Argument(Takes.EITHER, "degC", above=-gas.ZERO_K)
_OXYGEN: Final = Argument(Takes.CHANNEL, "%")
_NUMBER: Final = Argument(Takes.NUMBER)
_PPM: Final = Argument(Takes.CHANNEL, "ppm")

_MASS: Final = "mg/m3"
_GAS_FLOW: Final = "m3/h"
_WATER_FLOW: Final = "m3/s"

FORMULAS: Final[Mapping[str, Formula]] = {
    "standard_state": Formula(
        gas.to_standard, {"of": _OF, "temperature": _TEMPERATURE, "static": _STATIC, "ambient": _AMBIENT}
    ),
    "dry_basis": Formula(gas.to_dry, {"of": _OF, "moisture": _MOISTURE}),
    "mass_of_ppm": Formula(gas.ppm_to_mass, {"of": _PPM, "molar_mass": Argument(Takes.NUMBER, above=0)}, _MASS),
    "nox_of_mass": Formula(
        gas.nox_from_mass, {"no": Argument(Takes.CHANNEL, _MASS), "no2": Argument(Takes.CHANNEL, _MASS)}, _MASS
    ),
    "nox_of_ppm": Formula(gas.nox_from_ppm, {"no": _PPM, "no2": _PPM}, _MASS),
    "reference_oxygen": Formula(
        gas.converted,
        {
            "of": _OF,
            "oxygen": _OXYGEN,
            "base": Argument(Takes.NUMBER, "%", below=gas.AIR_O2),
            "alpha_s": Argument(Takes.NUMBER, above=0),
            "cap": Argument(Takes.NUMBER, "%", default=gas.OXYGEN_CAP, above=0, below=gas.AIR_O2),
        },
        one_of=frozenset({"base", "alpha_s"}),
        is_conversion=True,
    ),
    "velocity": Formula(
        flow.velocity, {"of": Argument(Takes.CHANNEL, "m/s"), "kv": Argument(Takes.NUMBER, above=0)}, "m/s"
    ),
    "wet_flow": Formula(
        flow.wet_flow,
        {"velocity": Argument(Takes.CHANNEL, "m/s"), "area": Argument(Takes.NUMBER, "m2", above=0)},
        _GAS_FLOW,
    ),
    "dry_standard_flow": Formula(
        flow.dry_standard_flow,
        {
            "of": Argument(Takes.CHANNEL, _GAS_FLOW),
            "temperature": _TEMPERATURE,
            "static": _STATIC,
            "ambient": _AMBIENT,
            "moisture": _MOISTURE,
        },
        _GAS_FLOW,
    ),
    "emission_rate": Formula(
        flow.emission_rate,
        {"of": Argument(Takes.CHANNEL, _MASS), "gas_flow": Argument(Takes.CHANNEL, _GAS_FLOW)},
        "kg/h",
    ),
    "rectangular_weir": Formula(
        channel_flow.rectangular_weir,
        {"level": _LEVEL, "width": _METRES, "channel_width": _METRES, "crest": _METRES},
        _WATER_FLOW,
    ),
    "triangular_weir": Formula(
        channel_flow.triangular_weir, {"level": _LEVEL, "channel_width": _METRES, "crest": _METRES}, _WATER_FLOW
    ),
    "parshall_flume": Formula(
        channel_flow.parshall_flume,
        {"level": _LEVEL, "throat": Argument(Takes.NUMBER, "m", choices=tuple(channel_flow.FLUMES))},
        _WATER_FLOW,
    ),
    "measured_structure": Formula(
        channel_flow.measured_structure,
        {
            "level": _LEVEL,
            "coefficient": Argument(Takes.NUMBER, above=0),
            "exponent": Argument(Takes.NUMBER, above=0),
            "low": Argument(Takes.NUMBER, "m"),
            "high": _METRES,
        },
        _WATER_FLOW,
    ),
    "current_loop": Formula(
        scaling.from_current,
        {
            "of": Argument(Takes.CHANNEL, "mA"),
            "low": _NUMBER,
            "high": _NUMBER,
            "broken": Argument(Takes.NUMBER, "mA", default=scaling.BROKEN_MA),
            "shorted": Argument(Takes.NUMBER, "mA", default=scaling.SHORTED_MA),
        },
        failure=State.FAULT,
    ),
    "furnace_heat": Formula(
        furnace_value,
        {"middle": Argument(Takes.CHANNELS, "degC"), "upper": Argument(Takes.CHANNELS, "degC")},
        "degC",
        failure=State.FAULT,
        may_lack=frozenset({"middle", "upper"}),
    ),
    "sum": Formula(sums.sum_of, {"of": Argument(Takes.CHANNELS)}),
    "difference": Formula(sums.difference, {"of": _OF, "minus": Argument(Takes.CHANNEL)}),
}
