"""The contract between a driver, which knows an instrument's language, and the bus, which owns the wire.

A driver never touches a port, a clock or an event loop. It is asked to poll and answers with a generator: each
``yield`` hands out one query, and receives the frame that answered it; the return value is what the instrument said.
It reads like blocking code and its test is a list of recorded replies::

    def poll(self) -> Poll:
        frame = yield Query(request, self._find_reply)
        return (Reading("cod", decode(frame)),)

The bus finds the frame in the bytes received by asking the query. When nothing believable comes in time it throws
`NoReply` into the generator at the yield, and `Refused` when the answer is a refusal; a driver that can do without that
block catches the error and goes on, any other lets it pass, and the whole poll gives no value.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol

from dau.core.told import Told
from dau.errors import DauError


class InstrumentError(DauError):
    """An instrument did not give what was asked of it."""


class NoReply(InstrumentError):
    """Nothing that is provably the answer came within the time-out."""


class Refused(InstrumentError):
    """The instrument answered that it will not. Example: Modbus exception 2, no such register."""


@dataclass(frozen=True, slots=True)
class Found:
    """An answer taken out of the received bytes.

    ``frame`` is the answer itself, ``noise`` the number of bytes around it that belong to no answer. ``refusal`` says
    in words what the instrument objects to, if the frame is a refusal; else it is empty.
    """

    frame: bytes
    noise: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """One question on the wire.

    ``request`` is sent as it stands. ``find`` is called with all bytes received since, each time more arrive, and
    returns the answer if it is there: it believes only what is provably the answer to this very request.
    ``reply_bytes`` is the length of the expected answer, for the time it needs on the line. ``numbered`` tells that the
    request carries a number which its answer repeats, so that a late answer is never taken for the next one and no
    quiet time is needed.
    """

    request: bytes
    find: Callable[[bytes], Found | None]
    reply_bytes: int
    numbered: bool = False


Poll = Generator[Query, bytes, tuple[Told, ...]]
"""One poll of one instrument: yields queries, is sent frames, returns what the instrument said."""


class Driver(Protocol):
    """One configured instrument, as its driver sees it."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that this instrument feeds; a poll that fails leaves each of them without a value."""

    @property
    def device(self) -> str:
        """Who answers on the bus. Example: ``slave 3``. Instruments with the same device share its quiet time."""

    def queries(self) -> Sequence[Query]:
        """Every query that one full poll asks, for the load check of the bus."""

    def poll(self) -> Poll:
        """Begin one poll."""
