"""Writes what arrived and what is sent into the tables: each function here is one job for a thread of the database.

Nothing here waits or answers. What a job returns is true only after its commit, and only then may a unit hear of it.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dau.receiver.tables import RAW_KEPT, REFUSED_KEPT


class Direction(StrEnum):
    """Which way a packet went: ``up`` from the unit, ``down`` to it."""

    UP = "up"
    DOWN = "down"


class Tally(StrEnum):
    """What is counted for each unit and command."""

    PACKETS = "packets"
    REPEATED = "repeated"
    DIFFERING = "differing"
    DEVIATING = "deviating"
    UNENCRYPTED = "unencrypted"
    REJECTED = "rejected"
    RUBBISH = "rubbish"


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a packet: factor '' if the field belongs to none; the value as printed."""

    factor: str
    field: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A packet that may be answered once it is stored. Header fields as printed, '' if they were not there.

    ``is_encrypted``: a key opened it. ``lacks_encryption``: none had to, although the unit has one and its edition
    wants this command encrypted. ``is_backfilled``: it says RF=1.
    """

    at_ms: int
    peer: str
    raw: bytes
    mn: str
    st: str
    cn: str
    qn: str
    edition: str
    flag: int | None = None
    pnum: int | None = None
    pno: int | None = None
    data_time: str = ""
    deviations: tuple[str, ...] = ()
    data: tuple[Datum, ...] = ()
    is_encrypted: bool = False
    lacks_encryption: bool = False
    is_backfilled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Bytes that are no acceptable frame, with the reason: a rejected frame or rubbish between frames."""

    at_ms: int
    peer: str
    raw: bytes
    what: Tally
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A packet that is about to be sent."""

    at_ms: int
    peer: str
    raw: bytes
    mn: str
    st: str
    cn: str
    qn: str
    edition: str
    flag: int | None


Arrival = Accepted | Refused
Entry = Arrival | Sent


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A unit sent another value for a label it had already reported."""

    packet: Accepted
    datum: Datum
    before: str


@dataclass(slots=True)
class _Counts:
    """Counts of one job, written at its end: many packets of one unit cost one row."""

    rows: dict[tuple[str, str, Tally], tuple[int, int]] = field(default_factory=dict)

    def add(self, mn: str, cn: str, what: Tally, at_ms: int) -> None:
        count, _ = self.rows.get((mn, cn, what), (0, 0))
        self.rows[mn, cn, what] = (count + 1, at_ms)


def keep(connection: sqlite3.Connection, entries: Sequence[Entry]) -> tuple[Contradiction, ...]:
    """Store what arrived and what is sent, in order, and return where it contradicts what was stored before."""
    counts = _Counts()
    contradictions: list[Contradiction] = []
    for entry in entries:
        if isinstance(entry, Accepted):
            contradictions += _keep_accepted(connection, entry, counts)
        elif isinstance(entry, Refused):
            _keep_refused(connection, entry, counts)
        else:
            _keep_sent(connection, entry)
    if any(isinstance(entry, Refused) for entry in entries):
        connection.execute(FORGET_REFUSED, (REFUSED_KEPT,))
    connection.executemany(COUNT, [(*key, *value) for key, value in counts.rows.items()])
    return tuple(contradictions)


def _keep_accepted(connection: sqlite3.Connection, packet: Accepted, counts: _Counts) -> list[Contradiction]:
    packet_id = _insert_packet(connection, packet)
    known = _known(connection, packet)
    contradictions = [
        Contradiction(packet, datum, known[datum.factor, datum.field])
        for datum in packet.data
        if packet.data_time and known.get((datum.factor, datum.field), datum.value) != datum.value
    ]
    identity = (packet.mn, packet.cn, packet.data_time)
    connection.executemany(
        STORE, [(*identity, datum.factor, datum.field, datum.value, packet_id, packet_id) for datum in packet.data]
    )
    repeated = packet.data_time and packet.data and all((each.factor, each.field) in known for each in packet.data)
    for what, holds in (
        (Tally.PACKETS, True),
        (Tally.DEVIATING, packet.deviations),
        (Tally.UNENCRYPTED, packet.lacks_encryption),
        (Tally.REPEATED, repeated),
        (Tally.DIFFERING, contradictions),
    ):
        if holds:
            counts.add(packet.mn, packet.cn, what, packet.at_ms)
    return contradictions


def _insert_packet(connection: sqlite3.Connection, packet: Accepted) -> int:
    row = (
        packet.at_ms, packet.peer, packet.mn, packet.st, packet.cn, packet.qn, packet.edition, packet.flag,
        packet.pnum, packet.pno, packet.data_time, json.dumps(packet.deviations, ensure_ascii=False), packet.raw,
        packet.is_encrypted, packet.is_backfilled,
    )  # fmt: skip
    return int(connection.execute(INSERT_PACKET, row).lastrowid or 0)


def _known(connection: sqlite3.Connection, packet: Accepted) -> dict[tuple[str, str], str]:
    rows = connection.execute(KNOWN, (packet.mn, packet.cn, packet.data_time))
    return {(factor, name): value for factor, name, value in rows}


def _keep_refused(connection: sqlite3.Connection, refused: Refused, counts: _Counts) -> None:
    row = (refused.at_ms, refused.peer, json.dumps([refused.reason], ensure_ascii=False), refused.raw[:RAW_KEPT])
    connection.execute(INSERT_REFUSED, row)
    counts.add("", "", refused.what, refused.at_ms)


def _keep_sent(connection: sqlite3.Connection, sent: Sent) -> None:
    row = (sent.at_ms, sent.peer, sent.mn, sent.st, sent.cn, sent.qn, sent.edition, sent.flag, sent.raw)
    connection.execute(INSERT_SENT, row)


def last_asked_qn(connection: sqlite3.Connection) -> str:
    """Return the QN of the newest request or notice that was sent, '' if there is none."""
    found = connection.execute(LAST_ASKED).fetchone()
    return str(found[0]) if found else ""


def last_heard_ms(connection: sqlite3.Connection, mn: str) -> int | None:
    """Return when a unit was heard last, milliseconds UTC, None if it never was."""
    [found] = connection.execute(LAST_HEARD, (mn,)).fetchone()
    return None if found is None else int(found)


INSERT_PACKET: Final = """
    INSERT INTO packet (
        at_ms, peer, ok, mn, st, cn, qn, edition, flag, pnum, pno, data_time, deviations, raw, encrypted, backfilled
    ) VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
INSERT_REFUSED: Final = "INSERT INTO packet (at_ms, peer, ok, deviations, raw) VALUES (?, ?, 0, ?, ?)"
INSERT_SENT: Final = """
    INSERT INTO packet (at_ms, peer, ok, mn, st, cn, qn, edition, flag, raw, direction)
    VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, 'down')
"""
LAST_ASKED: Final = "SELECT qn FROM packet WHERE direction = 'down' AND cn < '9' ORDER BY id DESC LIMIT 1"
LAST_HEARD: Final = "SELECT max(last_at_ms) FROM tally WHERE mn = ? AND what = 'packets'"
FORGET_REFUSED: Final = """
    DELETE FROM packet WHERE ok = 0 AND id <= (SELECT id FROM packet WHERE ok = 0 ORDER BY id DESC LIMIT 1 OFFSET ?)
"""
KNOWN: Final = "SELECT factor, field, value FROM datum WHERE mn = ? AND cn = ? AND data_time = ?"
STORE: Final = """
    INSERT INTO datum (mn, cn, data_time, factor, field, value, first_packet, last_packet, seen, differing)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, 0)
    ON CONFLICT DO UPDATE SET
        differing = differing + (value <> excluded.value),
        value = excluded.value,
        last_packet = excluded.last_packet,
        seen = seen + 1
"""
COUNT: Final = """
    INSERT INTO tally (mn, cn, what, count, last_at_ms) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = count + excluded.count, last_at_ms = max(last_at_ms, excluded.last_at_ms)
"""
