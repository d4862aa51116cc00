"""A physical value as the words an instrument keeps in its registers, and the value that those words carry."""

import struct
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum

Words = tuple[int, ...]
"""16-bit registers, lowest address first."""


class NumberType(StrEnum):
    """How an instrument keeps a number."""

    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    F32 = "f32"


class WordOrder(StrEnum):
    """Which half of a 32-bit number has the lower address: ABCD the high one, CDAB the low one."""

    ABCD = "ABCD"
    CDAB = "CDAB"


LIMITS = {
    NumberType.U16: (0, 0xFFFF),
    NumberType.I16: (-0x8000, 0x7FFF),
    NumberType.U32: (0, 0xFFFF_FFFF),
}
SIZES = {NumberType.U16: 1, NumberType.I16: 1, NumberType.U32: 2, NumberType.F32: 2}


def size(kind: NumberType) -> int:
    """Return how many registers the type takes."""
    return SIZES[kind]


def encode(value: float, kind: NumberType, order: WordOrder, step: Decimal) -> Words:
    """Return the registers for ``value``, shown by the instrument in steps of ``step``.

    Integers count steps and stay at the end of their range when the value is beyond it; floats hold the stepped value.
    """
    count = int((Decimal(repr(value)) / step).to_integral_value(ROUND_HALF_EVEN))
    if kind is NumberType.F32:
        packed = struct.pack(">f", float(count * step))
    else:
        low, high = LIMITS[kind]
        packed = (min(max(count, low), high) % 2 ** (16 * size(kind))).to_bytes(2 * size(kind), "big")
    words = struct.unpack(f">{size(kind)}H", packed)
    return words if order is WordOrder.ABCD else words[::-1]


def decode(words: Words, kind: NumberType, order: WordOrder, step: Decimal) -> float:
    """Return the value that the registers carry: the double of the float, or the double nearest to count times step."""
    packed = struct.pack(f">{len(words)}H", *(words if order is WordOrder.ABCD else words[::-1]))
    if kind is NumberType.F32:
        return float(struct.unpack(">f", packed)[0])
    return float(int.from_bytes(packed, "big", signed=kind is NumberType.I16) * step)
