"""The language of DL/T 645 for the tables of an instrument. See `drivers.profile.language.Language`."""

from collections.abc import Mapping, Sequence

from dau.core.errands import CannotDo, Errand
from dau.core.instrument import Query, Refused
from drivers.dlt645.frames import NO_SUCH_DATA, Question, content, follow_up, query_of
from drivers.dlt645.tables import Block, Kind, LineKeys, Point
from drivers.profile.language import ReadBack
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw


class Dlt645Language:
    """One meter: its data items, and the points in them."""

    def __init__(self, line: LineKeys, homes: Sequence[tuple[Block, Sequence[Point]]]) -> None:
        self._meter = line.meter
        self._questions = {
            block.name: Question(line.meter, block.item, data_bytes=min(block.data, 196)) for block, _ in homes
        }
        self._points = {block.name: points for block, points in homes}

    @property
    def device(self) -> str:
        """See `Language`."""
        return f"meter {self._meter}"

    def query(self, block: str) -> Query:
        """See `Language`."""
        return query_of(self._questions[block])

    def follow_up(self, block: str, frames: bytes) -> Query | None:
        """See `Language`: a long item comes in several frames, each of which is asked for."""
        question = follow_up(self._questions[block], frames)
        return None if question is None else query_of(question)

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """See `Language`."""
        data = content(frame)
        return {point.name: number_in(point, data[point.at : point.at + point.bytes]) for point in self._points[block]}

    def is_nowhere(self, refusal: Refused) -> bool:
        """See `Language`."""
        return bool(refusal.code & NO_SUCH_DATA)

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """See `Language`."""
        raise CannotDo(f"{command.do} {errand.channel}: a meter is only read")

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """See `Language`."""
        raise CannotDo(f"{command.do} {errand.channel}: a meter is only read")


def number_in(point: Point, data: bytes) -> int | None:
    """Return the number in some bytes, low byte first; None if they are too few or no number (FF: no value)."""
    if len(data) < point.bytes:
        return None
    if point.type is Kind.BINARY:
        number = int.from_bytes(data, "little")
        return number if point.mask is None else (number & point.mask) >> ((point.mask & -point.mask).bit_length() - 1)
    sign = 1
    if point.type is Kind.SIGNED and data[-1] & 0x80 and data[-1] != 0xFF:
        data, sign = data[:-1] + bytes([data[-1] & 0x7F]), -1
    digits = data[::-1].hex()
    return sign * int(digits) if digits.isdecimal() else None
