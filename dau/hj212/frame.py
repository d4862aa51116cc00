"""The frame around a data segment: ``##``, length, segment, CRC, CR LF (HJ 212-2017 clause 6.3.1, table 2).

This module knows a frame whose borders are found; finding them in a stream is the reader's work.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from dau.hj212.crc import Crc, crc212, crc_of
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2017, Dialect, Edition
from dau.hj212.errors import Fault, RemoteError
from dau.hj212.header import mn_in
from dau.hj212.packet import Packet, Pair
from dau.hj212.sealing import GROUP, NO_KEYS, AreaCipher, CipherForm, Keys, print_area, read_printed_area
from dau.hj212.segment import opening_of, read_segment, write_parts

HEAD = b"##"
TAIL = b"\r\n"
CRC_DIGITS = 4

_PRINTED_CRC = re.compile(rb"[0-9A-Fa-f]{1,4}")
_FOREIGN = {Crc.MODBUS: Deviation.CRC_MODBUS, Crc.MODBUS_SWAPPED: Deviation.CRC_MODBUS_SWAPPED}


Source = Callable[[], tuple[Packet, tuple[Pair, ...]]]
"""Makes packet and header of a frame that was found exact, when somebody asks for them."""


class _Untold:
    """Room for the source of an event that is not told in full yet."""

    __slots__ = ("_source",)


@dataclass(frozen=True, slots=True)
class Received(_Untold):
    """A frame was accepted.

    A frame that is exactly as the standard prints it has been checked, but its packet and header are only made when
    they are asked for; that cannot fail and nobody can see it but by the time it takes.

    Attributes:
        packet: what it says.
        raw: its bytes as they came, evidence for the record.
        deviations: where it departs from its edition; empty for a frame as the standard prints it.
        crc: the CRC as printed in the frame.
        edition: what its Flag claims, and hence the layout of an answer.
        header: the header fields as printed, in their order. Holds the password.
        is_encrypted: a key opened the data area. False also for an area under 16 bytes, which no key changes.
        key: which of the keys did: 0 the current one, 1 and on the previous ones; None if none had to.
    """

    packet: Packet
    raw: bytes = field(repr=False)
    deviations: tuple[Deviation, ...]
    crc: str
    edition: Edition
    header: tuple[Pair, ...] = field(repr=False)
    is_encrypted: bool = False
    key: int | None = None

    if not TYPE_CHECKING:  # a type checker sees fields that are always there, and so does everybody else

        def __getattr__(self, name: str) -> object:
            """Fill the slots that an exact frame has left empty; Python comes here for nothing else."""
            if name == "crc":
                _fill_crc(self, self.raw[-6:-2].decode("ascii"))
                return self.crc
            if name not in ("packet", "header"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            packet, header = self._source()
            _fill_packet(self, packet)
            _fill_header(self, header)
            return packet if name == "packet" else header


_FILL = {each.name: vars(Received)[each.name].__set__ for each in fields(Received)}
_fill_source = vars(_Untold)["_source"].__set__
_fill_packet, _fill_header, _fill_crc = _FILL["packet"], _FILL["header"], _FILL["crc"]
_fill_raw, _fill_edition = _FILL["raw"], _FILL["edition"]
_fill_deviations, _fill_is_encrypted, _fill_key = _FILL["deviations"], _FILL["is_encrypted"], _FILL["key"]


def received_exactly(raw: bytes, edition: Edition, key: int | None, source: Source) -> Received:
    """Return the event of a frame without any deviation, told in full by ``source`` when it is asked for."""
    received = object.__new__(Received)
    _fill_source(received, source)
    _fill_raw(received, raw)
    _fill_edition(received, edition)
    _fill_deviations(received, ())
    _fill_is_encrypted(received, key is not None)
    _fill_key(received, key)
    return received


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
    """A stretch of the stream taken for a frame: all its bytes, what it declares, and where segment and CRC lie."""

    raw: bytes
    declared: int
    segment: bytes
    crc: bytes
    deviations: tuple[Deviation, ...] = ()


def encode(packet: Packet, dialect: Dialect = HJ2017, cipher: AreaCipher | None = None) -> bytes:
    """Return the whole frame of ``packet`` in the strict form of the dialect: nothing a picky receiver could refuse.

    With a ``cipher`` the data area is encrypted; which packets shall be is ``commands.shall_encrypt``.

    Raises:
        LocalError: the packet cannot be written in this dialect; the message names the field, what it holds, what may
        stand there.
    """
    header, area = write_parts(packet, dialect)
    segment = b"%bCP=&&%b&&" % (header, area)
    crc = b"%04x" if dialect.crc_in_lower_case else b"%04X"
    if cipher is not None and len(area) >= GROUP:
        area = cipher.seal(area)
        sent = print_area(area) if dialect.encryption.form is CipherForm.PRINTED else area
        return b"##%04d%bCP=&&%b&&%b\r\n" % (len(segment), header, sent, crc % crc212(segment))
    return b"##%04d%b%b\r\n" % (len(segment), segment, crc % crc212(segment))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What the segment of a cut may have been in plaintext: as received, or opened with a key."""

    segment: bytes
    key: int | None = None


def read_cut(cut: Cut, dialect: Dialect, keys: Keys = NO_KEYS) -> Received:
    """Find the plaintext whose CRC agrees and that can be read, and return it.

    Nothing in a packet says that it is encrypted, and the CRC has 256 values: of 256 areas opened with a wrong key, or
    not opened at all, one agrees. So what agrees must also be text and parse; and what looks encrypted (bytes above
    7F, or the printed form) is tried with the keys first and as it came last.

    Raises:
        RemoteError: no CRC agrees (Fault.CRC), or what agrees cannot be read (Fault.MALFORMED).
    """
    printed = _printed_segment(cut, dialect)
    refused: RemoteError | None = None
    keys_tried = 0
    for candidate in _candidates(cut, printed, keys):
        keys_tried += candidate.key is not None
        kind = _crc_kind(cut.crc, candidate.segment, dialect)
        if kind is None:
            continue
        try:
            return _read(cut, candidate, kind, dialect)
        except RemoteError as error:
            refused = refused or error
    raise refused or RemoteError(Fault.CRC, _crc_message(cut, dialect, keys_tried))


def _printed_segment(cut: Cut, dialect: Dialect) -> bytes | None:
    """Return the segment with the bytes that a printed area stands for, None if it is not printed."""
    if not dialect.encryption.reads_printed:
        return None
    start = opening_of(cut.segment)
    area = read_printed_area(cut.segment[start:]) if start else None
    return None if area is None else cut.segment[:start] + area


def _candidates(cut: Cut, printed: bytes | None, keys: Keys) -> Iterator[_Candidate]:
    looks_sealed = printed is not None or not cut.segment.isascii()
    if not looks_sealed:
        yield _Candidate(cut.segment)
    segment = cut.segment if printed is None else printed
    start = opening_of(segment)
    if start and segment.endswith(b"&&") and len(segment) - 2 - start >= GROUP:
        for number, cipher in enumerate(keys.ciphers(mn_in(segment[:start]))):
            yield _Candidate(segment[:start] + cipher.open(segment[start:-2]) + b"&&", number)
    if looks_sealed:
        yield _Candidate(cut.segment)


def _read(cut: Cut, candidate: _Candidate, kind: Crc, dialect: Dialect) -> Received:
    met = dict.fromkeys(cut.deviations)
    if cut.declared not in (len(cut.segment), len(candidate.segment)):
        met[Deviation.LENGTH_WRONG] = None
    if candidate.key is not None and len(cut.segment) != len(candidate.segment):
        met[Deviation.CIPHER_PRINTED] = None
    if kind in _FOREIGN:
        met[_FOREIGN[kind]] = None
    if cut.crc != cut.crc.upper():
        met[Deviation.CRC_LOWER_CASE] = None
    if len(cut.crc) < CRC_DIGITS:
        met[Deviation.CRC_SHORT] = None
    is_encrypted = candidate.key is not None
    found = read_segment(candidate.segment, lambda deviation: met.update({deviation: None}), utf8_only=is_encrypted)
    return Received(
        packet=found.packet,
        raw=cut.raw,
        deviations=tuple(each for each in met if each not in dialect.usual),
        crc=cut.crc.decode("ascii"),
        edition=found.edition,
        header=found.header,
        is_encrypted=is_encrypted,
        key=candidate.key,
    )


def _crc_kind(crc: bytes, segment: bytes, dialect: Dialect) -> Crc | None:
    if not _PRINTED_CRC.fullmatch(crc):
        return None
    printed = int(crc, 16)
    return next((kind for kind in dialect.crcs if printed == crc_of(kind, segment)), None)


def _crc_message(cut: Cut, dialect: Dialect, keys_tried: int) -> str:
    shown = cut.crc.decode("ascii", "backslashreplace")
    message = f"CRC received {shown}, computed {crc212(cut.segment):04X} over {len(cut.segment)} bytes"
    for kind in _FOREIGN:
        if kind not in dialect.crcs and shown.upper() == f"{crc_of(kind, cut.segment):04X}":
            return f"{message}; the received one is {kind.value}, which this dialect does not accept"
    if keys_tried or not cut.segment.isascii():
        return f"{message}; if the area is encrypted, none of {keys_tried} keys opens it"
    return message
