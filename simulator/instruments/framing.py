"""Requests out of a byte stream and replies into it: Modbus RTU (serial, or carried by TCP) and Modbus TCP."""

import struct
from dataclasses import dataclass
from typing import Final, Protocol

from pymodbus.framer import FramerRTU

READS_AND_SINGLE_WRITES: Final = range(1, 7)
MULTIPLE_WRITES: Final = (15, 16)
SHORTEST_RTU: Final = 4
SIMPLE_RTU: Final = 8
MBAP_BYTES: Final = 7
LONGEST_TCP: Final = 254


@dataclass(frozen=True, slots=True)
class Request:
    """One request: to which slave, what (PDU), and the transaction number that its reply must repeat (0 on RTU)."""

    slave: int
    pdu: bytes
    transaction: int = 0


class Framing(Protocol):
    """How requests and replies are wrapped on a line."""

    def split(self, received: bytes) -> tuple[list[Request], bytes]:
        """Return the whole requests found and the bytes that may be the beginning of another."""

    def wrap(self, request: Request, pdu: bytes) -> bytes:
        """Return the reply ``pdu`` to ``request`` as it goes over the line."""


class RtuFraming:
    """Slave, PDU, CRC. Bytes that begin no frame with a right CRC are passed over one by one."""

    def split(self, received: bytes) -> tuple[list[Request], bytes]:
        """See `Framing`."""
        requests: list[Request] = []
        while len(received) >= SHORTEST_RTU:
            length = _rtu_length(received)
            if length > len(received):
                break
            frame = received[:length]
            if frame[-2:] == crc(frame[:-2]):
                requests.append(Request(frame[0], frame[1:-2]))
                received = received[length:]
            else:
                received = received[1:]
        return requests, received

    def wrap(self, request: Request, pdu: bytes) -> bytes:
        """See `Framing`."""
        frame = bytes((request.slave,)) + pdu
        return frame + crc(frame)


class TcpFraming:
    """MBAP header and PDU. A header that is none makes the rest of the stream meaningless: it is dropped."""

    def split(self, received: bytes) -> tuple[list[Request], bytes]:
        """See `Framing`."""
        requests: list[Request] = []
        while len(received) > MBAP_BYTES:
            transaction, protocol, length, slave = struct.unpack(">HHHB", received[:MBAP_BYTES])
            if protocol != 0 or not 2 <= length <= LONGEST_TCP:
                return requests, b""
            end = MBAP_BYTES - 1 + length
            if end > len(received):
                break
            requests.append(Request(slave, received[MBAP_BYTES:end], transaction))
            received = received[end:]
        return requests, received

    def wrap(self, request: Request, pdu: bytes) -> bytes:
        """See `Framing`."""
        return struct.pack(">HHHB", request.transaction, 0, len(pdu) + 1, request.slave) + pdu


def crc(data: bytes) -> bytes:
    """Return the two CRC bytes in the order in which they travel."""
    return FramerRTU.compute_CRC(data).to_bytes(2, "big")


def _rtu_length(received: bytes) -> int:
    function = received[1]
    if function in READS_AND_SINGLE_WRITES:
        return SIMPLE_RTU
    if function in MULTIPLE_WRITES:
        return 7 + received[6] + 2 if len(received) > 6 else SIMPLE_RTU
    return SHORTEST_RTU
