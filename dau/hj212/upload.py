"""What an upload carries in its header according to dialect and circumstance: RF of 2025, the bare header of 2005."""

from dataclasses import replace

from dau.hj212.dialect import Dialect
from dau.hj212.packet import Packet

_BACKFILLED = ("RF", "1")


def as_upload(packet: Packet, dialect: Dialect, *, backfilled: bool = False) -> Packet:
    """Return ``packet`` with the header that ``dialect`` gives to an upload.

    A back-filled one is marked ``RF=1`` where the dialect does so; in all others the field is absent (2025 table 3). In
    the layout of 2005 an upload that wants no answer loses QN and Flag.
    """
    extra = tuple(pair for pair in packet.extra if pair[0] != _BACKFILLED[0])
    if backfilled and dialect.marks_backlog:
        extra = (*extra, _BACKFILLED)
    if dialect.bare_uploads and not packet.needs_answer and not packet.is_split:
        return replace(packet, qn=None, flag=None, extra=extra)
    return replace(packet, extra=extra)


def is_backfilled(packet: Packet) -> bool:
    """Tell whether the sender marked the packet as sent again for an upload that had failed."""
    return _BACKFILLED in packet.extra
