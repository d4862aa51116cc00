"""``[[facility]]``: production and treatment facilities, and what tells their condition."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import Strict
from dau.config.forms import Name
from dau.core.conditions import Condition, FacilityKind


class FacilityTable(Strict):
    """``[[facility]]``: without ``channel`` only persons declare its condition (``dau declare condition``)."""

    name: Name
    kind: FacilityKind
    channel: Name | None = None
    """The channel that tells the condition: a contact, a register of a controller, a power."""
    map: dict[int, Condition] = Field(default_factory=dict)
    """What each number of the channel means; empty: 0 is stopped and 1 running."""
    above: float | None = None
    """Running while the channel is above this value, stopped otherwise; for a power."""
    channels: tuple[Name, ...] | None = None
    """The channels of the outlets that it serves; None: all that measure."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.map and self.above is not None:
            raise PydanticCustomError("config.two_ways", "only one of map and above")
        if self.channel is None and (self.map or self.above is not None):
            raise PydanticCustomError("config.no_source", "map and above need channel")
        return self
