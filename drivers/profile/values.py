"""From the bare number or text of a point to its value: what means nothing, the scale, the unit, the word."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from struct import pack, unpack
from typing import Final

from dau.core.units import are_alike, convert
from drivers.profile.expression import Value, Values
from drivers.profile.model import Meaning

Raw = float | int | str | None
"""What stands at the place of a point: a number, a text, or nothing that could be read."""

MOLAR_VOLUME: Final = 22.4
"""Litres per mole at 0 degC and 101.325 kPa (HJ 212-2017 formula 20)."""

LARGEST_SINGLE: Final = 3.4e38

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The value of a point, None if it has none; ``is_broken``: what came is a sign of a fault, not of nothing."""

    value: Value
    is_broken: bool = False


class Reckoner:
    """Makes the values of one point out of raw ones.

    Args:
        meaning: the point.
        unit: the unit wanted, that of the channel; None: as the instrument has it.
        full: the measuring range of the instance, where the point wants one.
    """

    def __init__(self, meaning: Meaning, unit: str | None = None, full: Range | None = None) -> None:
        self._meaning = meaning
        self._unit = unit
        self._scaled = _scaling(meaning, full)
        self._nothing = frozenset(meaning.no_value)
        self._by_text = {str(key).strip(): word for key, word in meaning.map.items()}

    @property
    def needs(self) -> Sequence[str]:
        """The points whose values this one needs."""
        one = self._meaning
        single = (one.decimals_from, one.power_of_ten_from, one.range_from, one.unit_from)
        return [*one.times, *(name for name in single if name is not None)]

    def value(self, raw: Raw, others: Values) -> Reckoned:
        """Return what ``raw`` means, given the values of the points that this one needs."""
        if raw is None or (isinstance(raw, float) and not isfinite(raw)):
            return Reckoned(None, is_broken=raw is not None)
        if isinstance(raw, str):
            return self._text(raw)
        one = self._meaning
        if raw in self._nothing:
            return Reckoned(None)
        if one.map:
            return self._word(str(int(raw)) if raw == int(raw) else str(raw))
        if one.bits:
            return Reckoned(frozenset(word for bit, word in one.bits.items() if int(raw) >> bit & 1))
        low, high = one.broken_below, one.broken_above
        if (low is not None and raw < low) or (high is not None and raw > high):
            return Reckoned(None, is_broken=True)
        return self._number(raw, others)

    def _text(self, raw: str) -> Reckoned:
        if not raw.strip():
            return Reckoned(None)  # an empty text says nothing
        return self._word(raw) if self._meaning.map else Reckoned(raw)

    def _word(self, found: str) -> Reckoned:
        word = self._by_text.get(found.strip(), self._meaning.other)
        return Reckoned(word, is_broken=word is None)

    def _number(self, raw: float, others: Values) -> Reckoned:
        number = self._by_others(self._scaled(raw), others)
        if number is None or not isfinite(number):
            return Reckoned(None, is_broken=True)
        valid = self._meaning.valid
        if valid is not None and not valid[0] <= number <= valid[1]:
            return Reckoned(None, is_broken=True)
        return Reckoned(self._in_unit(number, others))

    def _by_others(self, number: float, others: Values) -> float | None:
        one = self._meaning
        factors = [_number(others.get(name)) for name in (*one.times, *([one.range_from] if one.range_from else []))]
        for name, sign in ((one.decimals_from, -1), (one.power_of_ten_from, 1)):
            if name is not None:
                power = _number(others.get(name))
                factors.append(None if power is None or abs(power) > 30 else float(Decimal(10) ** (sign * int(power))))
        for factor in factors:
            if factor is None:
                return None
            number = float(Fraction(Decimal(repr(number))) * Fraction(Decimal(repr(factor))))
        return number

    def _in_unit(self, number: float, others: Values) -> float | None:
        one = self._meaning
        unit: str | None = one.unit
        if one.unit_from is not None:
            code = _number(others.get(one.unit_from))
            unit = None if code is None else one.units.get(int(code))
            if unit is None:
                return None
        if self._unit is None or unit is None or unit == self._unit:
            return number
        if unit == "ppm" and one.molar_mass is not None:
            number, unit = number * one.molar_mass / MOLAR_VOLUME, "mg/m3"
        return convert(number, unit, self._unit)

    def can_become(self, unit: str) -> bool:
        """Tell whether every unit that the point may have can become ``unit``."""
        one = self._meaning
        listed = [*one.units.values(), *([one.unit] if one.unit else [])]
        return all(
            unit == each or are_alike("mg/m3" if each == "ppm" and one.molar_mass else each, unit) for each in listed
        )


def plain(number: float) -> str:
    """Return a number in decimal notation without exponent, with the digits that it really has.

    A single float that says 1.05 is 1.0499999523 to the machine: what is exactly a single is shown as the shortest
    number that is it.
    """
    if number == int(number):
        return str(int(number))
    most = 9 if _single(number) == number else 15
    shown = (f"{number:.{digits}g}" for digits in range(6, most + 1))
    same = (text for text in shown if float(text) == number or (most == 9 and _single(float(text)) == number))
    return f"{Decimal(next(same, f'{number:.{most}g}')):f}"


def _single(number: float) -> float:
    return float(unpack(">f", pack(">f", number))[0]) if abs(number) < LARGEST_SINGLE else number


def in_order(reckoners: Mapping[str, Reckoner]) -> list[str]:
    """Return the names of points so that each comes after those it needs; a circle is left as it stands."""
    done: dict[str, None] = {}

    def visit(name: str, above: frozenset[str]) -> None:
        if name in done or name in above or name not in reckoners:
            return
        for needed in reckoners[name].needs:
            visit(needed, above | {name})
        done[name] = None

    for name in reckoners:
        visit(name, frozenset())
    return list(done)


def _scaling(meaning: Meaning, full: Range | None) -> Callable[[float | int], float]:
    scale, offset = _exact(meaning.scale), _exact(meaning.offset)
    if meaning.linear is not None:
        low, high = map(_exact, meaning.linear.raw)
        ends = full if meaning.linear.value == "range" else meaning.linear.value
        assert ends is not None, "the instance was checked to have a range"
        first, last = map(_exact, ends)
        slope = (last - first) / (high - low)
        scale, offset = scale * slope, (first - low * slope) * scale + offset
    if scale == 1 and offset == 0:
        return float

    def scaled(raw: float) -> float:
        if isinstance(raw, int):
            return float(raw * scale + offset)
        return float(Fraction(Decimal(repr(raw))) * scale + offset)

    return scaled


def _exact(number: float) -> Fraction:
    return Fraction(Decimal(repr(number)))


def _number(value: Value) -> float | int | None:
    return value if isinstance(value, float | int) else None
