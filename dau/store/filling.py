"""What a record tells, read back from the tables: samples or statistics and what their numbers mean, or an event."""

import sqlite3
from dataclasses import replace
from typing import Final

from dau.core.events import Event
from dau.core.records import Quantity, Record, RecordKind
from dau.store import event_body, samples, statistics

LIVE: Final = frozenset({RecordKind.REALTIME, RecordKind.FACILITY})
"""Kinds that tell the samples tied to them."""

PERIODS: Final = frozenset(
    {RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY, RecordKind.FACILITY_DAY, RecordKind.FURNACE}
)
"""Kinds that tell the statistics of their span."""

EVENTS: Final = frozenset(event_body.KINDS.values())
"""Kinds that tell of one event."""


def filled(connection: sqlite3.Connection, record: Record) -> Record:
    """Return the record with what it tells."""
    if record.kind in LIVE:
        return _with_samples(connection, record)
    if record.kind in PERIODS:
        return _with_statistics(connection, record)
    if record.kind in EVENTS:
        return _with_event(connection, record)
    return record


def event_of(connection: sqlite3.Connection, record: int) -> Event | None:
    """Return the event that the record with this number tells, or None if it tells none.

    Raises:
        StoreError: its body is not what was written.
    """
    row = connection.execute(
        "SELECT kind, body FROM event JOIN record ON record.id = event.record WHERE event.record = ?", (record,)
    ).fetchone()
    return None if row is None else event_body.from_text(RecordKind(row[0]), row[1])


def _with_samples(connection: sqlite3.Connection, record: Record) -> Record:
    rows = connection.execute("SELECT sample FROM live_value WHERE record = ?", (record.id,))
    found = samples.by_ids(connection, [int(number) for (number,) in rows])
    meant = connection.execute(
        "SELECT name, factor, unit FROM channel WHERE id IN (SELECT sample.channel FROM live_value JOIN sample"
        " ON sample.id = live_value.sample WHERE live_value.record = ?) ORDER BY id",
        (record.id,),
    )
    return replace(record, samples=tuple(found), quantities=_quantities(meant))


def _with_statistics(connection: sqlite3.Connection, record: Record) -> Record:
    meant = connection.execute(
        "SELECT name, factor, unit FROM channel WHERE id IN"
        " (SELECT channel FROM statistic WHERE length_ms = ? AND start_ms = ?) ORDER BY id",
        (record.span.length_ms, record.span.start_ms),
    )
    found = tuple(statistics.of_period(connection, record.span))
    return replace(record, statistics=found, quantities=_quantities(meant))


def _with_event(connection: sqlite3.Connection, record: Record) -> Record:
    meant = connection.execute(
        "SELECT name, factor, unit FROM event_channel JOIN channel ON channel.id = event_channel.channel"
        " WHERE record = ? ORDER BY channel.id",
        (record.id,),
    )
    return replace(record, event=event_of(connection, record.id), quantities=_quantities(meant))


def _quantities(rows: sqlite3.Cursor) -> tuple[Quantity, ...]:
    return tuple(Quantity(name, factor, unit) for name, factor, unit in rows)
