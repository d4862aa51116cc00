"""Statistics of closed periods, and how far closing has come."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from dau.core.periods import Span
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store.samples import ChannelIds


def closed_until(connection: sqlite3.Connection) -> int | None:
    """Return the instant before which every minute is closed (ms UTC), or None on a new station."""
    row = connection.execute("SELECT closed_until_ms FROM progress").fetchone()
    return None if row is None else int(row[0])


def set_closed_until(connection: sqlite3.Connection, until_ms: int) -> None:
    """Note that every minute ending by ``until_ms`` is closed."""
    connection.execute("INSERT OR REPLACE INTO progress (one, closed_until_ms) VALUES (1, ?)", (until_ms,))


def add(connection: sqlite3.Connection, ids: ChannelIds, statistics: Iterable[PeriodStatistic]) -> None:
    """Store statistics of periods that have none yet; a second one for the same period is a bug and refused."""
    connection.executemany(
        "INSERT INTO statistic (channel, start_ms, length_ms, state, valid, count, expected, mean, low, high, raw_mean,"
        " total, volume, paired) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                ids[one.channel],
                one.span.start_ms,
                one.span.length_ms,
                int(one.state),
                one.valid,
                one.count,
                one.expected,
                one.mean,
                one.low,
                one.high,
                one.raw_mean,
                one.total,
                one.volume,
                one.paired,
            )
            for one in statistics
        ],
    )


def has(connection: sqlite3.Connection, span: Span, length_ms: int) -> bool:
    """Tell whether any period of a length that begins in a span was closed."""
    row = connection.execute(
        "SELECT 1 FROM statistic WHERE length_ms = ? AND start_ms >= ? AND start_ms < ? LIMIT 1",
        (length_ms, span.start_ms, span.end_ms),
    ).fetchone()
    return row is not None


def in_span(
    connection: sqlite3.Connection, ids: ChannelIds, span: Span, length_ms: int
) -> Mapping[str, Sequence[PeriodStatistic]]:
    """Return the statistics of the ``length_ms`` long periods inside ``span`` by channel, each in order of time.

    What a channel of the same name was before its factor or unit changed is another quantity and left out.
    """
    names = {number: name for name, number in ids.items()}
    found: dict[str, list[PeriodStatistic]] = {name: [] for name in ids}
    rows = connection.execute(
        "SELECT channel, start_ms, state, valid, count, expected, mean, low, high, raw_mean, total, volume, paired"
        " FROM statistic WHERE length_ms = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms",
        (length_ms, span.start_ms, span.end_ms),
    )
    for number, start_ms, state, valid, *numbers in rows:
        if (name := names.get(number)) is not None:
            period = Span(start_ms, length_ms)
            found[name].append(PeriodStatistic(name, period, State(state), bool(valid), *numbers))
    return found


def of_period(connection: sqlite3.Connection, span: Span) -> Sequence[PeriodStatistic]:
    """Return the statistic of every channel that was closed for just this period."""
    rows = connection.execute(
        "SELECT name, state, valid, count, expected, mean, low, high, raw_mean, total, volume, paired"
        " FROM statistic JOIN channel ON channel.id = statistic.channel"
        " WHERE length_ms = ? AND start_ms = ? ORDER BY channel.id",
        (span.length_ms, span.start_ms),
    )
    return [PeriodStatistic(name, span, State(state), bool(valid), *numbers) for name, state, valid, *numbers in rows]
