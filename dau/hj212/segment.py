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


@dataclass(frozen=True, slots=True)
class Segment:
    """A data segment read: the packet, the header as printed, and which edition it claims."""

    packet: Packet
    header: tuple[Pair, ...]
    edition: Edition


def read_segment(data: bytes, note: Note) -> Segment:
    """Read a data segment whose CRC has been checked; what departs from its own edition goes to ``note``.

    Raises:
        RemoteError: no ``CP=&&``, no closing ``&&``, no CN, or text that cannot be read.
    """
    text = _text(data, note)
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
    rules = dialect(edition)
    note_departures(packet, header, rules, note)
    if len(data) > rules.max_segment:
        note(Deviation.SEGMENT_LONG)
    if len(data) - len(text[: opening.start()].encode()) > rules.max_content:
        note(Deviation.CONTENT_LONG)
    return Segment(packet, header, edition)


def _text(data: bytes, note: Note) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise RemoteError(Fault.MALFORMED, "segment is neither UTF-8 nor GB 18030 text") from None
    note(Deviation.GB18030)
    return text


def write_segment(packet: Packet, dialect: Dialect) -> bytes:
    """Return the data segment of ``packet`` in the strict form of the dialect.

    Raises:
        LocalError: the packet cannot be written, or is larger than the dialect's max_segment or max_content.
    """
    header = _utf8(write_fields(packet, dialect))
    content = _utf8(f"CP=&&{write_content(packet.cp)}&&")
    if len(content) > dialect.max_content:
        raise LocalError(f"packet {packet.cn}: CP has {len(content)} bytes, expected at most {dialect.max_content}")
    if len(header) + len(content) > dialect.max_segment:
        raise LocalError(
            f"packet {packet.cn}: data segment has {len(header) + len(content)} bytes, "
            f"expected at most {dialect.max_segment}"
        )
    return header + content


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise LocalError("packet holds half a surrogate pair, expected text that UTF-8 can carry") from None
