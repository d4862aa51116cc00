"""The tables of instruments that push HJ 212 text: what is taken out of a message, and what its flags mean."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field

from dau.config.base import Strict
from drivers.profile.described import InstanceKeys
from drivers.profile.document import Document, Inline, NoCommands, PlacedPoint
from drivers.profile.hearing import BLOCK
from drivers.profile.model import BlockKeys, Defaults, Example, Role

FlagState = Literal[
    "ok", "over_range", "calibration", "maintenance", "fault", "comm_lost", "stopped", "startup", "shutdown", "banked",
    "manual", "suspect",
]  # fmt: skip
Flag = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,4}$")]

STANDARD_FLAGS: Final[dict[str, FlagState]] = {
    "N": "ok",
    "T": "over_range",
    "C": "calibration",
    "M": "maintenance",
    "D": "fault",
    "B": "comm_lost",
    "F": "stopped",
    "S": "manual",
}
"""What all editions agree on, and what 2005 and 2017 say of the rest."""

OF_THE_MESSAGE: Final = frozenset({Role.DATA_TIME, Role.SAMPLE_TIME, Role.RESULT_FLAG, Role.CLOCK})
"""Roles that a message itself plays."""


class LineKeys(Strict):
    """What is the same for all messages of a sender."""

    mn: Annotated[str, Field(max_length=40)] | None = None
    """Whose messages are taken; None: everybody's, also of a sender that leaves MN empty."""
    commands: Annotated[tuple[Annotated[str, Field(pattern=r"^[0-9]{4}$")], ...], Field(min_length=1)] = ("2011",)
    """The messages that are taken, by CN: 2011 live values, 2051 minutes, 2061 hours, 2031 days."""
    flags: dict[Flag, FlagState] = Field(default_factory=dict)
    """What data flags mean, over what the standard says."""
    answers: bool = False
    """Whether 9014 is sent to a message that wants an answer."""
    any_length: bool = False
    """Whether a message is taken whose length is not the one that it declares."""
    route: Literal["direct", "industrial_pc"] | None = None
    """How the values get here; told as a parameter."""


class Hj212Defaults(LineKeys, Defaults):
    """``[defaults]``."""


class Point(PlacedPoint):
    """``[[point]]``: one item of a factor."""

    code: Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,12}$")]
    """As the instrument writes it: ``011``, ``w01018``."""
    item: Literal[
        "Rtd", "Avg", "Min", "Max", "Cou", "ZsRtd", "ZsAvg", "ZsMin", "ZsMax", "RawAvg", "Info", "SN", "RS", "RT"
    ] = "Rtd"  # fmt: skip

    def moved(self, steps: int) -> Self:  # noqa: ARG002
        """See `PlacedPoint`: codes have no order, so `repeat` is refused."""
        return self


class _Tables:
    """What profiles and settings have alike."""

    def misfit(self, home: BlockKeys, point: PlacedPoint) -> tuple[str, str] | None:  # noqa: ARG002
        """See `Spoken`."""
        if point.repeat is not None:
            return f"{point.name}：不能写 repeat", f"{point.name}: there is no repeat here"
        if point.role in OF_THE_MESSAGE:
            return f"{point.name}：role 由报文给出", f"{point.name}: times and flags come with the message itself"
        return None


class Hj212Example(Example):
    """``[[example]]``: ``reply`` is a message as text, with its line end."""

    set: Hj212Defaults | None = None


Blocks = Annotated[tuple[BlockKeys, ...], Field(min_length=1, max_length=1)]
MESSAGE: Final = (BlockKeys(name=BLOCK),)


class Profile(_Tables, Document):
    """A whole profile. It has no blocks: nothing is asked."""

    defaults: Hj212Defaults = Hj212Defaults()
    block: Blocks = MESSAGE
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: NoCommands = ()
    example: tuple[Hj212Example, ...] = ()


class Instance(InstanceKeys):
    """``[[instrument]]`` with a profile."""

    mn: Annotated[str, Field(max_length=40)] | None = None
    flags: dict[Flag, FlagState] | None = None
    answers: bool | None = None
    set: Hj212Defaults = Hj212Defaults()


class Options(_Tables, LineKeys, Inline):
    """``[[instrument]]`` without one."""

    block: Blocks = MESSAGE
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: NoCommands = ()
