"""From a stored record to the packets for one platform, made when they are sent (HJ 212-2017 appendix C)."""

from collections.abc import Iterable, Iterator, Sequence

from dau.codes.kinds import command_of
from dau.core.records import Record, RecordKind
from dau.hj212 import Content, Item, Packet, as_upload, data_time, flag_of, split
from dau.uplink.identity import Platform
from dau.uplink.telling.happenings import happened
from dau.uplink.telling.values import closed, live


def compose(
    record: Record, platform: Platform, sent_ms: int, qns: Iterator[str], backfilled: bool = False
) -> Sequence[Packet]:
    """Return the packets that tell ``record``: as many as its size and the system codes of its factors need.

    None at all if nothing in it concerns the platform: it tells of channels that the platform does not get.

    Args:
        record: what is told.
        platform: its identity, factors and dialect.
        sent_ms: the moment of sending, milliseconds UTC (the DataTime of a 2081).
        qns: gives each packet its own QN.
        backfilled: it could not be told in time, which 2025 marks with RF=1.

    Raises:
        LocalError: the edition has no command for the record, one factor alone does not fit into a packet, the parts
            are more than can be numbered, or a unit measures something else than the platform's.
    """
    command = command_of(record.kind, platform.dialect.edition)
    contents: dict[str, list[Item]] = {}
    for st, item in _items(record, platform):
        contents.setdefault(st, []).append(item)
    label = (("DataTime", _label(record, platform, sent_ms)),)
    packets: list[Packet] = []
    for st, items in contents.items():
        whole = _whole(command, st, (label, *items), platform, next(qns))
        packets += split(as_upload(whole, platform.dialect, backfilled=backfilled), platform.dialect, qns)
    return packets


def _items(record: Record, platform: Platform) -> Iterable[tuple[str, Item]]:
    match record.kind:
        case RecordKind.RESTART:
            return [(platform.st, (("RestartTime", data_time(record.span.start_ms)),))]
        case RecordKind.REALTIME | RecordKind.FACILITY:
            return live(record, platform)
        case RecordKind.INTERVAL | RecordKind.HOUR | RecordKind.DAY | RecordKind.FACILITY_DAY | RecordKind.FURNACE:
            return closed(record, platform)
        case _:
            return happened(record, platform)


def _label(record: Record, platform: Platform, sent_ms: int) -> str:
    """The start of a period, its end for platforms that want it so; else the moment of what is told."""
    if record.kind is RecordKind.RESTART:
        return data_time(sent_ms)
    return data_time(record.span.end_ms if platform.dialect.label_at_end else record.span.start_ms)


def _whole(command: str, st: str, content: Content, platform: Platform, qn: str) -> Packet:
    return Packet(
        qn=qn,
        st=st,
        cn=command,
        pw=platform.pw,
        mn=platform.mn,
        flag=flag_of(platform.dialect.version, answer=platform.receipts),
        cp=content,
    )
