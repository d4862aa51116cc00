"""Modbus frames on the wire: the request, and the search of its answer in whatever bytes arrive.

PDUs and the CRC come from pymodbus. The search is our own, because on a real line the answer stands between noise, an
echo of the request, answers of other slaves and late answers. What is believed has the address, function, byte count
and length that the request asked for, and a correct CRC (RTU) or the number of the request (TCP); a place where that is
not so is left by one byte.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Final, Protocol

from pymodbus.constants import ExcCodes
from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import ReadCoilsRequest, ReadDiscreteInputsRequest
from pymodbus.pdu.register_message import ReadHoldingRegistersRequest, ReadInputRegistersRequest

from dau.core.instrument import Found, Query


class Table(StrEnum):
    """One of the four address spaces of a Modbus slave."""

    COIL = "coil"
    DISCRETE = "discrete"
    HOLDING = "holding"
    INPUT = "input"

    @property
    def is_bits(self) -> bool:
        """True if an address is one bit, false if it is a register of 16."""
        return self in {Table.COIL, Table.DISCRETE}


REQUESTS: Final[dict[Table, type[ModbusPDU]]] = {
    Table.COIL: ReadCoilsRequest,
    Table.DISCRETE: ReadDiscreteInputsRequest,
    Table.HOLDING: ReadHoldingRegistersRequest,
    Table.INPUT: ReadInputRegistersRequest,
}

ERROR_BIT: Final = 0x80
REQUEST_BYTES: Final = 8
"""Length of a read request in RTU: slave, function, address, count, CRC."""


@dataclass(frozen=True, slots=True)
class Read:
    """What one request asks for: ``count`` bits or registers of a table of a slave, from ``address`` on."""

    slave: int
    table: Table
    address: int
    count: int

    @property
    def data_bytes(self) -> int:
        """How many bytes of data the answer carries."""
        return (self.count + 7) // 8 if self.table.is_bits else 2 * self.count

    @property
    def function(self) -> int:
        """The function code."""
        return REQUESTS[self.table].function_code

    def pdu(self) -> bytes:
        """The request without address and check."""
        request = REQUESTS[self.table](address=self.address, count=self.count)
        return bytes([self.function]) + request.encode()

    def refusal(self, code: int) -> str:
        """Say that this read was refused with an exception code, and which one."""
        meaning = ExcCodes(code).name.lower().replace("_", " ") if code in set(ExcCodes) else "not in the standard"
        last = self.address + self.count - 1
        return f"slave {self.slave} refuses to read {self.table} {self.address} to {last}: exception {code} ({meaning})"


class Framing(Protocol):
    """How a read is put on the wire."""

    data_from: int
    """Where the data begin in an answer."""

    def query(self, read: Read) -> Query:
        """Return the next query for a read."""


# ------------------------------------------------------------------------------------------------------------------ RTU


def with_crc(message: bytes) -> bytes:
    """Return the RTU frame of a message: its CRC, low byte first, behind it."""
    return message + FramerRTU.compute_CRC(message).to_bytes(2, "big")


def _is_frame(frame: bytes) -> bool:
    return FramerRTU.compute_CRC(frame[:-2]).to_bytes(2, "big") == frame[-2:]


class RtuFraming:
    """Modbus RTU, on a serial line or through a serial server: nothing in an answer tells which request it answers."""

    data_from = 3

    def __init__(self) -> None:
        self._queries: dict[Read, Query] = {}

    def query(self, read: Read) -> Query:
        """See `Framing`."""
        if read not in self._queries:
            search = _RtuSearch(read)
            self._queries[read] = Query(search.request, search.find, 5 + read.data_bytes)
        return self._queries[read]


class _RtuSearch:
    """Looks for the answer to one request."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self.request = with_crc(bytes([read.slave]) + read.pdu())
        self._header = bytes([read.slave, read.function, read.data_bytes])
        self._error_header = bytes([read.slave, read.function | ERROR_BIT])
        self._length = 5 + read.data_bytes

    def find(self, received: bytes) -> Found | None:
        """Return the answer, if it is complete. See `Query`."""
        echo = received.find(self.request)
        begin = 0 if echo < 0 else echo + REQUEST_BYTES
        for at in self._candidates(received, begin):
            if received.startswith(self._header, at):
                length, refusal = self._length, ""
            else:
                length, refusal = 5, self._read.refusal(received[at + 2]) if at + 2 < len(received) else ""
            if at + length > len(received):
                return None  # more is to come; nothing inside an unfinished answer is looked at
            if self.request.startswith(received[at:]):
                return None  # this may yet become our own echo; for some requests its beginning has a good CRC
            frame = received[at : at + length]
            if _is_frame(frame):
                if self._has_foreign_request(received[begin:at]):
                    return None
                expected = length if echo < 0 else length + REQUEST_BYTES
                return Found(frame, len(received) - expected, refusal)
        return None

    def _candidates(self, received: bytes, begin: int) -> Iterator[int]:
        at = received.find(self._header[:1], begin)
        while at >= 0:
            if received.startswith((self._header, self._error_header), at):
                yield at
            at = received.find(self._header[:1], at + 1)

    def _has_foreign_request(self, heard: bytes) -> bool:
        # A second master asked the same slave the same kind of question: what follows may be the answer to that one.
        begin = self._header[:2]
        places = (at for at in range(len(heard) - REQUEST_BYTES + 1) if heard.startswith(begin, at))
        return any(_is_frame(heard[at : at + REQUEST_BYTES]) for at in places)


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

    def __init__(self) -> None:
        self._messages: dict[Read, bytes] = {}

    def query(self, read: Read) -> Query:
        """See `Framing`."""
        if read not in self._messages:
            pdu = read.pdu()
            self._messages[read] = b"\0\0" + (1 + len(pdu)).to_bytes(2, "big") + bytes([read.slave]) + pdu
        number = (next(_numbers) & 0xFFFF).to_bytes(2, "big")
        search = _TcpSearch(read, number)
        return Query(number + self._messages[read], search.find, self.data_from + read.data_bytes, numbered=True)


class _TcpSearch:
    """Looks for the answer with one number."""

    def __init__(self, read: Read, number: bytes) -> None:
        self._read = read
        head = number + b"\0\0"
        unit = bytes([read.slave])
        data = bytes([read.function, read.data_bytes])
        self._header = head + (3 + read.data_bytes).to_bytes(2, "big") + unit + data
        self._error_header = head + b"\0\3" + unit + bytes([read.function | ERROR_BIT])

    def find(self, received: bytes) -> Found | None:
        """Return the answer, if it is complete. See `Query`. Whole frames with another number are stepped over."""
        at = 0
        while at + MBAP_BYTES <= len(received):
            protocol, length = received[at + 2 : at + 4], int.from_bytes(received[at + 4 : at + 6], "big")
            if protocol != b"\0\0" or not 3 <= length <= LONGEST:
                at += 1
                continue
            frame = received[at : at + MBAP_BYTES + length]
            if len(frame) < MBAP_BYTES + length:
                return None
            if frame.startswith(self._header):
                return Found(frame, len(received) - len(frame))
            if frame.startswith(self._error_header):
                return Found(frame, len(received) - len(frame), self._read.refusal(frame[-1]))
            at += len(frame)
        return None
