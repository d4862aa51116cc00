"""From the data of one answer to numbers, by one precompiled structure for each read."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from struct import Struct
from typing import Final

from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.place import Place

Number = int | float
Convert = Callable[[Number], float | None]

FLOATS: Final = frozenset({Type.F32, Type.F64})
PACKED_DECIMALS: Final = frozenset({Type.BCD16, Type.BCD32})


class Decoder:
    """Takes the numbers at ``places`` out of the data of the answer to ``read``, in that order.

    The bytes of all numbers are gathered in the order high to low, whatever their order in the instrument, and unpacked
    at once. What a number means (bits, packed decimal, scale) is left to `picker`
    and to `drivers.modbus_map.scaling`.
    """

    def __init__(self, read: Extent, places: Sequence[Place], order: Order) -> None:
        gathered: list[int] = []
        for place in places:
            gathered += _bytes_of(place, read, order)
        # itemgetter of a single place returns no tuple: a slice does.
        self._gather = itemgetter(*gathered) if len(gathered) > 1 else itemgetter(slice(gathered[0], gathered[0] + 1))
        self._is_in_order = gathered == list(range(len(gathered)))
        codes = "".join("B" if place.table.is_bits else place.number_type.code for place in places)
        self._structure = Struct(f">{codes}")

    def numbers(self, data: bytes) -> tuple[Number, ...]:
        """Return the numbers in ``data``, which has the length that the read asked for."""
        if self._is_in_order:
            return self._structure.unpack_from(data)
        return self._structure.unpack(bytes(self._gather(data)))


def _bytes_of(place: Place, read: Extent, order: Order) -> Sequence[int]:
    offset = place.address - read.first
    if place.table.is_bits:
        return (offset // 8,)
    registers = place.number_type.registers
    own = place.order or (order if registers > 1 else Order.ABCD)
    return [2 * offset + at for at in own.places(registers)]


def picker(place: Place, read: Extent) -> Convert:
    """Return what turns the number at ``place`` into the bare value: bits picked, packed decimals unpacked.

    It gives None for what is no number: a packed decimal with a digit above 9.
    """
    if place.table.is_bits:
        bit = (place.address - read.first) % 8
        return lambda number: int(number) >> bit & 1
    if place.bit is not None:
        shift = place.bit
        return lambda number: int(number) >> shift & 1
    if place.mask is not None:
        mask, low = place.mask, (place.mask & -place.mask).bit_length() - 1
        return lambda number: (int(number) & mask) >> low
    if place.type in PACKED_DECIMALS:
        return _packed_decimal
    return lambda number: number


def _packed_decimal(number: Number) -> int | None:
    digits = f"{number:x}"
    return int(digits) if digits.isdecimal() else None
