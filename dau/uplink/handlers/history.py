"""Requests for what was measured: the records of a span of time, a page at a time (2011, 2013, 2031 to 2062)."""

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from dau.codes.kinds import fed_by
from dau.core.channels import ChannelKind
from dau.core.events import Info, NoiseMeasurement, RawResult, SerialNumber, StandardCheck
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS
from dau.core.records import Record, RecordKind
from dau.hj212 import Packet, parse_data_time
from dau.store import history as stored
from dau.uplink.desk import Desk, ExeRtn, Failed, Search
from dau.uplink.identity import Platform

PAGE: Final = 32
"""Records read at a time: bounds memory, and how long a search keeps the reading thread from live uploads."""

SECOND_MS: Final = 1000
"""A DataTime of 14 digits names a whole second; what happened within it belongs to the span that ends with it."""

KINDS: Final[Mapping[str, RecordKind]] = {
    "2011": RecordKind.REALTIME,
    "2013": RecordKind.RAW,
    "2031": RecordKind.DAY,
    "2041": RecordKind.FACILITY_DAY,
    "2051": RecordKind.INTERVAL,
    "2061": RecordKind.HOUR,
    "2062": RecordKind.CHECK,
}


@dataclass(frozen=True, slots=True)
class Query:
    """Which records are wanted: their labels are from ``first_ms`` to ``last_ms``, both inclusive (milliseconds UTC).

    ``length_ms`` is the length of their periods, None for what has one length only. ``st`` is the system code under
    which they are asked for where that is not the platform's own: 44 for electricity.
    """

    kind: RecordKind
    first_ms: int
    last_ms: int
    length_ms: int | None = None
    st: str | None = None


def asked_span(packet: Packet) -> tuple[int, int]:
    """Return BeginTime and EndTime as the first and the last instant that is asked for (milliseconds UTC).

    Raises:
        Failed: one of them is missing or no time, or the end comes first.
    """
    begin, end = packet.first("BeginTime") or "", packet.first("EndTime") or ""
    first_ms, last_ms = parse_data_time(begin), parse_data_time(end)
    if first_ms is None or last_ms is None or last_ms < first_ms:
        raise Failed(
            ExeRtn.CONDITIONS,
            f"{packet.cn}: BeginTime {begin!r} and EndTime {end!r}, expected two times in this order",
        )
    return first_ms, last_ms - last_ms % SECOND_MS + SECOND_MS - 1


async def pages(query: Query, desk: Desk) -> AsyncIterator[Record]:
    """Yield the records in the order of their labels. Between two pages everybody else has a turn."""
    after: int | None = None
    while True:
        page = await desk.database.read(partial(_page, query, after))
        for record in page:
            yield record
        if len(page) < PAGE:
            return
        after = page[-1].span.start_ms
        await desk.clock.sleep(0)


def _page(query: Query, after: int | None, connection: sqlite3.Connection) -> Sequence[Record]:
    return stored.records(connection, query.kind, query.length_ms, query.first_ms, query.last_ms, after, PAGE)


def concerns(record: Record, platform: Platform, st: str | None = None) -> bool:
    """Tell whether the record tells of anything that the platform gets; with ``st``, under that system code."""
    if isinstance(record.event, Info) and record.event.channel is None:
        return True
    kinds = frozenset(ChannelKind) if record.event else fed_by(record.kind, platform.dialect.edition)
    mine = {name for name, channel in platform.channels.items() if channel.kind in kinds}
    if st is not None:
        mine &= {name for name, factor in platform.factors.items() if factor.st == st}
    return not mine.isdisjoint(_channels(record))


def _channels(record: Record) -> set[str]:
    match record.event:
        case None:
            return {one.channel for one in record.samples} | {one.channel for one in record.statistics}
        case NoiseMeasurement() as event:
            return {channel for channel, _ in event.values}
        case RawResult() | StandardCheck() | SerialNumber() | Info() as event:
            return {event.channel} if event.channel else set()


async def search(packet: Packet, desk: Desk) -> AsyncIterator[Record]:
    """Yield what a request for history asks for, as far as it concerns the platform.

    Raises:
        Failed: the span is none, or nothing is in it.
    """
    query = _query(packet, desk.account.platform)
    is_empty = True
    async for record in pages(query, desk):
        if concerns(record, desk.account.platform, query.st):
            is_empty = False
            yield record
    if is_empty:
        raise Failed(ExeRtn.NO_DATA, f"no {query.kind.value} record in the span that was asked for")


def _query(packet: Packet, platform: Platform) -> Query:
    """Return what is asked for. A platform that labels periods by their end asks by the end as well."""
    first_ms, last_ms = asked_span(packet)
    kind = KINDS[packet.cn]
    lengths = {
        RecordKind.INTERVAL: platform.minute_min * MINUTE_MS,
        RecordKind.HOUR: HOUR_MS,
        RecordKind.DAY: DAY_MS,
        RecordKind.FACILITY_DAY: DAY_MS,
    }
    length_ms = lengths.get(kind)
    shift_ms = length_ms if length_ms is not None and platform.dialect.label_at_end else 0
    st = next((factor.st for factor in platform.factors.values() if factor.st and factor.st == packet.st), None)
    return Query(kind, first_ms - shift_ms, last_ms - shift_ms, length_ms, st)


SEARCHES: Final[Mapping[str, Search]] = dict.fromkeys(KINDS, search)
"""A 2011 is a search only if it names a span; without one it switches the upload on."""
