"""What the station can tell of its past, page by page, whether or not any platform was ever owed it.

Closed periods are looked up among the statistics themselves: a platform may ask for hours that nobody wanted when they
closed. Everything else exists only as a record that was made then.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, Span
from dau.core.records import Record, RecordKind
from dau.store.filling import PERIODS, filled

LENGTHS: Final[Mapping[RecordKind, int]] = {
    RecordKind.HOUR: HOUR_MS,
    RecordKind.DAY: DAY_MS,
    RecordKind.FACILITY_DAY: DAY_MS,
    RecordKind.FURNACE: FURNACE_MS,
}
"""Periods that have one length everywhere."""


def records(  # noqa: PLR0913 - a page of a span of a kind
    connection: sqlite3.Connection,
    kind: RecordKind,
    length_ms: int | None,
    first_ms: int,
    last_ms: int,
    after: int | None,
    limit: int,
) -> Sequence[Record]:
    """Return the next page of the records of a kind with ``first_ms <= label <= last_ms``, oldest first, filled.

    Args:
        connection: may be a reading one.
        kind: what to look for.
        length_ms: of the period: needed for `RecordKind.INTERVAL`, whose length a platform chooses. None for the rest.
        first_ms: the first label, a start of a period or an instant (milliseconds UTC).
        last_ms: the last label, itself included.
        after: the label (``span.start_ms``) of the last record of the page before; None for the first page. Labels of
            one kind and length differ.
        limit: most records of a page. A page with fewer is the last one.

    Returns:
        Records; those of periods have the number 0, as none need exist in the outbox.

    Raises:
        ValueError: no length was given for an interval.
    """
    begin_ms = first_ms if after is None else max(first_ms, after + 1)
    if kind in PERIODS:
        return _periods(connection, kind, _length(kind, length_ms), (begin_ms, last_ms), limit)
    rows = connection.execute(
        "SELECT id, start_ms, length_ms, created_ms FROM record WHERE kind = ? AND start_ms >= ? AND start_ms <= ?"
        " ORDER BY start_ms, id LIMIT ?",
        (kind.value, begin_ms, last_ms, limit),
    ).fetchall()
    return [
        filled(connection, Record(number, kind, Span(at_ms, long_ms), made_ms))
        for number, at_ms, long_ms, made_ms in rows
    ]


def _periods(
    connection: sqlite3.Connection, kind: RecordKind, length_ms: int, labels: tuple[int, int], limit: int
) -> Sequence[Record]:
    rows = connection.execute(
        "SELECT DISTINCT start_ms FROM statistic WHERE length_ms = ? AND start_ms >= ? AND start_ms <= ?"
        " ORDER BY start_ms LIMIT ?",
        (length_ms, *labels, limit),
    ).fetchall()
    spans = [Span(start_ms, length_ms) for (start_ms,) in rows]
    return [filled(connection, Record(0, kind, span, span.end_ms)) for span in spans]


def _length(kind: RecordKind, length_ms: int | None) -> int:
    length = LENGTHS.get(kind, length_ms)
    if length is None:
        raise ValueError(f"cannot look for records of kind {kind.value} without a length")
    return length
