"""What the station reckons of flue gas, reckoned once more: dry flow, reference oxygen, emission (HJ 212-2017 D.3).

Numbers are fractions of whole numbers until the end, so that nothing depends on the order of the operations; what
comes out is kept with the digits that a double has for certain.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Final

from simulator.scene import Conversion, GasFlow
from simulator.truth.carried import CERTAIN
from simulator.truth.chronicle import Chronicle
from simulator.truth.figures import (
    HOUR_MINUTES,
    Condition,
    Figures,
    Heard,
    Rules,
    as_kept,
    longer_figures,
    minute_figures,
)

AIR: Final = Fraction(21)
"""Oxygen in air in %, as the standard prints it."""

NOTHING_BURNS: Final = Fraction("20.9")
"""From this oxygen on a value is not converted."""

UNHEARD: Final = Heard(None, Condition.LOST)


def dry_flow(flow: GasFlow, velocity: float, temperature: float, pressure: float, humidity: float) -> float:
    """Return the flow of dry gas in standard state in m3/s (formulas 30 and 31)."""
    wet = Fraction(flow.area) * _exact(velocity)
    cold = wet * 273 / (273 + _exact(temperature))
    standard = cold * (Fraction(flow.ambient) + 1000 * _exact(pressure)) / 101325
    return _kept(standard * (1 - _exact(humidity) / 100))


def at_reference(base: Decimal, concentration: float | None, oxygen: float | None) -> float | None:
    """Return a concentration converted to reference oxygen (formula 28); None where the flue holds air."""
    if concentration is None or oxygen is None or _exact(oxygen) >= NOTHING_BURNS:
        return None
    return _kept(_exact(concentration) * (AIR - Fraction(base)) / (AIR - _exact(oxygen)))


def with_flows(flows: Iterable[GasFlow], told: Mapping[str, Chronicle]) -> dict[str, Chronicle]:
    """Return the chronicles with those of the flows, as if an instrument had said each sample of them."""
    found = dict(told)
    for flow in flows:
        velocity = told.get(flow.velocity, Chronicle())
        names = (flow.velocity, flow.temperature, flow.pressure, flow.humidity)
        operands = zip(*(_at(velocity, told.get(name, Chronicle())) for name in names), strict=True)
        heard = [_flowing(flow, each) for each in operands]
        found[flow.channel] = Chronicle(velocity.at_ms, heard, velocity.lost)
    return found


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to each sample of a channel with converted values: the converted one, and the oxygen."""

    base: Decimal
    converted: Sequence[Heard]
    oxygen: Sequence[Heard]

    def minute(self, rules: Rules, plain: Figures, cut: tuple[int, int]) -> Figures:
        """Return the figures of a minute, that of the samples ``cut`` out, with the converted ones."""
        first, until = cut
        return replace(
            plain,
            converted=minute_figures(rules, self.converted[first:until], 0),
            oxygen=minute_figures(rules, self.oxygen[first:until], 0),
        )

    def longer(self, rules: Rules, plain: Figures, parts: Sequence[Figures], minutes: int) -> Figures:
        """Return the figures of a longer period with the converted ones; those of an hour come of its means."""
        converted = longer_figures(rules, [part.converted for part in parts if part.converted is not None], minutes)
        oxygen = longer_figures(rules, [part.oxygen for part in parts if part.oxygen is not None], minutes)
        if minutes == HOUR_MINUTES:
            mean = at_reference(self.base, plain.mean, oxygen.mean)
            converted = replace(
                converted,
                is_valid=mean is not None and plain.is_valid and oxygen.is_valid,
                mean=mean,
                low=min((number for number in (converted.low, mean) if number is not None), default=None),
                high=max((number for number in (converted.high, mean) if number is not None), default=None),
                any_mean=at_reference(self.base, plain.any_mean, oxygen.any_mean),
            )
        return replace(plain, converted=converted, oxygen=oxygen)


def beside(conversion: Conversion, told: Mapping[str, Chronicle]) -> Beside:
    """Return what belongs to each sample of the channel that is converted."""
    measured = told.get(conversion.of, Chronicle())
    oxygen = _at(measured, told.get(conversion.oxygen, Chronicle()))
    pairs = zip(measured.heard, oxygen, strict=True)
    return Beside(conversion.base, [_converted(conversion, *pair) for pair in pairs], oxygen)


def emitted(rules: Rules, plain: Figures, flow: Figures) -> Figures:
    """Return the figures of a period with the mass that its flow carried (formula 33): of measured values alone."""
    if not plain.is_valid or plain.mean is None or flow.total is None:
        return replace(plain, total=None)
    return replace(plain, total=as_kept(Decimal(repr(plain.mean)) * flow.total * (rules.mass_per_amount or 0)))


def _converted(conversion: Conversion, one: Heard, oxygen: Heard) -> Heard:
    """Where both were measured and the flue holds air there is no value, which is not normal."""
    value = at_reference(conversion.base, one.value, oxygen.value)
    is_air = value is None and one.value is not None and oxygen.value is not None
    return Heard(value, Condition.ABSENT if is_air else _worst((one, oxygen)))


def _flowing(flow: GasFlow, operands: Sequence[Heard]) -> Heard:
    values = [one.value for one in operands if one.value is not None]
    return Heard(dry_flow(flow, *values) if len(values) == len(operands) else None, _worst(operands))


def _at(pace: Chronicle, other: Chronicle) -> list[Heard]:
    """Return what the other channel said in each of the replies that brought the first one."""
    known = dict(zip(other.at_ms, other.heard, strict=True))
    return [known.get(at_ms, UNHEARD) for at_ms in pace.at_ms]


def _worst(operands: Iterable[Heard]) -> Condition:
    return min((one.condition for one in operands), key=list(Condition).index)


def _exact(value: float) -> Fraction:
    return Fraction(repr(value))


def _kept(exact: Fraction) -> float:
    return float(CERTAIN.divide(Decimal(exact.numerator), Decimal(exact.denominator)))
