"""The keys of an ``[[instrument]]`` table that belong to this driver, and what may not be said with them."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.requests import Table

MOST_REGISTERS = 125
MOST_BITS = 2000
LAST_ADDRESS = 65535

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
Address = Annotated[int, Field(ge=0, le=LAST_ADDRESS)]
Magnitude = Annotated[float, Field(ge=-1e12, le=1e12)]
StateName = Literal[
    "ok",
    "over_range",
    "calibration",
    "maintenance",
    "fault",
    "comm_lost",
    "stopped",
    "startup",
    "shutdown",
    "banked",
    "manual",
    "no_data",
]


def _mistake(kind: str, chinese: str, english: str) -> PydanticCustomError:
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
            raise _mistake(
                "type",
                f"{at}：该表每个地址只有一位，不能读出 {self.type}",
                f"{at}: an address of this table is one bit and cannot hold {self.type}; expected bit",
            )
        if self.bit is not None or self.mask is not None or self.order is not None:
            raise _mistake(
                "bit",
                f"{at}：该表每个地址只有一位，不能再写 bit、mask 或 order",
                f"{at}: an address of this table is one bit; bit, mask and order have no meaning here",
            )

    def _possible_registers(self, at: str) -> None:
        if self.type is None:
            raise _mistake("type", f"{at}：寄存器须写明 type", f"{at}: a register needs a type, such as u16 or f32")
        if (self.type is Type.BIT) != (self.bit is not None):
            raise _mistake(
                "bit",
                f"{at}：type 为 bit 时须写明 bit = 0..15，其他类型不能写 bit",
                f"{at}: the type bit needs bit = 0..15 in a register, and no other type takes it; found {self.type}",
            )
        if self.mask is not None and not self.type.takes_mask(self.mask):
            raise _mistake(
                "mask",
                f"{at}：mask 0x{self.mask:X} 不适用于 {self.type}，只能用于 u16、u32、u64 且不能超出其位数",
                f"{at}: mask 0x{self.mask:X} does not fit {self.type}; expected u16, u32 or u64 with at least its bits",
            )
        if self.extent.last > LAST_ADDRESS:
            raise _mistake(
                "end",
                f"{at}：{self.type} 占 {self.type.registers} 个寄存器，超出末地址 {LAST_ADDRESS}",
                f"{at}: {self.type} takes {self.type.registers} registers and ends behind the last one, {LAST_ADDRESS}",
            )


class Point(Place):
    """``[[instrument.point]]``: one number that becomes the value of a channel: number x scale + offset."""

    channel: Name
    scale: Magnitude = 1.0
    offset: Magnitude = 0.0
    unit: str | None = None
    """Unit of the value after scale and offset."""
    no_value: tuple[float, ...] = ()
    """Numbers, as read and before the scale, that mean "no value". NaN always does."""

    @model_validator(mode="after")
    def _has_scale(self) -> Self:
        if abs(self.scale) < 1e-12:
            raise _mistake("scale", "scale 不能为 0", "scale is 0: every value would be the offset")
        return self

    @property
    def picks_bits(self) -> int | None:
        """The bits of the register or registers that this point takes; None: all."""
        return 1 << self.bit if self.bit is not None else self.mask


class Status(Place):
    """``[[instrument.status]]``: a number or bits that tell the state of channels."""

    map: dict[int, StateName] = Field(default_factory=dict)
    """State for each number. Zero is ok unless it is listed; any other number that is not listed has ``other``."""
    bits: dict[Annotated[int, Field(ge=0, le=63)], StateName] = Field(default_factory=dict)
    """State for each bit that is set; bits that are not listed mean nothing."""
    other: StateName = "fault"
    channels: tuple[Name, ...] | None = None
    """Which channels it speaks for; None: all of the instrument."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        at = f"status {self.table} {self.address}"
        if bool(self.map) == bool(self.bits):
            raise _mistake("status", f"{at}：须写 map 或 bits 之一", f"{at}: expected exactly one of map and bits")
        if self.number_type in {Type.F32, Type.F64}:
            raise _mistake("type", f"{at}：状态字不能是 {self.type}", f"{at}: {self.type} cannot be a status word")
        if self.bits and "other" in self.model_fields_set:
            raise _mistake("status", f"{at}：other 只用于 map", f"{at}: other belongs to map, not to bits")
        width = 1 if self.number_type is Type.BIT else 16 * self.number_type.registers
        for bit in self.bits:
            if bit >= width:
                raise _mistake(
                    "bit",
                    f"{at}：没有第 {bit} 位，{self.number_type} 只有 {width} 位",
                    f"{at}: there is no bit {bit} in {self.number_type}, which has {width}",
                )
        return self


class Options(Strict):
    """What this driver reads from an ``[[instrument]]`` table besides the keys of every instrument."""

    slave: Annotated[int, Field(ge=0, le=255)]
    """Slave id, called unit in Modbus TCP."""
    framing: Literal["rtu", "tcp"] = "rtu"
    """``rtu`` on serial lines and through serial servers, ``tcp`` for Modbus TCP."""
    order: Order = Order.ABCD
    """Order of the bytes of values wider than one register."""
    max_count: Annotated[int, Field(ge=1, le=MOST_REGISTERS)] = MOST_REGISTERS
    """The most registers that the instrument gives in one answer."""
    max_bits: Annotated[int, Field(ge=1, le=MOST_BITS)] = MOST_BITS
    """The most coils or discrete inputs that the instrument gives in one answer."""
    max_gap: Annotated[int, Field(ge=0, le=MOST_REGISTERS)] = 0
    """How many registers or bits that nobody asked for may be read along, if that saves a request."""
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    status: tuple[Status, ...] = ()

    def channels(self) -> tuple[str, ...]:
        """The channels that the instrument feeds, in the order of its points."""
        return tuple(point.channel for point in self.point)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        self._check_slave()
        self._check_widths()
        self._check_channels()
        _check_apart(self.point)
        return self

    def _check_slave(self) -> None:
        if self.framing == "rtu" and not 1 <= self.slave <= 247:
            raise _mistake(
                "slave",
                f"从站地址 {self.slave} 不可用，RTU 允许 1..247",
                f"slave {self.slave} cannot be asked; in RTU the slaves are 1 to 247",
            )

    def _check_widths(self) -> None:
        for place in (*self.point, *self.status):
            if place.extent.length > self.max_count:
                at = f"{place.table} {place.address}"
                raise _mistake(
                    "max_count",
                    f"{at}：{place.type} 占 {place.extent.length} 个寄存器，大于 max_count = {self.max_count}",
                    f"{at}: {place.type} takes {place.extent.length} registers, more than max_count = {self.max_count}",
                )

    def _check_channels(self) -> None:
        twice = [channel for channel, times in Counter(self.channels()).items() if times > 1]
        if twice:
            names = ", ".join(twice)
            raise _mistake("channel", f"通道重复：{names}", f"more than one point feeds the same channel: {names}")
        for status in self.status:
            for channel in status.channels or ():
                if channel not in self.channels():
                    raise _mistake(
                        "channel",
                        f"状态字 {status.table} {status.address} 提到的通道 {channel} 不在本仪表的测点中",
                        f"status {status.table} {status.address} speaks for {channel}, which no point here feeds",
                    )


def _check_apart(points: Iterable[Point]) -> None:
    reaching: list[Point] = []  # earlier points that end behind the beginning of the present one
    for point in sorted(points, key=lambda point: point.extent):
        reaching = [earlier for earlier in reaching if earlier.extent.overlaps(point.extent)]
        for earlier in reaching:
            if not _share_register(earlier, point):
                raise _mistake(
                    "overlap",
                    f"测点 {earlier.channel}({earlier.extent})与 {point.channel}({point.extent})重叠",
                    f"points {earlier.channel} ({earlier.extent}) and {point.channel} ({point.extent}) overlap",
                )
        reaching.append(point)


def _share_register(one: Point, other: Point) -> bool:
    """True if both take different bits of the same place."""
    if one.extent != other.extent or one.picks_bits is None or other.picks_bits is None:
        return False
    return not one.picks_bits & other.picks_bits
