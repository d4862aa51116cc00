"""The tables of DL/T 645: the address of the meter, its data items, what stands in them."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from dau.config.base import Strict
from drivers.dlt645.frames import ANYBODY
from drivers.profile.described import InstanceKeys
from drivers.profile.document import Document, Inline, NoCommands, PlacedPoint
from drivers.profile.model import BlockKeys, Defaults, Example, mistake

Meter = Annotated[str, Field(pattern=r"^(AA){0,6}[0-9]*$", min_length=12, max_length=12)]
"""Address of 12 digits, as on the plate. AA in front stands for any two digits."""

MOST_DATA = 1024


class Kind(StrEnum):
    """How bytes are to be read, the lowest first."""

    BCD = "bcd"
    """A packed decimal number."""
    SIGNED = "bcd_signed"
    """The same; the top bit is the sign."""
    BINARY = "binary"
    """A whole number: state words."""


class LineKeys(Strict):
    """What is the same for all questions to a meter."""

    meter: Meter = ANYBODY


class Dlt645Defaults(LineKeys, Defaults):
    """``[defaults]``."""


class Block(BlockKeys):
    """``[[block]]``: one data item."""

    item: Annotated[str, Field(pattern=r"^[0-9A-F]{8}$")]
    """DI3 DI2 DI1 DI0, as printed in the standard: 02010100."""
    data: Annotated[int, Field(ge=1, le=MOST_DATA)] = 4
    """How many bytes it has."""


class Point(PlacedPoint):
    """``[[point]]``: some bytes of an item."""

    at: Annotated[int, Field(ge=0, lt=MOST_DATA)] = 0
    bytes: Annotated[int, Field(ge=1, le=8)]
    type: Kind = Kind.BCD
    mask: Annotated[int, Field(gt=0)] | None = None
    """Some bits of a ``binary`` number, moved down to bit 0."""

    @model_validator(mode="after")
    def _masks_bits(self) -> Self:
        if self.mask is not None and self.type is not Kind.BINARY:
            raise mistake("mask", f"{self.name}：mask 只用于 binary", f"{self.name}: mask is for binary")
        return self

    def moved(self, steps: int) -> Self:
        """See `PlacedPoint`."""
        return self.model_copy(update={"at": self.at + steps * self.bytes})


class _Tables:
    """What profiles and settings have alike."""

    def misfit(self, home: BlockKeys, point: PlacedPoint) -> tuple[str, str] | None:
        """See `Spoken`."""
        assert isinstance(home, Block)
        assert isinstance(point, Point)
        if point.at + point.bytes <= home.data:
            return None
        return (
            f"{point.name}：{home.name} 只有 {home.data} 字节",
            f"{point.name}: ends behind the {home.data} bytes of {home.name}",
        )


class Dlt645Example(Example):
    """``[[example]]``, hexadecimal."""

    set: Dlt645Defaults | None = None


class Profile(_Tables, Document):
    """A whole profile."""

    defaults: Dlt645Defaults = Dlt645Defaults()
    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: NoCommands = ()
    example: tuple[Dlt645Example, ...] = ()


class Instance(InstanceKeys):
    """``[[instrument]]`` with a profile."""

    meter: Meter | None = None
    set: Dlt645Defaults = Dlt645Defaults()


class Options(_Tables, LineKeys, Inline):
    """``[[instrument]]`` without one."""

    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: NoCommands = ()
