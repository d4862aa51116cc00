"""Modbus frames on the wire, RTU and TCP: the request, and the search of its answer in whatever bytes arrive.

PDUs and the CRC come from pymodbus. The search is our own, because on a real line the answer stands between noise, an
echo of the request, answers of other slaves and late answers. What is believed has the address, function, length and
byte count (a read) or place and size (a write) that the request asked for, and a correct CRC (RTU) or the number of the
request (TCP); a place where that is not so is left by one byte.

The answer to a write of one coil or register repeats the request, and on a line that gives us our own bytes back it
looks like them. Whether the line does is learnt from every read; then the second copy is the answer.

The byte count of an answer to an oversized read wraps at 256, as instruments that answer it send it; then length and
CRC decide. Modbus ASCII stands in `drivers.modbus_map.ascii_frames`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import count
from typing import Final, Protocol

from pymodbus.framer.rtu import FramerRTU

from dau.core.instrument import Found, Query
from drivers.modbus_map.requests import Read, Request, Write

ERROR_BIT: Final = 0x80
READ_REQUEST_BYTES: Final = 8
"""Length of a read request in RTU: slave, function, address, count, CRC."""


REFUSAL_BYTES: Final = 5
"""Length of a refusal in RTU: slave, function, code, CRC."""


class Framing(Protocol):
    """How a request is put on the wire."""

    data_from: int
    """Where the data begin in the answer to a read."""

    may_echo: bool
    """Whether a line may give us our own bytes back, so that a read must be answered before a repeated write."""

    def query(self, request: Request) -> Query:
        """Return the next query for a request."""


def refusal(asked: Request, frame: bytes, noise: int, code: int) -> Found:
    """Return what was found in a frame that refuses the request with an exception code."""
    return Found(frame, noise, asked.refusal(code), code)


# ------------------------------------------------------------------------------------------------------------------ RTU


def with_crc(message: bytes) -> bytes:
    """Return the RTU frame of a message: its CRC, low byte first, behind it."""
    return message + FramerRTU.compute_CRC(message).to_bytes(2, "big")


def _is_frame(frame: bytes) -> bool:
    return FramerRTU.compute_CRC(frame[:-2]).to_bytes(2, "big") == frame[-2:]


class Search(Protocol):
    """One request on the wire, and the search of its answer."""

    request: bytes
    answer_bytes: int

    def find(self, received: bytes) -> Found | None:
        """Return the answer, if it is complete. See `Query`."""

    def is_asked_already(self, heard: bytes) -> bool:
        """Return whether a second master waits for an answer that looks like ours. See `Query`."""


class SerialFraming(ABC):
    """A framing of serial lines and serial servers: nothing in an answer tells which request it answers."""

    data_from = 3
    may_echo = True

    def __init__(self) -> None:
        self._queries: dict[Request, Query] = {}
        self._echoes = False

    def query(self, request: Request) -> Query:
        """See `Framing`."""
        if isinstance(request, Write):
            search = self._search(request, self._echoes if request.is_repeated else None, lambda _: None)
            return Query(search.request, search.find, search.answer_bytes)
        if request not in self._queries:
            search = self._search(request, None, self._note_echo)
            asked = search.is_asked_already
            self._queries[request] = Query(search.request, search.find, search.answer_bytes, is_asked_already=asked)
        return self._queries[request]

    @abstractmethod
    def _search(self, request: Request, echoes: bool | None, note_echo: Callable[[bool], None]) -> Search:
        """Return the search of an answer.

        ``echoes`` tells, for a request that its answer repeats, whether the line gives us our own bytes back; None for
        any other request: its echo is seen to be one, and told to ``note_echo``.
        """

    def _note_echo(self, echoes: bool) -> None:
        self._echoes = echoes


class RtuFraming(SerialFraming):
    """Modbus RTU, on a serial line or through a serial server."""

    def _search(self, request: Request, echoes: bool | None, note_echo: Callable[[bool], None]) -> Search:
        return _RtuSearch(request, echoes, note_echo)


class _RtuSearch:
    """Looks for the answer to one request. See `SerialFraming`."""

    def __init__(self, request: Request, echoes: bool | None, note_echo: Callable[[bool], None]) -> None:
        self._asked = request
        self._echoes = echoes
        self._note_echo = note_echo
        self.request = with_crc(bytes([request.slave]) + request.pdu())
        self.answer_bytes = 3 + request.answer_bytes
        self._header = bytes([request.slave]) + request.answer_head
        self._error_header = bytes([request.slave, request.function | ERROR_BIT])

    def find(self, received: bytes) -> Found | None:
        """Return the answer, if it is complete. See `Query`."""
        echo = -1 if self._echoes is False else received.find(self.request)
        if self._echoes and echo < 0:
            return None  # our own bytes come first
        begin = 0 if echo < 0 else echo + len(self.request)
        for at in self._candidates(received, begin):
            is_refusal = not received.startswith(self._header, at)
            length = REFUSAL_BYTES if is_refusal else self.answer_bytes
            if at + length > len(received):
                return None  # more is to come; nothing inside an unfinished answer is looked at
            if self._echoes is None and self.request.startswith(received[at:]):
                return None  # this may yet become our own echo; for some requests its beginning has a good CRC
            frame = received[at : at + length]
            if _is_frame(frame):
                if self._has_foreign_request(received[begin:at]):
                    return None
                self._note_echo(echo >= 0)
                expected = length if echo < 0 else length + len(self.request)
                noise = len(received) - expected
                return refusal(self._asked, frame, noise, frame[2]) if is_refusal else Found(frame, noise)
        return None

    def _candidates(self, received: bytes, begin: int) -> Iterator[int]:
        at = received.find(self._header[:1], begin)
        while at >= 0:
            if received.startswith((self._header, self._error_header), at):
                yield at
            at = received.find(self._header[:1], at + 1)

    def _has_foreign_request(self, heard: bytes) -> bool:
        # A second master asked the same slave the same kind of question: what follows may be the answer to that one.
        # The answer to a write tells where it was written.
        return not isinstance(self._asked, Write) and any(self._foreign_requests(heard))

    def _foreign_requests(self, heard: bytes) -> Iterator[int]:
        """Yield where each read request to the same slave and function ends."""
        begin, length = self._header[:2], READ_REQUEST_BYTES
        places = (at for at in range(len(heard) - length + 1) if heard.startswith(begin, at))
        return (at + length for at in places if _is_frame(heard[at : at + length]))

    def is_asked_already(self, heard: bytes) -> bool:
        """See `Search`."""
        ends = tuple(self._foreign_requests(heard)) if self._header[:1] in heard else ()
        return bool(ends) and not self._has_answer(heard[ends[-1] :])

    def _has_answer(self, heard: bytes) -> bool:
        """Return whether there is any answer of the slave to the function, however long, or a refusal."""
        for at in range(len(heard) - REFUSAL_BYTES + 1):
            if heard.startswith(self._error_header, at) and _is_frame(heard[at : at + REFUSAL_BYTES]):
                return True
            if heard.startswith(self._header[:2], at):
                data = (heard[at + 2], heard[at + 2] + 256)  # the count of an oversized answer wraps
                if any(at + 5 + count <= len(heard) and _is_frame(heard[at : at + 5 + count]) for count in data):
                    return True
        return False


# ------------------------------------------------------------------------------------------------------------------ TCP

MBAP_BYTES: Final = 6
"""Length of the header up to and including its length field: number, protocol 0, bytes that follow."""

LONGEST: Final = 254
"""The most that the length field may say: unit and a PDU of 253 bytes."""

_numbers = count(1)
"""One row of numbers for the whole process, so that two instruments on one connection never use the same one."""


class TcpFraming:
    """Modbus TCP: each request has a number that its answer repeats."""

    data_from = 9
    may_echo = False

    def __init__(self) -> None:
        self._messages: dict[Read, bytes] = {}

    def query(self, request: Request) -> Query:
        """See `Framing`."""
        number = (next(_numbers) & 0xFFFF).to_bytes(2, "big")
        search = _TcpSearch(request, number)
        return Query(number + self._message(request), search.find, search.answer_bytes, numbered=True)

    def _message(self, request: Request) -> bytes:
        """Return the request without its number."""
        if not isinstance(request, Read):
            return _numberless(request)
        if request not in self._messages:
            self._messages[request] = _numberless(request)
        return self._messages[request]


def _numberless(request: Request) -> bytes:
    pdu = request.pdu()
    return b"\0\0" + (1 + len(pdu)).to_bytes(2, "big") + bytes([request.slave]) + pdu


class _TcpSearch:
    """Looks for the answer with one number."""

    def __init__(self, request: Request, number: bytes) -> None:
        self._asked = request
        head = number + b"\0\0"
        unit = bytes([request.slave])
        self.answer_bytes = MBAP_BYTES + 1 + request.answer_bytes
        self._header = head + (1 + request.answer_bytes).to_bytes(2, "big") + unit + request.answer_head
        self._longest = max(LONGEST, 1 + request.answer_bytes)
        self._error_header = head + b"\0\3" + unit + bytes([request.function | ERROR_BIT])

    def find(self, received: bytes) -> Found | None:
        """Return the answer, if it is complete. See `Query`. Whole frames with another number are stepped over."""
        at = 0
        while at + MBAP_BYTES <= len(received):
            protocol, length = received[at + 2 : at + 4], int.from_bytes(received[at + 4 : at + 6], "big")
            if protocol != b"\0\0" or not 3 <= length <= self._longest:
                at += 1
                continue
            frame = received[at : at + MBAP_BYTES + length]
            if len(frame) < MBAP_BYTES + length:
                return None
            if frame.startswith(self._header):
                return Found(frame, len(received) - len(frame))
            if frame.startswith(self._error_header):
                return refusal(self._asked, frame, len(received) - len(frame), frame[-1])
            at += len(frame)
        return None
