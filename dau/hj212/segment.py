"""The data segment: header, then CP (HJ 212-2017 clause 6.3.2), as bytes and as a Packet with its deviations."""

import re
from dataclasses import dataclass

from dau.hj212.conformity import note_departures
from dau.hj212.content import Note, read_content, write_content
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import Dialect, Edition, dialect, edition_of
from dau.hj212.errors import Fault, LocalError, RemoteError
from dau.hj212.header import packet_of, read_fields, write_fields
from dau.hj212.packet import Packet, Pair

_CP = re.compile("CP *= *&&", re.IGNORECASE)
_CP_BYTES = re.compile(rb"CP *= *&&", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Segment:
    """A data segment read: the packet, the header as printed, and which edition it claims."""

    packet: Packet
    header: tuple[Pair, ...]
    edition: Edition


def opening_of(data: bytes) -> int:
    """Return the place of the data area, behind the first ``CP=&&``; 0 if there is none."""
    found = _CP_BYTES.search(data)
    return found.end() if found else 0


def read_segment(data: bytes, note: Note, *, utf8_only: bool = False) -> Segment:
    """Read a data segment whose CRC has been checked; what departs from its own edition goes to ``note``.

    GB 18030 is tried where UTF-8 fails, but neither with ``utf8_only`` (an area that a key has opened) nor in a packet
    of 2025: there what is no text is encrypted, and GB 18030 takes almost any bytes for text.

    Raises:
        RemoteError: no ``CP=&&``, no closing ``&&``, no CN, or text that cannot be read.
    """
    text, is_utf8 = _text(data)
    if not is_utf8:
        if utf8_only:
            raise RemoteError(Fault.MALFORMED, "the area a key has opened is not UTF-8 text")
        note(Deviation.GB18030)
    opening = _CP.search(text)
    if not opening or not text.endswith("&&") or len(text) - opening.end() < 2:
        raise RemoteError(Fault.MALFORMED, "segment is not of the form <header>CP=&&<content>&&")
    if opening.group() != "CP=&&":
        note(Deviation.BLANKS if " " in opening.group() else Deviation.HEADER_CASE)
    inside = text[opening.end() : -2]
    if "&&" in inside:
        note(Deviation.AMPERSANDS_INSIDE)
    header = read_fields(text[: opening.start()], note)
    packet = packet_of(header, read_content(inside, note), note)
    edition = edition_of(packet.flag)
    if edition is Edition.E2025 and not is_utf8:
        raise RemoteError(Fault.MALFORMED, "area is not UTF-8 text; if it is encrypted, no key opens it")
    rules = dialect(edition)
    note_departures(packet, header, rules, note)
    if len(data) > rules.max_segment:
        note(Deviation.SEGMENT_LONG)
    if len(data) - len(text[: opening.start()].encode()) > rules.max_content:
        note(Deviation.CONTENT_LONG)
    return Segment(packet, header, edition)


def _text(data: bytes) -> tuple[str, bool]:
    """Return the text and whether it is UTF-8."""
    try:
        return data.decode("utf-8"), True
    except UnicodeDecodeError:
        try:
            return data.decode("gb18030"), False
        except UnicodeDecodeError:
            raise RemoteError(Fault.MALFORMED, "segment is neither UTF-8 nor GB 18030 text") from None


def write_parts(packet: Packet, dialect: Dialect) -> tuple[bytes, bytes]:
    """Return the header up to and with its last semicolon, and the data area, in the strict form of the dialect.

    Raises:
        LocalError: the packet cannot be written, or is larger than the dialect's max_segment or max_content.
    """
    header = _encoded(write_fields(packet, dialect), dialect)
    area = _encoded(write_content(packet.cp), dialect)
    content = len(area) + len("CP=&&&&")
    if content > dialect.max_content:
        raise LocalError(f"packet {packet.cn}: CP has {content} bytes, expected at most {dialect.max_content}")
    if len(header) + content > dialect.max_segment:
        raise LocalError(
            f"packet {packet.cn}: data segment has {len(header) + content} bytes, "
            f"expected at most {dialect.max_segment}"
        )
    return header, area


def write_segment(packet: Packet, dialect: Dialect) -> bytes:
    """Return the data segment of ``packet`` in the strict form of the dialect.

    Raises:
        LocalError: see ``write_parts``.
    """
    return b"%bCP=&&%b&&" % write_parts(packet, dialect)


def _encoded(text: str, dialect: Dialect) -> bytes:
    try:
        return text.encode(dialect.encoding.value)
    except UnicodeEncodeError:
        raise LocalError("packet holds half a surrogate pair, expected text that UTF-8 can carry") from None
