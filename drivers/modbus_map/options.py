"""The keys of an ``[[instrument]]`` table that belong to this driver, and what may not be said with them."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dau.config.base import Strict
from drivers.modbus_map.layout import Order, Type
from drivers.modbus_map.place import Magnitude, Name, Place, mistake
from drivers.modbus_map.task_options import TaskTable

MOST_REGISTERS = 125
OVERSIZE_REGISTERS = 250
MOST_BITS = 2000

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
            raise mistake("scale", "scale 不能为 0", "scale is 0: every value would be the offset")
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
            raise mistake("status", f"{at}：须写 map 或 bits 之一", f"{at}: expected exactly one of map and bits")
        if self.number_type in {Type.F32, Type.F64}:
            raise mistake("type", f"{at}：状态字不能是 {self.type}", f"{at}: {self.type} cannot be a status word")
        if self.bits and "other" in self.model_fields_set:
            raise mistake("status", f"{at}：other 只用于 map", f"{at}: other belongs to map, not to bits")
        width = 1 if self.number_type is Type.BIT else 16 * self.number_type.registers
        for bit in self.bits:
            if bit >= width:
                raise mistake(
                    "bit",
                    f"{at}：没有第 {bit} 位，{self.number_type} 只有 {width} 位",
                    f"{at}: there is no bit {bit} in {self.number_type}, which has {width}",
                )
        return self


class Options(Strict):
    """What this driver reads from an ``[[instrument]]`` table besides the keys of every instrument."""

    slave: Annotated[int, Field(ge=0, le=255)]
    """Slave id, called unit in Modbus TCP."""
    framing: Literal["rtu", "ascii", "tcp"] = "rtu"
    """``rtu`` or ``ascii`` on serial lines and through serial servers, ``tcp`` for Modbus TCP."""
    order: Order = Order.ABCD
    """Order of the bytes of values wider than one register."""
    max_count: Annotated[int, Field(ge=1, le=OVERSIZE_REGISTERS)] = MOST_REGISTERS
    """The most registers that the instrument gives in one answer."""
    oversize: bool = False
    """The instrument answers reads of more registers than the standard has: ``max_count`` may be above 125."""
    max_bits: Annotated[int, Field(ge=1, le=MOST_BITS)] = MOST_BITS
    """The most coils or discrete inputs that the instrument gives in one answer."""
    max_gap: Annotated[int, Field(ge=0, le=MOST_REGISTERS)] = 0
    """How many registers or bits that nobody asked for may be read along, if that saves a request."""
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    status: tuple[Status, ...] = ()
    task: tuple[TaskTable, ...] = ()

    def channels(self) -> tuple[str, ...]:
        """The channels that the instrument feeds, in the order of its points."""
        return tuple(point.channel for point in self.point)

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        self._check_slave()
        self._check_widths()
        self._check_channels()
        self._check_tasks()
        _check_apart(self.point)
        return self

    def _check_slave(self) -> None:
        if self.framing != "tcp" and not 1 <= self.slave <= 247:
            form = self.framing.upper()
            raise mistake(
                "slave",
                f"从站地址 {self.slave} 不可用，{form} 允许 1..247",
                f"slave {self.slave} cannot be asked; in {form} the slaves are 1 to 247",
            )

    def _check_widths(self) -> None:
        if self.max_count > MOST_REGISTERS and not self.oversize:
            raise mistake(
                "max_count",
                f"max_count = {self.max_count} 超过标准的 {MOST_REGISTERS}，须写 oversize = true",
                f"max_count = {self.max_count} is above the standard's {MOST_REGISTERS}; oversize = true allows it",
            )
        for place in (*self.point, *self.status, *(place for task in self.task for place in task.places)):
            if place.extent.length > self.max_count:
                at = f"{place.table} {place.address}"
                raise mistake(
                    "max_count",
                    f"{at}：{place.form} 占 {place.extent.length} 个寄存器，大于 max_count = {self.max_count}",
                    f"{at}: {place.form} takes {place.extent.length} registers, more than max_count = {self.max_count}",
                )

    def _check_channels(self) -> None:
        twice = [channel for channel, times in Counter(self.channels()).items() if times > 1]
        if twice:
            names = ", ".join(twice)
            raise mistake("channel", f"通道重复：{names}", f"more than one point feeds the same channel: {names}")
        for status in self.status:
            for channel in status.channels or ():
                if channel not in self.channels():
                    raise mistake(
                        "channel",
                        f"状态字 {status.table} {status.address} 提到的通道 {channel} 不在本仪表的测点中",
                        f"status {status.table} {status.address} speaks for {channel}, which no point here feeds",
                    )

    def _check_tasks(self) -> None:
        found: set[tuple[str, str | None, str]] = set()
        for task in self.task:
            for channel in self.channels() if task.channels is None else task.channels:
                what = f"{task.do} {task.info}" if task.info else str(task.do)
                if channel not in self.channels():
                    raise mistake(
                        "channel",
                        f"任务 {what} 提到的通道 {channel} 不在本仪表的测点中",
                        f"task {what} is for {channel}, which no point here feeds",
                    )
                if (task.do, task.info, channel) in found:
                    raise mistake(
                        "task",
                        f"任务 {what} 对通道 {channel} 写了两次",
                        f"task {what} is there twice for the channel {channel}",
                    )
                found.add((task.do, task.info, channel))


def _check_apart(points: Iterable[Point]) -> None:
    reaching: list[Point] = []  # earlier points that end behind the beginning of the present one
    for point in sorted(points, key=lambda point: point.extent):
        reaching = [earlier for earlier in reaching if earlier.extent.overlaps(point.extent)]
        for earlier in reaching:
            if not _share_register(earlier, point):
                raise mistake(
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
