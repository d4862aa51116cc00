"""The language of lines of text, for instruments that are asked and for those that speak by themselves."""

from collections.abc import Mapping, Sequence

from dau.core.errands import Errand
from dau.core.instrument import Query, Refused
from drivers.line.pattern import compiled
from drivers.line.places import Take, taker
from drivers.line.tables import Answer, Block, Command, LineKeys, Point
from drivers.line.text import Shape, Sum, find, framed, text_of
from drivers.profile.hearing import Message
from drivers.profile.language import ReadBack
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw

Homes = Sequence[tuple[Block, Sequence[Point]]]


def shape_of(line: LineKeys, answer: Answer) -> Shape:
    """Return what is known of the lines that answer a question."""
    return Shape(
        line.ends.encode("ascii"),
        line.longest,
        line.checksum,
        (answer.starts or "").encode("ascii"),
        answer.length,
        None if answer.expect is None else compiled(answer.expect),
    )


class _Lines:
    """The shapes of lines and the points in them, by block."""

    def __init__(self, line: LineKeys, homes: Homes) -> None:
        self.shapes = {block.name: shape_of(line, block) for block, _ in homes}
        self._takes: Mapping[str, Mapping[str, Take]] = {
            block.name: {point.name: taker(point, block) for point in points} for block, points in homes
        }

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """Return what stands in a line that was found, for every point of its block."""
        shape = self.shapes[block]
        text = text_of(shape, frame[: len(frame) - len(shape.ends)]) or ""
        return {name: take(text) for name, take in self._takes[block].items()}


class LineLanguage:
    """An instrument that is asked. See `drivers.profile.language.Language`."""

    def __init__(self, line: LineKeys, homes: Homes) -> None:
        self._line = line
        self._lines = _Lines(line, homes)
        self._blocks = {block.name: block for block, _ in homes}

    @property
    def device(self) -> str:
        """See `Language`."""
        return "text line"

    def query(self, block: str) -> Query:
        """See `Language`."""
        keys = self._blocks[block]
        return self._query(self._lines.shapes[block], keys.send or "", is_bare=keys.bare)

    def _query(self, shape: Shape, send: str, *, is_bare: bool = False) -> Query:
        text = send.encode("ascii")
        request = text if is_bare else framed(shape, text)
        length = (shape.length or 80) + len(shape.ends) + (0 if shape.checksum is Sum.NONE else 2)
        return Query(request, lambda received: find(shape, received, request), length)

    def follow_up(self, block: str, frames: bytes) -> None:
        """See `Language`: an answer is one line."""

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """See `Language`."""
        return self._lines.raws(block, frame)

    def is_nowhere(self, refusal: Refused) -> bool:
        """See `Language`: text has no refusals, so there is nothing to give up."""
        return refusal.code != 0

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """See `Language`: the texts of a command take nothing from the errand."""
        assert isinstance(command, Command), errand
        return [(self._query(shape_of(self._line, step), step.send), step.wait_s) for step in command.step]

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """See `Language`: what a text did is seen by ``done``."""
        assert isinstance(command, Command), errand
        return ()


class LineEar:
    """An instrument that speaks by itself. See `drivers.profile.hearing.Ear`."""

    device = "text line that speaks by itself"

    def __init__(self, line: LineKeys, homes: Homes) -> None:
        self._lines = _Lines(line, homes)
        self._ends = line.ends.encode("ascii")
        self._longest = line.longest + len(self._ends)
        self._part = b""

    def hear(self, data: bytes) -> tuple[Sequence[Message], bytes]:
        """See `Ear`."""
        *lines, part = (self._part + data).split(self._ends)
        self._part = part[-self._longest :]
        return [message for line in lines for message in self._messages(line + self._ends)], b""

    def _messages(self, line: bytes) -> Sequence[Message]:
        for block, shape in self._lines.shapes.items():
            if found := find(shape, line, b""):
                return (Message(self._lines.raws(block, found.frame), block),)
        return ()


def ear_of(line: LineKeys, homes: Homes) -> LineEar | None:
    """Return the ear of an instrument that speaks by itself; None if it is asked."""
    return LineEar(line, homes) if all(block.send is None for block, _ in homes) else None
