"""The tables of a profile in the language of Modbus: blocks of registers, places of points, steps of commands."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dau.config.base import Strict
from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.place import LAST_ADDRESS, Address
from drivers.modbus_map.requests import Table
from drivers.modbus_map.task_options import Step
from drivers.profile.model import (
    BlockKeys,
    CommandKeys,
    Defaults,
    Example,
    Head,
    Meaning,
    Number,
    ProbeTable,
    Quirks,
    StateRule,
    Text,
    mistake,
)
from drivers.profile.times import TimeForm

MOST_OVERSIZE = 250


class ModbusDefaults(Defaults):
    """``[defaults]``."""

    framing: Literal["rtu", "ascii", "tcp"] = "rtu"
    slave: Annotated[int, Field(ge=0, le=255)] = 1
    order: Order = Order.ABCD
    max_count: Annotated[int, Field(ge=1, le=MOST_OVERSIZE)] = 125
    max_bits: Annotated[int, Field(ge=1, le=2000)] = 2000


class ModbusQuirks(Quirks):
    """``[quirks]``."""

    swap_u16: bool = False
    oversize: bool = False
    function: Literal[3, 4] | None = None


class Block(BlockKeys):
    """``[[block]]``: one read."""

    table: Table = Table.HOLDING
    start: Address
    count: Annotated[int, Field(ge=1, le=2000)]
    slave_plus: Annotated[int, Field(ge=0, le=246)] = 0

    @property
    def extent(self) -> Extent:
        """The addresses that it reads."""
        return Extent(self.table, self.start, self.count)

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.extent.last > LAST_ADDRESS:
            raise mistake(
                "end", f"{self.name}：超出末地址", f"{self.name}: ends behind the last address, {LAST_ADDRESS}"
            )
        return self


class Summand(Strict):
    """One part of ``sum``."""

    at: Address
    type: Type
    order: Order | None = None
    scale: Number = 1.0

    @model_validator(mode="after")
    def _is_number(self) -> Self:
        if self.type is Type.BIT:
            raise mistake("type", "sum 的部分须为数字", "a part of sum is a number of whole registers, not a bit")
        return self


class Select(Strict):
    """``select``: of some places, the one beside whose id word the number stands."""

    at: Address
    mask: Annotated[int, Field(gt=0, le=0xFFFF)] = 0xFFFF
    equals: int
    step: Annotated[int, Field(ge=1, le=125)]
    count: Annotated[int, Field(ge=1, le=64)]


class Point(Meaning):
    """``[[point]]``: where it stands."""

    block: str | None = None
    table: Table = Table.HOLDING
    at: Address | None = None
    type: Type | TimeForm | Literal["ascii", "utf16", "bytes"] | None = None
    count: Annotated[int, Field(ge=1, le=250)] | None = None
    order: Order | None = None
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    mask: Annotated[int, Field(gt=0)] | None = None
    swap: bool = False
    step: Annotated[int, Field(ge=1, le=250)] | None = None
    sum: tuple[Summand, ...] = ()
    select: Select | None = None

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if (self.at is None) == (not self.sum):
            raise mistake("at", f"{self.name}：须写 at 或 sum 之一", f"{self.name}: expected exactly one of at and sum")
        if self.sum and self.repeat is not None:
            raise mistake("sum", f"{self.name}：sum 不能与 repeat 同用", f"{self.name}: what is a sum cannot repeat")
        if self.sum:
            return self
        if self.mask is not None and not (isinstance(self.type, Type) and self.type.takes_mask(self.mask)):
            raise mistake(
                "mask",
                f"{self.name}：mask 0x{self.mask:X} 不适用于 {self.type}",
                f"{self.name}: mask 0x{self.mask:X} does not fit {self.type}; expected u16, u32 or u64 with its bits",
            )
        if self.table.is_bits:
            if self.type not in {None, Type.BIT}:
                raise mistake("type", f"{self.name}：该表只有位", f"{self.name}: an address of this table is one bit")
            return self
        if self.type is None:
            raise mistake(
                "type", f"{self.name}：须写 type", f"{self.name}: a register needs a type, such as u16 or f32"
            )
        if (self.type is Type.BIT) != (self.bit is not None):
            raise mistake("bit", f"{self.name}：bit 只用于 type = bit", f"{self.name}: bit goes with the type bit")
        if (self.type in {"ascii", "utf16", "bytes"}) != (self.count is not None):
            raise mistake(
                "count", f"{self.name}：文本须写 count", f"{self.name}: count goes with ascii, utf16 and bytes"
            )
        return self

    @property
    def is_time(self) -> bool:
        """See `Meaning`."""
        return isinstance(self.type, TimeForm)

    @property
    def registers(self) -> int:
        """How many registers, or bits, it takes."""
        if self.table.is_bits or self.type is None:
            return 1
        if isinstance(self.type, Type):
            return self.type.registers
        if isinstance(self.type, TimeForm):
            return self.type.registers
        count = self.count or 1
        return count if self.type == "utf16" else (count + 1) // 2

    @property
    def extents(self) -> list[Extent]:
        """The addresses that it takes, of each part."""
        if self.sum:
            return [Extent(self.table, part.at, part.type.registers) for part in self.sum]
        assert self.at is not None
        if self.select is None:
            return [Extent(self.table, self.at, self.registers)]
        last = self.at + (self.select.count - 1) * self.select.step + self.registers
        last_id = self.select.at + (self.select.count - 1) * self.select.step + 1
        first = min(self.at, self.select.at)
        return [Extent(self.table, first, max(last, last_id) - first)]


class ProfileStep(Step):
    """A write of a command, with ``at`` for its address."""

    address: Annotated[int, Field(ge=0, le=LAST_ADDRESS, alias="at")]


class Command(CommandKeys):
    """``[[command]]``."""

    step: tuple[ProfileStep, ...] = ()


class ModbusExample(Example):
    """``[[example]]``."""

    request: Text
    slave: Annotated[int, Field(ge=0, le=255)] | None = None
    set: ModbusDefaults | None = None


class Profile(Strict):
    """A whole profile."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    profile: Head
    defaults: ModbusDefaults = ModbusDefaults()
    quirks: ModbusQuirks = ModbusQuirks()
    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    state: tuple[StateRule, ...] = ()
    command: tuple[Command, ...] = ()
    probe: ProbeTable | None = None
    example: tuple[ModbusExample, ...] = ()
