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

An instrument that speaks by itself has a `Listener` instead. It is never polled: it is given what comes in unasked.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from dau.core.told import Told
from dau.errors import DauError


class InstrumentError(DauError):
    """An instrument did not give what was asked of it."""


class NoReply(InstrumentError):
    """Nothing that is provably the answer came within the time-out."""


class Refused(InstrumentError):
    """The instrument answered that it will not. Example: Modbus exception 2, no such register.

    ``code`` is the number of the refusal in the instrument's language; 0 where it has none.
    """

    def __init__(self, why: str, code: int = 0) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """An answer taken out of the received bytes.

    ``frame`` is the answer itself, ``noise`` the number of bytes around it that belong to no answer. ``refusal`` says
    in words what the instrument objects to, if the frame is a refusal; else it is empty. ``code`` is the number of the
    refusal, where the language has numbers for them.
    """

    frame: bytes
    noise: int
    refusal: str = ""
    code: int = 0


def _nobody_asked(_: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Query:
    """One question on the wire.

    ``request`` is sent as it stands. ``find`` is called with all bytes received since, each time more arrive, and
    returns the answer if it is there: it believes only what is provably the answer to this very request.
    ``reply_bytes`` is the length of the expected answer, for the time it needs on the line. ``numbered`` tells that the
    request carries a number which its answer repeats, so that a late answer is never taken for the next one and no
    quiet time is needed.

    ``is_asked_already`` is called, before the request is sent, with what was heard since the last exchange: whether
    somebody else on the line has asked something whose answer, still to come, would be taken for the answer to this.
    """

    request: bytes
    find: Callable[[bytes], Found | None]
    reply_bytes: int
    numbered: bool = False
    is_asked_already: Callable[[bytes], bool] = _nobody_asked


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


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener made of the bytes it was given.

    ``messages`` is what each message that became complete says, in the order they came in; nothing for bytes that are
    noise or the middle of a message. ``reply`` is sent to the instrument at once. Example: the receipt 9014 that an
    instrument which pushes HJ 212 text waits for.
    """

    messages: tuple[tuple[Told, ...], ...] = ()
    reply: bytes = b""


@runtime_checkable
class Listener(Protocol):
    """One configured instrument that speaks by itself: every minute a line of text, say.

    The bus never asks it. It counts as silent when no complete message came for some of its periods.
    """

    @property
    def name(self) -> str:
        """The name of the instrument."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that this instrument feeds; its silence leaves each of them without a value."""

    @property
    def device(self) -> str:
        """Who speaks, for people. Example: ``HJ 212 sender 010000A8900016F000169DC0``."""

    def hear(self, data: bytes) -> Heard:
        """Take bytes that nobody asked for, in whatever pieces they come, and return what is complete now.

        On a line with others these are also the bytes around their answers, and all that came instead of an answer. A
        listener believes only what is provably a message of its instrument. What it keeps of an unfinished one is
        bounded. It never raises, whatever the bytes are.
        """
