"""Where a number rests in an instrument, and how a mistake about it is said."""

from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.requests import Table

LAST_ADDRESS = 65535

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Address = Annotated[int, Field(ge=0, le=LAST_ADDRESS)]
Magnitude = Annotated[float, Field(ge=-1e12, le=1e12)]


def mistake(kind: str, chinese: str, english: str) -> PydanticCustomError:
    """Return the error that says so in both languages; ``kind`` names the rule."""
    return PydanticCustomError("modbus_map", "{sentence}", {"kind": kind, "sentence": f"{chinese} / {english}"})


class Place(Strict):
    """Where a number rests in the instrument and how it is written there. Addresses are those on the wire, from 0."""

    table: Table = Table.HOLDING
    address: Address
    type: Type | None = None
    """Needed in registers; in the tables of bits it can only be ``bit``."""
    order: Order | None = None
    """Order of the bytes; None: that of the instrument for wider values, ABCD for a single register."""
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    """Which bit of a register, 0 is the lowest; for the type ``bit`` in registers."""
    mask: Annotated[int, Field(gt=0)] | None = None
    """Which bits of an unsigned number count; they are moved down to bit 0."""

    @property
    def number_type(self) -> Type:
        """The type, also where it need not be said."""
        return self.type or Type.BIT

    @property
    def form(self) -> str:
        """What to call the way in which it is written."""
        return self.number_type

    @property
    def extent(self) -> Extent:
        """The addresses that the number takes."""
        return Extent(self.table, self.address, 1 if self.table.is_bits else self.number_type.registers)

    @model_validator(mode="after")
    def _possible(self) -> Self:
        at = f"{self.table} {self.address}"
        if self.table.is_bits:
            self._possible_bit(at)
        else:
            self._possible_registers(at)
        return self

    def _possible_bit(self, at: str) -> None:
        if self.number_type is not Type.BIT:
            raise mistake(
                "type",
                f"{at}：该表每个地址只有一位，不能读出 {self.type}",
                f"{at}: an address of this table is one bit and cannot hold {self.type}; expected bit",
            )
        if self.bit is not None or self.mask is not None or self.order is not None:
            raise mistake(
                "bit",
                f"{at}：该表每个地址只有一位，不能再写 bit、mask 或 order",
                f"{at}: an address of this table is one bit; bit, mask and order have no meaning here",
            )

    def _possible_registers(self, at: str) -> None:
        if self.type is None:
            raise mistake("type", f"{at}：寄存器须写明 type", f"{at}: a register needs a type, such as u16 or f32")
        if (self.type is Type.BIT) != (self.bit is not None):
            raise mistake(
                "bit",
                f"{at}：type 为 bit 时须写明 bit = 0..15，其他类型不能写 bit",
                f"{at}: the type bit needs bit = 0..15 in a register, and no other type takes it; found {self.type}",
            )
        if self.mask is not None and not self.type.takes_mask(self.mask):
            raise mistake(
                "mask",
                f"{at}：mask 0x{self.mask:X} 不适用于 {self.type}，只能用于 u16、u32、u64 且不能超出其位数",
                f"{at}: mask 0x{self.mask:X} does not fit {self.type}; expected u16, u32 or u64 with at least its bits",
            )
        if self.extent.last > LAST_ADDRESS:
            raise mistake(
                "end",
                f"{at}：{self.type} 占 {self.type.registers} 个寄存器，超出末地址 {LAST_ADDRESS}",
                f"{at}: {self.type} takes {self.type.registers} registers and ends behind the last one, {LAST_ADDRESS}",
            )
