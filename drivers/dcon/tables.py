"""The tables of DCON: the keys of a line, the questions, the places of points."""

from typing import Annotated, Self

from pydantic import Field

from dau.config.base import Strict
from drivers.dcon.frames import MOST_NUMBERS, Ask
from drivers.profile.described import InstanceKeys
from drivers.profile.document import Document, Inline, NoCommands, PlacedPoint
from drivers.profile.model import BlockKeys, Defaults, Example

Slave = Annotated[int, Field(ge=0, le=255)]


class LineKeys(Strict):
    """What is the same for all questions to a module."""

    slave: Slave = 1
    """Address of the module."""
    checksum: bool = False
    """Whether the module was set to send and expect checksums."""


class DconDefaults(LineKeys, Defaults):
    """``[defaults]``."""


class Block(BlockKeys):
    """``[[block]]``: one question."""

    ask: Ask = Ask.VALUES
    channel: Annotated[int, Field(ge=0, le=15)] = 0
    """Which channel `Ask.CHANNEL` asks for."""
    numbers: Annotated[int, Field(ge=1, le=MOST_NUMBERS)] = 8
    """How many numbers a module answers to `Ask.VALUES`."""

    @property
    def places(self) -> int:
        """How many points its answer has room for."""
        return {Ask.VALUES: self.numbers, Ask.CHANNEL: 1, Ask.TYPE: 3}[self.ask]


class Point(PlacedPoint):
    """``[[point]]``: the number of a channel; in the answer to `Ask.TYPE` range, speed or format (0, 1, 2)."""

    at: Annotated[int, Field(ge=0, lt=MOST_NUMBERS)] = 0
    mask: Annotated[int, Field(gt=0, le=0xFF)] | None = None
    """Some bits of a code, moved down to bit 0."""

    def moved(self, steps: int) -> Self:
        """See `PlacedPoint`."""
        return self.model_copy(update={"at": self.at + steps})


class _Tables:
    """What profiles and settings have alike."""

    def misfit(self, home: BlockKeys, point: PlacedPoint) -> tuple[str, str] | None:
        """See `Spoken`."""
        assert isinstance(home, Block)
        assert isinstance(point, Point)
        if point.at >= home.places:
            return (
                f"{point.name}：{home.name} 的应答只有 {home.places} 个数",
                f"{point.name}: the answer to {home.name} has {home.places} numbers, counted from 0",
            )
        if point.mask is not None and home.ask is not Ask.TYPE:
            return f"{point.name}：mask 只用于 type", f"{point.name}: mask is for the codes of ask = type"
        return None


class DconExample(Example):
    """``[[example]]``, as text with its carriage returns."""

    set: DconDefaults | None = None


class Profile(_Tables, Document):
    """A whole profile."""

    defaults: DconDefaults = DconDefaults()
    block: Annotated[tuple[Block, ...], Field(min_length=1)] = (Block(name="values"),)
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: NoCommands = ()
    example: tuple[DconExample, ...] = ()


class Instance(InstanceKeys):
    """``[[instrument]]`` with a profile."""

    slave: Slave | None = None
    set: DconDefaults = DconDefaults()


class Options(_Tables, LineKeys, Inline):
    """``[[instrument]]`` without one."""

    block: Annotated[tuple[Block, ...], Field(min_length=1)] = (Block(name="values"),)
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: NoCommands = ()
