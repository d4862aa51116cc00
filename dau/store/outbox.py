"""What is owed: records, and one delivery of each record to each platform that wants it.

A delivery ends with a receipt, or when sent if the platform is asked for none; that of a live value may also expire.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dau.core.periods import Span
from dau.core.records import Record, RecordKind
from dau.store.filling import filled

ALWAYS: Final = 1 << 62
"""An instant after all others."""


class DeliveryState(StrEnum):
    """How a delivery stands. ``SENT`` is the end where no receipt was asked for."""

    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    SENT = "sent"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One record that one platform still has to get; ``attempts`` counts full rounds of sending without a receipt."""

    record: Record
    platform: str
    attempts: int


def owe(  # noqa: PLR0913 - what is told, when it was made, to whom
    connection: sqlite3.Connection,
    kind: RecordKind,
    span: Span,
    created_ms: int,
    platforms: Iterable[str],
    known_ms: int | None = None,
) -> int | None:
    """Create the record and its deliveries, or return None if it exists: a label is told once.

    ``known_ms`` is when a platform could have it at the earliest; None: at the end of its span.
    """
    cursor = connection.execute(
        "INSERT OR IGNORE INTO record (kind, start_ms, length_ms, created_ms) VALUES (?, ?, ?, ?)",
        (kind.value, span.start_ms, span.length_ms, created_ms),
    )
    if cursor.rowcount == 0 or cursor.lastrowid is None:
        return None
    connection.executemany(
        "INSERT INTO delivery (record, platform, state, due_ms, next_try_ms) VALUES (?, ?, 'waiting', ?, 0)",
        [(cursor.lastrowid, platform, span.end_ms if known_ms is None else known_ms) for platform in platforms],
    )
    return cursor.lastrowid


def attach_live(connection: sqlite3.Connection, record: int, sample_ids: Iterable[int]) -> None:
    """Tie a live record to the samples it tells."""
    connection.executemany("INSERT INTO live_value VALUES (?, ?)", [(record, sample) for sample in sample_ids])


def next_delivery(
    connection: sqlite3.Connection, platform: str, now_ms: int, live_since_ms: int, live: bool
) -> Delivery | None:
    """Return the delivery to try next in one lane, oldest first.

    Live is what became due since ``live_since_ms``; the rest is backlog.
    """
    row = connection.execute(
        "SELECT record.id, kind, start_ms, length_ms, created_ms, attempts"
        " FROM delivery JOIN record ON record.id = delivery.record"
        " WHERE platform = ? AND state = 'waiting' AND due_ms >= ? AND due_ms < ? AND next_try_ms <= ?"
        " ORDER BY due_ms, delivery.record LIMIT 1",
        (platform, *((live_since_ms, ALWAYS) if live else (0, live_since_ms)), now_ms),
    ).fetchone()
    if row is None:
        return None
    number, kind, start_ms, length_ms, created_ms, attempts = row
    record = filled(connection, Record(number, RecordKind(kind), Span(start_ms, length_ms), created_ms))
    return Delivery(record, platform, attempts)


def finish(connection: sqlite3.Connection, delivery: Delivery, state: DeliveryState, qn: str, at_ms: int) -> None:
    """End a delivery; one that has ended stays as it is."""
    connection.execute(
        "UPDATE delivery SET state = ?, qn = ?, done_ms = ?, attempts = attempts + 1"
        " WHERE record = ? AND platform = ? AND state = 'waiting'",
        (state.value, qn, at_ms, delivery.record.id, delivery.platform),
    )


def postpone(connection: sqlite3.Connection, delivery: Delivery, next_try_ms: int) -> None:
    """Note a round of sending without a receipt; the delivery, unless it has ended, goes on waiting."""
    connection.execute(
        "UPDATE delivery SET attempts = attempts + 1, next_try_ms = ?"
        " WHERE record = ? AND platform = ? AND state = 'waiting'",
        (next_try_ms, delivery.record.id, delivery.platform),
    )


def expire_live(connection: sqlite3.Connection, platform: str, before_ms: int, now_ms: int) -> int:
    """Give up the live values and running states from before an instant that still wait. Returns how many."""
    return connection.execute(
        "UPDATE delivery SET state = 'expired', done_ms = ? WHERE platform = ? AND state = 'waiting' AND due_ms < ?"
        " AND (SELECT kind FROM record WHERE id = delivery.record) IN ('realtime', 'facility')",
        (now_ms, platform, before_ms),
    ).rowcount


@dataclass(frozen=True, slots=True)
class Tally:
    """Deliveries to one platform: what waits now, and what ended since some instant. Times in milliseconds UTC."""

    waiting: int
    acknowledged: int
    sent: int
    expired: int
    last_receipt_ms: int | None


def tally(connection: sqlite3.Connection, platform: str, since_ms: int) -> Tally:
    """Count the deliveries to one platform: all that wait, and those that ended since ``since_ms``."""
    (waiting,) = connection.execute(
        "SELECT count(*) FROM delivery WHERE platform = ? AND state = 'waiting'", (platform,)
    ).fetchone()
    ended = dict(
        connection.execute(
            "SELECT state, count(*) FROM delivery WHERE platform = ? AND state <> 'waiting' AND done_ms >= ?"
            " GROUP BY state",
            (platform, since_ms),
        )
    )
    (last_ms,) = connection.execute(
        "SELECT max(done_ms) FROM delivery WHERE platform = ? AND state <> 'waiting' AND state = 'acknowledged'"
        " AND done_ms >= ?",
        (platform, since_ms),
    ).fetchone()
    return Tally(
        waiting=waiting,
        acknowledged=ended.get(DeliveryState.ACKNOWLEDGED.value, 0),
        sent=ended.get(DeliveryState.SENT.value, 0),
        expired=ended.get(DeliveryState.EXPIRED.value, 0),
        last_receipt_ms=last_ms,
    )
