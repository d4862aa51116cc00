"""The tables of instruments that speak lines of text: what is asked, what an answer looks like, what stands where."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from dau.config.base import Strict
from drivers.line.pattern import LONGEST, UnsafePattern, compiled
from drivers.line.text import Sum
from drivers.profile.described import InstanceKeys
from drivers.profile.document import Document, Inline, PlacedPoint
from drivers.profile.model import BlockKeys, CommandKeys, Defaults, Example, mistake

Ascii = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\x00-\x7f]+$")]
Pattern = Annotated[str, Field(min_length=1)]


class Kind(StrEnum):
    """What the text of a point is."""

    NUMBER = "number"
    TEXT = "text"
    BITS = "bits"
    """Zeros and ones, the highest bit first: a whole number."""
    HEX = "hex"
    """A whole number in hexadecimal digits."""
    TIME = "time"
    """14 digits YYYYMMDDhhmmss or 12 without the century, whatever stands between them; Beijing time."""


class LineKeys(Strict):
    """What is the same for all lines of an instrument."""

    ends: Ascii = "\r\n"
    checksum: Sum = Sum.NONE
    longest: Annotated[int, Field(ge=1, le=LONGEST)] = 256
    """The longest line that is believed; it bounds what is kept of an unfinished one."""


class LineDefaults(LineKeys, Defaults):
    """``[defaults]``."""


class Answer(Strict):
    """What proves a line. See `drivers.line.text.Shape`."""

    starts: Ascii | None = None
    length: Annotated[int, Field(ge=1, le=LONGEST)] | None = None
    expect: Pattern | None = None

    @model_validator(mode="after")
    def _is_safe(self) -> Self:
        _check(self.expect)
        return self


class Block(Answer, BlockKeys):
    """``[[block]]``: one question, or one kind of line that is listened for."""

    send: Ascii | None = None
    """What asks for it, without end and checksum; None: the instrument speaks by itself."""
    bare: bool = False
    """Whether ``send`` goes out as it is, without end and checksum."""
    separator: Annotated[str, Field(min_length=1, max_length=4)] | None = None
    """What stands between words; None: blanks."""


class Point(PlacedPoint):
    """``[[point]]``: exactly one of ``word``, ``slice``, ``after`` and ``match`` says where it stands."""

    word: Annotated[int, Field(ge=0, lt=LONGEST)] | None = None
    slice: tuple[Annotated[int, Field(ge=0, lt=LONGEST)], Annotated[int, Field(ge=1, le=LONGEST)]] | None = None
    """First character and how many, counted behind ``starts``."""
    after: Ascii | None = None
    """The number, or the word, right behind this label."""
    match: Pattern | None = None
    """A regular expression with one group."""
    type: Kind = Kind.NUMBER

    @property
    def is_time(self) -> bool:
        """See `Meaning`."""
        return self.type is Kind.TIME

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if sum(each is not None for each in (self.word, self.slice, self.after, self.match)) != 1:
            raise mistake(
                "word",
                f"{self.name}：word、slice、after、match 须写一个",
                f"{self.name}: expected exactly one of word, slice, after and match",
            )
        _check(self.match)
        if self.match is not None and compiled(self.match).groups != 1:
            raise mistake("match", f"{self.name}：须有一个括号组", f"{self.name}: match needs exactly one group")
        if self.bits and self.type not in {Kind.BITS, Kind.HEX, Kind.NUMBER}:
            raise mistake("bits", f"{self.name}：bits 只用于数", f"{self.name}: bits belong to a number")
        return self

    def moved(self, steps: int) -> Self:
        """See `PlacedPoint`: the next word, or the next slice."""
        if self.word is not None:
            return self.model_copy(update={"word": self.word + steps})
        if self.slice is not None:
            first, count = self.slice
            return self.model_copy(update={"slice": (first + steps * count, count)})
        return self


def _check(pattern: str | None) -> None:
    try:
        compiled(pattern or "x")
    except UnsafePattern as problem:
        raise mistake("pattern", problem.chinese, problem.english) from None


class Step(Answer):
    """One step of a command: a text that is sent, and what proves its answer."""

    send: Ascii
    wait_s: Annotated[float, Field(ge=0, le=600)] = 0.0


class Command(CommandKeys):
    """``[[command]]``."""

    step: tuple[Step, ...] = ()


class _Tables:
    """What profiles and settings have alike."""

    block: tuple[Block, ...]

    @property
    def line(self) -> LineKeys:
        """The keys of the line."""
        raise NotImplementedError

    @model_validator(mode="after")
    def _asks_or_listens(self) -> Self:
        if len({each.send is None for each in self.block}) > 1:
            raise mistake("send", "send 须全写或全不写", "either every block has send, or none: asked or listened to")
        for each in self.block:
            if each.starts is None and each.expect is None and self.line.checksum is Sum.NONE:
                raise mistake(
                    "starts",
                    f"{each.name}：须写 starts 或 expect，否则任何文本都会被相信",
                    f"{each.name}: needs starts or expect, or any text would be believed",
                )
        return self

    def misfit(self, home: BlockKeys, point: PlacedPoint) -> tuple[str, str] | None:
        """See `Spoken`."""
        assert isinstance(home, Block)
        assert isinstance(point, Point)
        if point.repeat is not None and point.word is None and point.slice is None:
            return f"{point.name}：repeat 须与 word 或 slice 同用", f"{point.name}: repeat goes with word or slice"
        return None


class LineExample(Example):
    """``[[example]]``, as text with its line ends."""

    set: LineDefaults | None = None


class Profile(_Tables, Document):
    """A whole profile."""

    defaults: LineDefaults = LineDefaults()
    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: tuple[Command, ...] = ()
    example: tuple[LineExample, ...] = ()

    @property
    def line(self) -> LineKeys:
        """See `_Tables`."""
        return self.defaults


class Instance(InstanceKeys):
    """``[[instrument]]`` with a profile."""

    set: LineDefaults = LineDefaults()


class Options(_Tables, LineKeys, Inline):
    """``[[instrument]]`` without one."""

    block: Annotated[tuple[Block, ...], Field(min_length=1)]
    point: Annotated[tuple[Point, ...], Field(min_length=1)]
    command: tuple[Command, ...] = ()

    @property
    def line(self) -> LineKeys:
        """See `_Tables`."""
        return self
