"""The language of DCON for the tables of an instrument. See `drivers.profile.language.Language`."""

from collections.abc import Mapping, Sequence

from dau.core.errands import CannotDo, Errand
from dau.core.instrument import Query, Refused
from drivers.dcon.frames import UNKNOWN, Question, query_of, values_in
from drivers.dcon.tables import Block, LineKeys, Point
from drivers.profile.language import ReadBack
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw


class DconLanguage:
    """One module: its questions, and the points in its answers."""

    def __init__(self, line: LineKeys, homes: Sequence[tuple[Block, Sequence[Point]]]) -> None:
        self._slave = line.slave
        self._questions = {
            block.name: Question(line.slave, block.ask, block.channel, block.numbers, line.checksum)
            for block, _ in homes
        }
        self._points = {block.name: points for block, points in homes}

    @property
    def device(self) -> str:
        """See `Language`."""
        return f"module {self._slave:02X}"

    def query(self, block: str) -> Query:
        """See `Language`."""
        return query_of(self._questions[block])

    def follow_up(self, block: str, frames: bytes) -> None:
        """See `Language`: an answer is one line."""

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """See `Language`."""
        values = values_in(self._questions[block], frame)
        return {point.name: _masked(values[point.at], point.mask) for point in self._points[block]}

    def is_nowhere(self, refusal: Refused) -> bool:
        """See `Language`: a module says ? to what it does not know."""
        return refusal.code == UNKNOWN

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """See `Language`."""
        raise CannotDo(f"{command.do} {errand.channel}: a DCON module is only read")

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """See `Language`."""
        raise CannotDo(f"{command.do} {errand.channel}: a DCON module is only read")


def _masked(value: float | None, mask: int | None) -> Raw:
    if value is None or mask is None:
        return value
    return (int(value) & mask) >> ((mask & -mask).bit_length() - 1)
