"""Closed periods as rules see them: single labels of single channels, each found without reading those between."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from dau.core.periods import Span
from dau.core.rules.points import JUDGED, Point
from dau.core.states import State
from dau.store.samples import ChannelIds

_COLUMNS = "start_ms, state, valid, mean, raw_mean, low, high"


def in_tail(connection: sqlite3.Connection, channel: int, length_ms: int, labels: Sequence[int]) -> list[Point]:
    """Return the point of a channel at each of ``labels``; one that was never closed has no data."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM statistic WHERE length_ms = ? AND channel = ?"  # noqa: S608 - no input
        " AND start_ms IN (SELECT value FROM json_each(?))",
        (length_ms, channel, json.dumps(labels)),
    )
    found = {row[0]: _point(*row) for row in rows}
    return [found.get(label) or _never_closed(label) for label in labels]


def of_period(connection: sqlite3.Connection, ids: ChannelIds, span: Span) -> Mapping[str, Point]:
    """Return the point of every channel for one period."""
    rows: Iterable[tuple[int, ...]] = connection.execute(
        f"SELECT channel, {_COLUMNS} FROM statistic WHERE length_ms = ? AND start_ms = ?",  # noqa: S608 - no input
        (span.length_ms, span.start_ms),
    )
    found = {channel: _point(*row) for channel, *row in rows}
    return {name: found.get(number) or _never_closed(span.start_ms) for name, number in ids.items()}


def rough_means(
    connection: sqlite3.Connection, ids: ChannelIds, span: Span, part_ms: int
) -> Mapping[str, tuple[int, float]]:
    """Return, for each channel that has any, the number of judged values in a span and their mean but for rounding."""
    names = {number: name for name, number in ids.items()}
    rows = connection.execute(
        "SELECT channel, count(mean), avg(mean) FROM statistic WHERE length_ms = ? AND start_ms >= ? AND start_ms < ?"
        " AND valid AND mean IS NOT NULL AND state IN (SELECT value FROM json_each(?)) GROUP BY channel",
        (part_ms, span.start_ms, span.end_ms, json.dumps([int(state) for state in JUDGED])),
    )
    return {names[number]: (count, mean) for number, count, mean in rows if number in names}


def peaks(connection: sqlite3.Connection, ids: ChannelIds, span: Span) -> Mapping[str, float]:
    """Return, for each channel that has any, the largest number in a span as it came: before it was held to the range.

    Only samples in order or over range count; what came during a calibration says nothing of the plant.
    """
    names = {number: name for name, number in ids.items()}
    rows = connection.execute(
        "SELECT channel, max(raw) FROM sample WHERE at_ms >= ? AND at_ms < ? AND raw IS NOT NULL AND states IN (0, ?)"
        " GROUP BY channel",
        (span.start_ms, span.end_ms, int(State.OVER_RANGE)),
    )
    return {names[number]: peak for number, peak in rows if number in names}


def _never_closed(label_ms: int) -> Point:
    return Point(label_ms, State.NO_DATA, None, is_closed=False)


def _point(  # noqa: PLR0913 - the columns of a row
    label_ms: int,
    state: int,
    valid: int,
    mean: float | None,
    raw_mean: float | None,
    low: float | None,
    high: float | None,
) -> Point:
    """A mean that is not valid is no value, but it is a number."""
    raw = mean if raw_mean is None else raw_mean
    return Point(label_ms, State(state), mean if valid else None, raw, low, high)
