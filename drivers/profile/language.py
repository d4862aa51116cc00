"""What a driver brings to a profile: how its blocks are asked for, and what stands in their answers."""

from collections.abc import Callable, Mapping, Sequence
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

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """Return what stands in the answer to `query`, for every point of the block."""

    def is_nowhere(self, refusal: Refused) -> bool:
        """Tell whether a block was refused because there is no such place, and not because of the moment."""

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """Return the writes of a command, each with the pause in seconds after it.

        Raises:
            CannotDo: the errand brings a value that cannot be written.
        """

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """Return how the writes of a command are verified, those that are. Raises as `writes`."""
