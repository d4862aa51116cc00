"""What a driver brings to a profile: how its blocks are asked for, and what stands in their answers."""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dau.core.errands import Errand
from dau.core.instrument import Query, Refused
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What asks for something that was written, and whether the answer shows it; ``place`` names it for people."""

    query: Query
    shows: Callable[[bytes], bool]
    place: str


class Language(Protocol):
    """One instrument, as the language of its protocol sees it. Blocks and points are called by their names."""

    @property
    def device(self) -> str:
        """See `dau.core.instrument.Driver`."""

    def query(self, block: str) -> Query:
        """Return the question for a block."""

    def follow_up(self, block: str, frames: bytes) -> Query | None:
        """Return the question for the rest of an answer of which ``frames`` came so far; None if it is whole."""

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """Return what stands in the answer to `query` and its follow-ups, for every point of the block."""

    def is_nowhere(self, refusal: Refused) -> bool:
        """Tell whether a block was refused because there is no such place, and not because of the moment."""

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """Return the writes of a command, each with the pause in seconds after it.

        Raises:
            CannotDo: the errand brings a value that cannot be written.
        """

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """Return how the writes of a command are verified, those that are. Raises as `writes`."""


def asked(language: Language, block: str) -> Generator[Query, bytes, bytes]:
    """Ask for a block and return its whole answer."""
    frames = yield language.query(block)
    while (rest := language.follow_up(block, frames)) is not None:
        frames += yield rest
    return frames
