"""The tables of Mewtocol: data registers and contacts of a Panasonic FP controller."""

from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, model_validator

from dau.config.base import Strict
from drivers.mewtocol.frames import MOST_EXPANDED, MOST_NORMAL
from drivers.modbus_map.layout import Order, Type
from drivers.modbus_map.profile_model import Point as Registers
from drivers.modbus_map.profile_model import ProfileStep
from drivers.modbus_map.requests import Table
from drivers.profile.described import InstanceKeys
from drivers.profile.document import Document, Inline, PlacedPoint
from drivers.profile.model import BlockKeys, CommandKeys, Defaults, Example, mistake
from drivers.profile.times import TimeForm

LAST_REGISTER = 99_999
Register = Annotated[int, Field(ge=0, le=LAST_REGISTER)]
Station = Annotated[int, Field(ge=1, le=99)]


class LineKeys(Strict):
    """What is the same for all questions to a controller."""

    station: Station = 1
    bcc: bool = True
    """Whether frames carry a checksum; else ``**`` stands in its place."""
    long_frames: bool = False
    """Whether the controller knows long frames, which begin with ``<``."""
    order: Order = Order.CDAB
    """Order of values wider than a register: the low word first."""

    @property
    def most(self) -> int:
        """How many registers fit an answer."""
        return MOST_EXPANDED if self.long_frames else MOST_NORMAL


class MewtocolDefaults(LineKeys, Defaults):
    """``[defaults]``."""


class Block(BlockKeys):
    """``[[block]]``: one read, of registers or of a contact."""

    start: Register | None = None
    count: Annotated[int, Field(ge=1, le=MOST_EXPANDED)] = 1
    contact: Annotated[str, Field(pattern=r"^[XYRL][0-9]{3}[0-9A-F]$|^[TC][0-9]{4}$")] | None = None

    @model_validator(mode="after")
    def _reads_one_thing(self) -> Self:
        if (self.start is None) == (self.contact is None):
            raise mistake(
                "start", f"{self.name}：start 与 contact 写一个", f"{self.name}: expected one of start and contact"
            )
        if (self.start or 0) + self.count - 1 > LAST_REGISTER:
            raise mistake("count", f"{self.name}：超出末寄存器", f"{self.name}: ends behind the last register, 99999")
        return self


class Point(PlacedPoint):
    """``[[point]]``: a value in registers, as in ``modbus_map``; of a contact there is only its bit."""

    at: Register | None = None
    type: Type | TimeForm | Literal["ascii"] | None = None
    count: Annotated[int, Field(ge=1, le=64)] | None = None
    order: Order | None = None
    bit: Annotated[int, Field(ge=0, le=15)] | None = None
    mask: Annotated[int, Field(gt=0)] | None = None

    @property
    def is_time(self) -> bool:
        """See `Meaning`."""
        return isinstance(self.type, TimeForm)

    @property
    def registers(self) -> Registers:
        """The same place in the words of ``modbus_map``, counted from the beginning of its block by the language."""
        place = {key: getattr(self, key) for key in ("at", "type", "count", "order", "bit", "mask")}
        return Registers(name="place", **place)

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if self.at is not None:
            try:
                self.registers  # noqa: B018
            except ValidationError as problem:
                chinese, _, english = str(problem.errors()[0]["msg"]).partition(" / ")
                raise mistake("type", chinese, english) from None
        return self

    def moved(self, steps: int) -> Self:
        """See `PlacedPoint`."""
        return self if self.at is None else self.model_copy(update={"at": self.at + steps * self.registers.registers})


class Command(CommandKeys):
    """``[[command]]``; its steps are those of ``modbus_map``, into data registers."""

    step: tuple[ProfileStep, ...] = ()

    @model_validator(mode="after")
    def _writes_registers(self) -> Self:
        for step in self.step:
            if step.table is not Table.HOLDING or step.function is not None:
                raise mistake(
                    "step", f"{self.do}：只能写数据寄存器", f"{self.do}: a step has neither table nor function here"
                )
        return self


class _Tables:
    """What profiles and settings have alike."""

    def misfit(self, home: BlockKeys, point: PlacedPoint) -> tuple[str, str] | None:
        """See `Spoken`."""
        assert isinstance(home, Block)
        assert isinstance(point, Point)
        if (home.contact is None) == (point.at is None):
            return (
                f"{point.name}：寄存器须写 at，触点不写",
                f"{point.name}: a register needs at, and a contact has none",
            )
        if home.start is None or point.at is None:
            return None
        if not home.start <= point.at or point.at + point.registers.registers > home.start + home.count:
            return f"{point.name} 不在 {home.name} 中", f"{point.name} does not lie in {home.name}"
        return None


class MewtocolExample(Example):
    """``[[example]]``, as text with its carriage returns."""

    set: MewtocolDefaults | None = None


class Profile(_Tables, Document):
    """A whole profile."""

    defaults: MewtocolDefaults = MewtocolDefaults()
    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: tuple[Command, ...] = ()
    example: tuple[MewtocolExample, ...] = ()

    @model_validator(mode="after")
    def _fits_frames(self) -> Self:
        _check_counts(self.defaults, self.block)
        return self


class Instance(InstanceKeys):
    """``[[instrument]]`` with a profile."""

    station: Station | None = None
    set: MewtocolDefaults = MewtocolDefaults()


class Options(_Tables, LineKeys, Inline):
    """``[[instrument]]`` without one."""

    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: tuple[Command, ...] = ()

    @model_validator(mode="after")
    def _fits_frames(self) -> Self:
        _check_counts(self, self.block)
        return self


def _check_counts(line: LineKeys, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        if block.count > line.most:
            raise mistake(
                "count",
                f"{block.name} 读 {block.count} 个，大于 {line.most}",
                f"{block.name} reads {block.count} registers, more than the {line.most} of one answer",
            )
