"""Record and replay: every byte of a pipe with its direction and time, and a pipe that plays such a record back.

A recorded conversation is text, one line for each piece: milliseconds UTC, ``>`` (written by us) or ``<``
(received), and the bytes in hexadecimal::

    1767225600250 > 01 03 00 00 00 02 c4 0b
    1767225600290 < 01 03 04 41 48 00 00 6e 19
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dau.link.pipe import LinkLost, Pipe

Way = Literal[">", "<"]
WAYS: Final[Mapping[str, Way]] = {">": ">", "<": "<"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes that went one way at one time: ``at_ms`` is milliseconds UTC, ``way`` ">" for written by us."""

    at_ms: int
    way: Way
    data: bytes

    def __str__(self) -> str:
        return f"{self.at_ms} {self.way} {self.data.hex(' ')}"


def parse_piece(line: str) -> Piece:
    """Return the piece that a recorded line tells.

    Raises:
        ValueError: the line is none; the message shows it.
    """
    at_ms, way, *data = line.split()
    if way not in WAYS:
        raise ValueError(f"line {line!r} of a record: the way is {way!r}, expected > or <")
    return Piece(int(at_ms), WAYS[way], bytes.fromhex("".join(data)))


class Record:
    """The newest pieces of a conversation, within ``limit_bytes`` of payload."""

    def __init__(self, limit_bytes: int = 65536) -> None:
        self.pieces: deque[Piece] = deque()
        self._limit_bytes = limit_bytes
        self._bytes = 0

    def __call__(self, piece: Piece) -> None:
        """Keep a piece; the oldest ones give way."""
        self.pieces.append(piece)
        self._bytes += len(piece.data)
        while self._bytes > self._limit_bytes:
            self._bytes -= len(self.pieces.popleft().data)


class RecordedPipe:
    """A pipe that shows every byte to ``note`` on its way. See `dau.link.pipe.Pipe`."""

    def __init__(self, pipe: Pipe, now_ms: Callable[[], int], note: Callable[[Piece], None]) -> None:
        self._pipe = pipe
        self._now_ms = now_ms
        self._note = note

    @property
    def name(self) -> str:
        """The name of the recorded pipe."""
        return self._pipe.name

    async def read(self) -> bytes:
        """See `Pipe`."""
        data = await self._pipe.read()
        if data:
            self._note(Piece(self._now_ms(), "<", data))
        return data

    async def write(self, data: bytes) -> None:
        """See `Pipe`."""
        self._note(Piece(self._now_ms(), ">", data))
        await self._pipe.write(data)

    async def close(self) -> None:
        """See `Pipe`."""
        await self._pipe.close()


class ReplayedPipe:
    """Plays the other end of a recorded conversation: each answer comes once the request before it was written.

    Times are not imitated. A request other than the recorded one, or one too many, is a lost link; the message shows
    both.
    """

    def __init__(self, pieces: Iterable[Piece], name: str = "replay") -> None:
        self._left = deque(pieces)
        self._name = name
        self._change = asyncio.Event()

    @property
    def name(self) -> str:
        """The name given."""
        return self._name

    async def read(self) -> bytes:
        """See `Pipe`; the end of the record is the end of the stream."""
        while self._left and self._left[0].way == ">":
            self._change.clear()
            await self._change.wait()
        return self._left.popleft().data if self._left else b""

    async def write(self, data: bytes) -> None:
        """See `Pipe`."""
        while self._left and self._left[0].way == "<":  # nobody waited for it: lost, as on a drained line
            self._left.popleft()
        expected = self._left.popleft().data if self._left else b""
        if data != expected:
            self._left.clear()
            self._change.set()
            wanted = expected.hex(" ") or "no more"
            raise LinkLost(f"replaying {self._name}: written {data.hex(' ')}, expected {wanted}")
        self._change.set()

    async def close(self) -> None:
        """See `Pipe`."""
        self._left.clear()
        self._change.set()
