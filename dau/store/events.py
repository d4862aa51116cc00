"""What happened at the site, each event told once by a record of its own."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from typing import Final

from dau.core.events import Event
from dau.core.periods import Span
from dau.core.records import Record, RecordKind
from dau.store import event_body, outbox
from dau.store.filling import event_of, filled

SECOND_MS: Final = 1000


def owe(  # noqa: PLR0913 - what a record is made of
    connection: sqlite3.Connection,
    kind: RecordKind,
    event: Event,
    at_ms: int,
    created_ms: int,
    platforms: Collection[str],
) -> int:
    """Create the record of an event and its deliveries, and return the number of the record.

    Args:
        connection: within the caller's transaction.
        kind: that which belongs to the type of the event.
        event: what happened.
        at_ms: when (ms UTC). A label is told once: if another event of the kind has it, this one gets the next free
            one. Logs have labels of whole seconds on the wire, so no two of them are in one second.
        created_ms: when the station learnt of it.
        platforms: who is told; an event that nobody is told of is still history.

    Raises:
        ValueError: the kind is not that of the event, or a number of the event is not finite.
    """
    if event_body.KINDS[type(event)] is not kind:
        raise ValueError(f"cannot tell {event!r} as {kind.value}, expected {event_body.KINDS[type(event)].value}")
    body = event_body.to_text(event)
    step_ms = SECOND_MS if kind is RecordKind.INFO else 1
    while _is_taken(connection, kind, at_ms - at_ms % step_ms, step_ms):
        at_ms += step_ms - at_ms % step_ms
    record = outbox.owe(connection, kind, Span(at_ms, 0), created_ms, platforms)
    assert record is not None
    # A measurement or a check bears the label of its start; when it is known it is not late.
    connection.execute("UPDATE delivery SET due_ms = max(due_ms, ?) WHERE record = ?", (created_ms, record))
    connection.execute("INSERT INTO event (record, body) VALUES (?, ?)", (record, body))
    connection.execute(
        "INSERT INTO event_channel SELECT ?, id FROM channel"
        " WHERE is_current AND name IN (SELECT value FROM json_each(?))",
        (record, json.dumps(event_body.channels_of(event))),
    )
    return record


def _is_taken(connection: sqlite3.Connection, kind: RecordKind, first_ms: int, length_ms: int) -> bool:
    query = "SELECT 1 FROM record WHERE kind = ? AND start_ms >= ? AND start_ms < ? LIMIT 1"
    return connection.execute(query, (kind.value, first_ms, first_ms + length_ms)).fetchone() is not None


def of_record(connection: sqlite3.Connection, record: int) -> Event | None:
    """Return the event that the record with this number tells, or None if it tells none.

    Raises:
        StoreError: what is stored is no event.
    """
    return event_of(connection, record)


def in_span(connection: sqlite3.Connection, kind: RecordKind, first_ms: int, last_ms: int) -> Sequence[Record]:
    """Return the events of a kind with ``first_ms <= label <= last_ms``, oldest first.

    They all are in memory together: `dau.store.history` gives them page by page.
    """
    rows = connection.execute(
        "SELECT id, start_ms, created_ms FROM record WHERE kind = ? AND start_ms >= ? AND start_ms <= ?"
        " ORDER BY start_ms",
        (kind.value, first_ms, last_ms),
    ).fetchall()
    return [filled(connection, Record(number, kind, Span(at_ms, 0), made_ms)) for number, at_ms, made_ms in rows]
