"""From the bare number of a point to the value of its channel: what means "no value", and the exact scale."""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from struct import pack, unpack
from typing import Final

from drivers.modbus_map.decode import FLOATS, PACKED_DECIMALS, Convert, Number, picker
from drivers.modbus_map.layout import Extent, Type
from drivers.modbus_map.options import Point
from drivers.modbus_map.place import Place

LARGEST_SINGLE: Final = 3.4028234663852886e38


def converter(point: Point, read: Extent) -> Convert:
    """Return what turns the number of ``point`` into the value of its channel, or None where it means "no value"."""
    is_float = point.number_type in FLOATS
    scale = linear(point)
    if not (is_float or point.no_value or _has_own_form(point)):
        return scale
    pick = picker(point, read)
    nothing = frozenset(map(_as_single, point.no_value) if point.number_type is Type.F32 else point.no_value)

    def convert_float(number: Number) -> float | None:
        return None if number != number or number in nothing else scale(number)

    def convert(number: Number) -> float | None:
        value = pick(number)
        return None if value is None or value in nothing else scale(value)

    return convert_float if is_float else convert


def _as_single(number: float) -> float:
    # A single float never equals 8888.8, but the single float next to it. What is too big for one can never be read.
    return float(unpack("f", pack("f", number))[0]) if abs(number) <= LARGEST_SINGLE else number


def _has_own_form(place: Place) -> bool:
    return place.table.is_bits or place.bit is not None or place.mask is not None or place.type in PACKED_DECIMALS


def linear(point: Point) -> Callable[[Number], float]:
    """Return number x scale + offset. For whole numbers it is exact, rounded once: 2345 x 0.001 is 2.345."""
    scale, offset = point.scale, point.offset
    if point.number_type in FLOATS:
        return float if (scale, offset) == (1, 0) else lambda number: number * scale + offset
    exact_scale, exact_offset = Fraction(Decimal(repr(scale))), Fraction(Decimal(repr(offset)))
    below = exact_scale.denominator * exact_offset.denominator
    times = exact_scale.numerator * exact_offset.denominator
    plus = exact_offset.numerator * exact_scale.denominator
    return lambda number: (number * times + plus) / below
