"""The frame around a data segment: ``##``, length, segment, CRC, CR LF (HJ 212-2017 clause 6.3.1, table 2).

This module knows a frame whose borders are found; finding them in a stream is the reader's work.
"""

import re
from dataclasses import dataclass, field

from dau.hj212.crc import Crc, crc212, crc_of
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2017, Dialect, Edition
from dau.hj212.errors import Fault, RemoteError
from dau.hj212.packet import Packet, Pair
from dau.hj212.segment import read_segment, write_segment

HEAD = b"##"
TAIL = b"\r\n"
CRC_DIGITS = 4

_PRINTED_CRC = re.compile(rb"[0-9A-Fa-f]{1,4}")
_FOREIGN = {Crc.MODBUS: Deviation.CRC_MODBUS, Crc.MODBUS_SWAPPED: Deviation.CRC_MODBUS_SWAPPED}


@dataclass(frozen=True, slots=True)
class Received:
    """A frame was accepted.

    Attributes:
        packet: what it says.
        raw: its bytes as they came, evidence for the record.
        deviations: where it departs from its edition; empty for a frame as the standard prints it.
        crc: the CRC as printed in the frame.
        edition: what its Flag claims, and hence the layout of an answer.
        header: the header fields as printed, in their order. Holds the password.
    """

    packet: Packet
    raw: bytes = field(repr=False)
    deviations: tuple[Deviation, ...]
    crc: str
    edition: Edition
    header: tuple[Pair, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rejected:
    """Bytes that began like a frame could not be accepted; ``error`` says why."""

    error: RemoteError
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Rubbish:
    """Bytes between frames that do not begin one: modem strings, blank lines, port scanners."""

    raw: bytes


Event = Received | Rejected | Rubbish


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch of the stream taken for a frame: all its bytes, and where segment and CRC lie in it."""

    raw: bytes
    segment: bytes
    crc: bytes
    deviations: tuple[Deviation, ...] = ()


def encode(packet: Packet, dialect: Dialect = HJ2017) -> bytes:
    """Return the whole frame of ``packet`` in the strict form of the dialect: nothing a picky receiver could refuse.

    Raises:
        LocalError: the packet cannot be written in this dialect; the message names the field, what it holds, what may
        stand there.
    """
    segment = write_segment(packet, dialect)
    return b"%b%04d%b%04X%b" % (HEAD, len(segment), segment, crc212(segment), TAIL)


def read_cut(cut: Cut, dialect: Dialect) -> Received:
    """Check the CRC of a cut, then read its segment.

    Raises:
        RemoteError: the CRC is wrong (Fault.CRC) or the segment cannot be read (Fault.MALFORMED).
    """
    met = dict.fromkeys(cut.deviations)
    kind = _crc_kind(cut, dialect)
    if kind in _FOREIGN:
        met[_FOREIGN[kind]] = None
    if cut.crc != cut.crc.upper():
        met[Deviation.CRC_LOWER_CASE] = None
    if len(cut.crc) < CRC_DIGITS:
        met[Deviation.CRC_SHORT] = None
    found = read_segment(cut.segment, lambda deviation: met.update({deviation: None}))
    return Received(found.packet, cut.raw, tuple(met), cut.crc.decode("ascii"), found.edition, found.header)


def _crc_kind(cut: Cut, dialect: Dialect) -> Crc:
    if _PRINTED_CRC.fullmatch(cut.crc):
        printed = int(cut.crc, 16)
        for kind in dialect.crcs:
            if printed == crc_of(kind, cut.segment):
                return kind
    raise RemoteError(Fault.CRC, _crc_message(cut, dialect))


def _crc_message(cut: Cut, dialect: Dialect) -> str:
    shown = cut.crc.decode("ascii", "backslashreplace")
    message = f"CRC received {shown}, computed {crc212(cut.segment):04X} over {len(cut.segment)} bytes"
    for kind in _FOREIGN:
        if kind not in dialect.crcs and shown.upper() == f"{crc_of(kind, cut.segment):04X}":
            return f"{message}; the received one is {kind.value}, which this dialect does not accept"
    return message
