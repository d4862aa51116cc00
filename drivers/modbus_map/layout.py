"""How numbers lie in registers: types, byte orders, the addresses they take, and how neighbours share a read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from drivers.modbus_map.requests import Table


class Type(StrEnum):
    """How a number is written."""

    BIT = "bit"
    U16 = "u16"
    I16 = "i16"
    U32 = "u32"
    I32 = "i32"
    U64 = "u64"
    I64 = "i64"
    F32 = "f32"
    F64 = "f64"
    BCD16 = "bcd16"
    BCD32 = "bcd32"

    @property
    def code(self) -> str:
        """The letter of the type in `struct`; packed decimals are read as unsigned first."""
        return _CODES[self][1]

    @property
    def registers(self) -> int:
        """How many registers a number takes."""
        return _CODES[self][0]

    def takes_mask(self, mask: int) -> bool:
        """True if bits can be picked out of this type and all of ``mask`` lie in it."""
        return self in {Type.U16, Type.U32, Type.U64} and mask.bit_length() <= 16 * self.registers


_CODES: Final[dict[Type, tuple[int, str]]] = {
    Type.BIT: (1, "H"),
    Type.U16: (1, "H"),
    Type.I16: (1, "h"),
    Type.U32: (2, "I"),
    Type.I32: (2, "i"),
    Type.U64: (4, "Q"),
    Type.I64: (4, "q"),
    Type.F32: (2, "f"),
    Type.F64: (4, "d"),
    Type.BCD16: (1, "H"),
    Type.BCD32: (2, "I"),
}


class Order(StrEnum):
    """In which order the bytes of a number arrive; A is the highest byte. Four registers follow the same pattern."""

    ABCD = "ABCD"
    CDAB = "CDAB"
    BADC = "BADC"
    DCBA = "DCBA"

    def places(self, registers: int) -> tuple[int, ...]:
        """Return where the bytes of a number stand in its registers, from its highest byte to its lowest."""
        words = [(2 * word, 2 * word + 1) for word in range(registers)]
        if self in {Order.CDAB, Order.DCBA}:
            words.reverse()
        if self in {Order.BADC, Order.DCBA}:
            words = [(low, high) for high, low in words]
        return tuple(place for word in words for place in word)


@dataclass(frozen=True, slots=True, order=True)
class Extent:
    """The addresses ``first <= address < first + length`` of one table."""

    table: Table
    first: int
    length: int

    @property
    def end(self) -> int:
        """The first address behind."""
        return self.first + self.length

    @property
    def last(self) -> int:
        """The last address in it."""
        return self.end - 1

    def overlaps(self, other: "Extent") -> bool:
        """True if both have an address in common."""
        return self.table is other.table and self.first < other.end and other.first < self.end

    def covers(self, other: "Extent") -> bool:
        """True if every address of ``other`` is in this one."""
        return self.table is other.table and self.first <= other.first and other.end <= self.end

    def __str__(self) -> str:
        return f"{self.table} {self.first}" if self.length == 1 else f"{self.table} {self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one read may ask for: the most registers, the most bits, and the widest hole worth reading over."""

    registers: int
    bits: int
    gap: int


def merge(values: Iterable[Extent], limits: Limits) -> Sequence[Extent]:
    """Return the fewest reads, in order of their addresses, that cover every value whole within the limits.

    Values may overlap. Taking as much as fits from the lowest address on is the best possible for values that do not.
    """
    reads: list[Extent] = []
    for value in sorted(set(values)):
        if reads and (joined := _joined(reads[-1], value, limits)):
            reads[-1] = joined
        else:
            reads.append(value)
    return reads


def _joined(read: Extent, value: Extent, limits: Limits) -> Extent | None:
    length = max(read.end, value.end) - read.first
    limit = limits.bits if read.table.is_bits else limits.registers
    if read.table is not value.table or value.first - read.end > limits.gap or length > limit:
        return None
    return Extent(read.table, read.first, length)
