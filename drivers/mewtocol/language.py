"""The language of Mewtocol for the tables of an instrument. See `drivers.profile.language.Language`.

What stands in registers is read as `drivers.modbus_map` does, after the two bytes of each were put in their order.
"""

from collections.abc import Iterator, Mapping, Sequence

from dau.core.errands import CannotDo, Errand
from dau.core.instrument import Query, Refused
from drivers.mewtocol.frames import (
    EXPANDED,
    NORMAL,
    NOWHERE,
    Manner,
    ReadContact,
    ReadRegisters,
    Request,
    WriteRegisters,
    contact_in,
    query_of,
    registers_in,
    words,
)
from drivers.mewtocol.tables import Block, Command, LineKeys, Point
from drivers.modbus_map.language import words_of_step
from drivers.modbus_map.profile_model import Block as Read
from drivers.modbus_map.profile_model import ProfileStep
from drivers.modbus_map.registers import Take, taker
from drivers.profile.language import ReadBack
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw


class MewtocolLanguage:
    """One controller: its reads, the points in them, the writes of its commands."""

    def __init__(self, line: LineKeys, homes: Sequence[tuple[Block, Sequence[Point]]]) -> None:
        self._line = line
        self._manner = Manner(line.station, line.bcc, EXPANDED if line.long_frames else NORMAL)
        self._requests = {block.name: _request(block) for block, _ in homes}
        self._points = {block.name: points for block, points in homes}
        self._takes: Mapping[str, Mapping[str, Take]] = {
            block.name: {point.name: self._taker(point, block) for point in points if point.at is not None}
            for block, points in homes
        }

    def _taker(self, point: Point, block: Block) -> Take:
        assert block.start is not None
        assert point.at is not None
        place = point.registers.model_copy(update={"at": point.at - block.start})
        return taker(place, Read(name="read", start=0, count=block.count), self._line.order, swap_u16=False)

    @property
    def device(self) -> str:
        """See `Language`."""
        return f"station {self._line.station:02X}"

    def query(self, block: str) -> Query:
        """See `Language`."""
        return query_of(self._manner, self._requests[block])

    def follow_up(self, block: str, frames: bytes) -> None:
        """See `Language`: an answer is one line."""

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """See `Language`."""
        if isinstance(self._requests[block], ReadContact):
            return {point.name: contact_in(frame) for point in self._points[block]}
        data = registers_in(frame)
        return {name: take(data) for name, take in self._takes[block].items()}

    def is_nowhere(self, refusal: Refused) -> bool:
        """See `Language`."""
        return refusal.code in NOWHERE

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """See `Language`."""
        return [
            (query_of(self._manner, WriteRegisters(step.address, data)), step.wait_s)
            for step, data in self._written(command, errand)
        ]

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """See `Language`."""
        return [self._read_back(step, data) for step, data in self._written(command, errand) if step.is_verified]

    def _read_back(self, step: ProfileStep, data: bytes) -> ReadBack:
        query = query_of(self._manner, ReadRegisters(step.address, len(data) // 2))
        return ReadBack(query, lambda frame: registers_in(frame) == data, f"D{step.address}")

    def _written(self, command: CommandKeys, errand: Errand) -> Iterator[tuple[ProfileStep, bytes]]:
        assert isinstance(command, Command)
        for step in command.step:
            try:
                yield step, words((*step.before, *words_of_step(step, errand, self._line.order)))
            except ValueError as problem:
                raise CannotDo(f"{command.do}: {problem}") from problem


def _request(block: Block) -> Request:
    if block.contact is not None:
        return ReadContact(block.contact)
    assert block.start is not None
    return ReadRegisters(block.start, block.count)
