"""When what was owed to a platform got there."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from dau.core.periods import Span
from dau.core.records import RecordKind


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery of the record about ``span``: when it was due and when it ended, None if it still waits.

    ``attempts`` counts the rounds of sending, the last one too. Times in milliseconds UTC.
    """

    span: Span
    due_ms: int
    done_ms: int | None
    attempts: int


def of_kind(connection: sqlite3.Connection, platform: str, kind: RecordKind, span: Span) -> Sequence[Arrival]:
    """Return the deliveries to a platform of the records of a kind whose label lies in a span, by label."""
    rows = connection.execute(
        "SELECT start_ms, length_ms, due_ms, CASE WHEN state IN ('acknowledged', 'sent') THEN done_ms END, attempts"
        " FROM record JOIN delivery ON delivery.record = record.id AND platform = ?"
        " WHERE kind = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms",
        (platform, kind.value, span.start_ms, span.end_ms),
    )
    return [Arrival(Span(start_ms, length_ms), *ends) for start_ms, length_ms, *ends in rows]
