"""Mewtocol on the wire: ``%01#RDD0110001103**`` and a carriage return ask a Panasonic FP, ``%01$RD...`` answers.

Between the head and the return stand an xor of everything before it in two digits, or ``**``: then nobody checks. An
answer is believed if station, code, length and that checksum are right; ``**`` is taken in an answer only where we sent
it ourselves. Registers are four digits each, the low byte first.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final, Protocol

from dau.core.instrument import Found, Query

CR: Final = b"\r"
NOBODY_CHECKS: Final = b"**"
NORMAL, EXPANDED = "%", "<"
MOST_NORMAL: Final = 27
"""Registers that fit an answer of 118 characters."""
MOST_EXPANDED: Final = 509
"""Registers that fit one of 2048, with the head ``<``."""

REASONS: Final = {
    40: "checksum wrong",
    41: "format wrong",
    42: "no such command",
    43: "several frames out of order",
    50: "no link to that station",
    53: "busy",
    60: "parameter wrong",
    61: "data wrong",
    62: "registration wrong",
    63: "not allowed while it runs",
    65: "protected, or not allowed in this mode",
    66: "address wrong",
    67: "no data",
}
"""What error codes mean."""
NOWHERE: Final = frozenset({42, 60, 61, 62, 66, 67})
"""Those that will be the same the next time."""

_HEXADECIMAL: Final = re.compile(rb"[0-9A-F]*")


class Request(Protocol):
    """What is asked: text behind ``#``, the code of its answer and how many characters stand behind that."""

    @property
    def command(self) -> str:
        """The text."""

    @property
    def code(self) -> str:
        """Two letters."""

    @property
    def characters(self) -> int:
        """How many characters of data."""


@dataclass(frozen=True, slots=True)
class ReadRegisters:
    """Read ``count`` data registers from ``start`` on."""

    start: int
    count: int

    code = "RD"

    @property
    def command(self) -> str:
        """See `Request`."""
        return f"RDD{self.start:05d}{self.start + self.count - 1:05d}"

    @property
    def characters(self) -> int:
        """See `Request`."""
        return 4 * self.count


@dataclass(frozen=True, slots=True)
class ReadContact:
    """Read one contact by its name: X, Y, R, L, T or C with its number, ``R0101``."""

    contact: str

    code = "RC"
    characters = 1

    @property
    def command(self) -> str:
        """See `Request`."""
        return f"RCS{self.contact}"


@dataclass(frozen=True, slots=True)
class WriteRegisters:
    """Write data registers from ``start`` on; ``data`` are the words, high byte first."""

    start: int
    data: bytes

    code = "WD"
    characters = 0

    @property
    def command(self) -> str:
        """See `Request`."""
        last = self.start + len(self.data) // 2 - 1
        return f"WDD{self.start:05d}{last:05d}{swapped(self.data).hex().upper()}"


@dataclass(frozen=True, slots=True)
class Manner:
    """How one controller is spoken to: its station number, whether checksums are kept, which head frames have."""

    station: int
    bcc: bool = True
    head: str = NORMAL


def swapped(data: bytes) -> bytes:
    """Return words with their two bytes exchanged."""
    return bytes(data[at ^ 1] for at in range(len(data)))


def bcc_of(text: bytes) -> bytes:
    """Return the xor of all bytes, as two upper-case hexadecimal digits."""
    return b"%02X" % reduce(xor, text, 0)


def frame_of(text: str, *, bcc: bool) -> bytes:
    """Return a command or answer as it goes over the wire."""
    data = text.encode("ascii")
    return data + (bcc_of(data) if bcc else NOBODY_CHECKS) + CR


def query_of(manner: Manner, request: Request) -> Query:
    """Return a question on the wire."""
    asked = frame_of(f"{manner.head}{manner.station:02X}#{request.command}", bcc=manner.bcc)
    length = 6 + request.characters + 3
    return Query(asked, lambda received: find(manner, request, received), length)


def find(manner: Manner, request: Request, received: bytes) -> Found | None:
    """Return the answer to a question, if it is complete. See `Query`."""
    head = f"{manner.head}{manner.station:02X}".encode("ascii")
    at = received.find(head)
    while at >= 0:
        end = received.find(CR, at)
        if end < 0:
            return None
        frame = received[at : end + 1]
        body = _body(frame, manner)
        if body is not None:
            noise = len(received) - len(frame)
            mark, code, data = body[3:4], body[4:6], body[6:]
            if mark == b"!" and code.isdigit() and not data:
                why = REASONS.get(int(code), "no reason known")
                said = f"station {manner.station:02X} refuses {request.command}: error {code.decode()} ({why})"
                return Found(frame, noise, said, int(code))
            if mark == b"$" and code == request.code.encode("ascii") and _fits(request, data):
                return Found(frame, noise)
        at = received.find(head, at + 1)
    return None


def _body(frame: bytes, manner: Manner) -> bytes | None:
    """Return a frame without checksum and return; None if the checksum is wrong."""
    body, printed = frame[:-3], frame[-3:-1]
    if len(body) < 6:
        return None
    is_right = printed == bcc_of(body) or (not manner.bcc and printed == NOBODY_CHECKS)
    return body if is_right else None


def _fits(request: Request, data: bytes) -> bool:
    if len(data) != request.characters:
        return False
    return data in {b"0", b"1"} if isinstance(request, ReadContact) else bool(_HEXADECIMAL.fullmatch(data))


def registers_in(frame: bytes) -> bytes:
    """Return the registers of an answer that was found, high byte first."""
    return swapped(bytes.fromhex(frame[6:-3].decode("ascii")))


def contact_in(frame: bytes) -> int:
    """Return the contact of an answer that was found: 0 or 1."""
    return int(frame[6:7])


def words(numbers: Sequence[int]) -> bytes:
    """Return words as bytes, high byte first."""
    return b"".join(number.to_bytes(2) for number in numbers)
