"""A small driver for tests: points like those of a Modbus instrument, and a check of its own."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dau.config.base import DriverOptions, Strict
from dau.core.instrument import Driver, Poll, Query


class Order(StrEnum):
    """An enumeration, as drivers like to use."""

    BIG = "ABCD"
    SWAPPED = "CDAB"


class Point(Strict):
    """One value of the instrument."""

    channel: str
    address: Annotated[int, Field(ge=0, le=65535)]
    type: Literal["u16", "i16", "f32"] = "u16"
    order: Order = Order.BIG
    scale: float = 1.0
    unit: str | None = None

    @model_validator(mode="after")
    def _floats_are_not_scaled(self) -> Self:
        if self.type == "f32" and self.scale != 1.0:
            raise ValueError("a float is never scaled")
        return self


class Word(Strict):
    """A status word that is translated as a whole."""

    kind: Literal["word"]
    address: int
    map: dict[str, Literal["fault", "calibration"]]
    channels: tuple[str, ...] | None = None


class Coil(Strict):
    """A status of one bit: the other kind."""

    kind: Literal["coil"]
    coil: int


class Options(Strict):
    """The driver's keys in ``[[instrument]]``."""

    slave: Annotated[int, Field(ge=1, le=247)]
    framing: Literal["rtu", "tcp"] = "rtu"
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    status: tuple[Annotated[Word | Coil, Field(discriminator="kind")], ...] = ()

    @model_validator(mode="after")
    def _points_lie_apart(self) -> Self:
        taken: dict[int, str] = {}
        for point in self.point:
            if taken.setdefault(point.address, point.channel) != point.channel:
                raise ValueError(
                    f"points {taken[point.address]} and {point.channel} overlap at address {point.address}"
                )
        return self

    def channels(self) -> tuple[str, ...]:
        """Return the channels of the points."""
        return tuple(point.channel for point in self.point)


class _Silent:
    device = "nobody"

    def __init__(self, channels: tuple[str, ...]) -> None:
        self.channels = channels

    def queries(self) -> tuple[Query, ...]:
        return ()

    def poll(self) -> Poll:
        yield from ()
        return ()


def build(options: DriverOptions, instrument: str) -> Driver:
    """Make a driver that says nothing."""
    return _Silent(options.channels())
