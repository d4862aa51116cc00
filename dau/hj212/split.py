"""Sub-packets (拆分包): a record that does not fit one segment travels in several.

HJ 212-2017 clause 6.3.2, examples C.49 and C.50. Cuts are made between items only. Every part is a packet of its own
with its own QN and repeats DataTime. QN cannot tie the parts together; MN, ST, CN, DataTime and PNUM do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from dau.hj212.dialect import Dialect
from dau.hj212.errors import LocalError, ProtocolError
from dau.hj212.packet import SPLIT, Content, Item, Packet
from dau.hj212.segment import write_segment

_ANY_QN: Final = "0" * 17
"""As long as every QN: a part has one, also where the whole packet would have gone out without (2005)."""


def split(packet: Packet, dialect: Dialect, qns: Iterable[str]) -> list[Packet]:
    """Return ``packet`` alone if it fits one segment, else its parts in order, each with the next of ``qns``.

    The packet that fits keeps its own QN and takes none of ``qns``.

    Raises:
        LocalError: one item alone is too large, the parts are more than the dialect can number, ``qns`` ran out, or
            the packet cannot be sent for another reason.
    """
    if packet.pnum is not None or packet.is_split:
        raise LocalError(f"packet {packet.cn}: is a sub-packet already, expected a whole packet")
    if _fits(packet, dialect):
        return [packet]
    repeated = tuple(item for item in packet.cp if _is_repeated(item))
    spread = tuple(item for item in packet.cp if not _is_repeated(item))
    qn = packet.qn if "QN" in dialect.required else _ANY_QN
    model = replace(packet, qn=qn, flag=(packet.flag or 0) | SPLIT, pnum=dialect.max_parts, pno=dialect.max_parts)
    shares = list(_shares(model, repeated, spread, dialect))
    if len(shares) > dialect.max_parts:
        raise LocalError(f"packet {packet.cn}: needs {len(shares)} parts, expected at most {dialect.max_parts}")
    source = iter(qns)
    return [
        replace(model, qn=_next_qn(source, packet), pnum=len(shares), pno=number, cp=share)
        for number, share in enumerate(shares, start=1)
    ]


def _is_repeated(item: Item) -> bool:
    return len(item) == 1 and item[0][0] == "DataTime"


def _next_qn(qns: Iterator[str], packet: Packet) -> str:
    qn = next(qns, None)
    if qn is None:
        raise LocalError(f"packet {packet.cn}: fewer QNs than parts, expected one for each")
    return qn


def _shares(model: Packet, repeated: Content, spread: Content, dialect: Dialect) -> Iterator[Content]:
    """Fill one part after the other, each as full as it may be."""
    share: Content = repeated
    for item in spread:
        if _fits(replace(model, cp=(*share, item)), dialect):
            share = (*share, item)
            continue
        if share == repeated:
            write_segment(replace(model, cp=(*share, item)), dialect)  # raises and says what is too large
        yield share
        share = (*repeated, item)
    write_segment(replace(model, cp=share), dialect)
    yield share


def _fits(packet: Packet, dialect: Dialect) -> bool:
    """Tell whether the packet can be sent as it is. One that cannot be sent at all raises later, with its reason."""
    try:
        write_segment(packet, dialect)
    except LocalError:
        return False
    return True


def join(parts: Iterable[Packet]) -> Packet:
    """Return the packet whose parts these are, given in any order, with the header of the first.

    Raises:
        ProtocolError: the parts are not PNO 1 to PNUM of one record.
    """
    ordered = sorted(parts, key=lambda part: part.pno or 0)
    if not ordered:
        raise ProtocolError("no parts to join, expected at least one")
    first = ordered[0]
    identity = _identity(first)
    numbers = [part.pno for part in ordered]
    if any(_identity(part) != identity for part in ordered) or numbers != list(range(1, (first.pnum or 0) + 1)):
        raise ProtocolError(f"parts {numbers} of command {first.cn}, expected 1 to {first.pnum} of one record")
    rest = (item for part in ordered[1:] for item in part.cp if not _is_repeated(item))
    return replace(first, flag=(first.flag or 0) & ~SPLIT, pnum=None, pno=None, cp=(*first.cp, *rest))


def _identity(part: Packet) -> tuple[object, ...]:
    return part.mn, part.st, part.cn, part.first("DataTime"), part.pnum
