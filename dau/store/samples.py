"""Raw samples: added, read by span, never altered."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dau.core.channels import Channel
from dau.core.periods import DAY_MS, Span
from dau.core.results import Shown
from dau.core.samples import Sample
from dau.core.states import State

ChannelIds = Mapping[str, int]


def register(connection: sqlite3.Connection, channels: Iterable[Channel]) -> ChannelIds:
    """Return the number of each channel in this database, giving new ones a number; these are the current ones now."""
    ids = {}
    for channel in channels:
        identity = (channel.name, channel.factor, channel.unit)
        connection.execute("INSERT OR IGNORE INTO channel (name, factor, unit) VALUES (?, ?, ?)", identity)
        connection.execute(
            "UPDATE channel SET is_current = ((factor, unit) = (?, ?)) WHERE name = ?",
            (channel.factor, channel.unit, channel.name),
        )
        found = connection.execute("SELECT id FROM channel WHERE (name, factor, unit) = (?, ?, ?)", identity)
        ids[channel.name] = int(found.fetchone()[0])
    return ids


def current_ids(connection: sqlite3.Connection, names: Iterable[str]) -> ChannelIds:
    """Return the numbers of the channels with these names as the station has them now; others are left out."""
    listed = json.dumps(list(names))
    return dict(
        connection.execute(
            "SELECT name, id FROM channel WHERE is_current AND name IN (SELECT value FROM json_each(?))", (listed,)
        )
    )


def add(connection: sqlite3.Connection, ids: ChannelIds, samples: Sequence[Sample], closed_until_ms: int) -> int:
    """Store samples; those that fall into a closed minute are marked late. Returns how many were late."""
    rows = [
        (
            sample.at_ms,
            ids[sample.channel],
            sample.raw,
            sample.value,
            int(sample.states),
            sample.at_ms < closed_until_ms,
            sample.data_ms,
            sample.sampled_ms,
        )
        for sample in samples
    ]
    connection.executemany(
        "INSERT INTO sample (at_ms, channel, raw, value, states, late, data_ms, sampled_ms)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    return sum(row[5] for row in rows)


_SHOWN: Final = (
    "CASE WHEN sampled_ms IS NOT NULL OR data_ms IS NULL THEN value ELSE"
    " (SELECT value FROM sample AS result WHERE result.channel = sample.channel AND result.sampled_ms IS NOT NULL"
    " AND result.id < sample.id AND result.data_ms = sample.data_ms ORDER BY result.id DESC LIMIT 1) END"
)
"""The value of a sample, or that of the result which an analyser still showed then."""


def in_span(connection: sqlite3.Connection, ids: ChannelIds, span: Span) -> Mapping[str, Sequence[Sample]]:
    """Return the samples of these channels in a span, in the order of their arrival; late ones are left out."""
    names = {number: name for name, number in ids.items()}
    found: dict[str, list[Sample]] = {name: [] for name in ids}
    rows = connection.execute(
        f"SELECT channel, at_ms, raw, {_SHOWN}, states, data_ms, sampled_ms FROM sample"  # noqa: S608 - no input
        " WHERE at_ms >= ? AND at_ms < ? AND NOT late ORDER BY id",
        (span.start_ms, span.end_ms),
    )
    for number, at_ms, raw, value, states, data_ms, sampled_ms in rows:
        if (name := names.get(number)) is not None:
            found[name].append(Sample(name, at_ms, raw, value, State(states), False, data_ms, sampled_ms))
    return found


def last_result(connection: sqlite3.Connection, channel: str) -> Shown | None:
    """Return the newest result of a channel as the station has it now, by the order of arrival; None without any."""
    row = connection.execute(
        "SELECT data_ms, at_ms, value IS NOT NULL FROM sample"
        " WHERE channel = (SELECT id FROM channel WHERE name = ? AND is_current)"
        " AND sampled_ms IS NOT NULL ORDER BY id DESC LIMIT 1",
        (channel,),
    ).fetchone()
    return None if row is None else Shown(row[0], row[1], bool(row[2]))


def results_in(connection: sqlite3.Connection, channel: int, sampled: Span) -> Sequence[Sample]:
    """Return the results of a channel whose water was taken in a span, in the order of their arrival."""
    rows = connection.execute(
        "SELECT name, at_ms, raw, value, states, late, data_ms, sampled_ms FROM sample JOIN channel"
        " ON channel.id = sample.channel WHERE channel = ? AND sampled_ms >= ? AND sampled_ms < ? ORDER BY sample.id",
        (channel, sampled.start_ms, sampled.end_ms),
    )
    return [
        Sample(name, at_ms, raw, value, State(states), bool(late), data_ms, sampled_ms)
        for name, at_ms, raw, value, states, late, data_ms, sampled_ms in rows
    ]


def latest_ids(connection: sqlite3.Connection, after_ms: int, until_ms: int) -> Sequence[int]:
    """Return the number of the newest sample of each channel that has one in ``after_ms <= t <= until_ms``.

    A channel has one newest sample, also just after its unit was changed.
    """
    rows = connection.execute(
        "SELECT max(sample.id) FROM sample JOIN channel ON channel.id = sample.channel"
        " WHERE at_ms >= ? AND at_ms <= ? GROUP BY name",
        (after_ms, until_ms),
    )
    return [int(number) for (number,) in rows]


def last_value(connection: sqlite3.Connection, channel: str, before_ms: int) -> float | None:
    """Return the newest value of a channel in the two days before an instant (ms UTC), None if there is none."""
    row = connection.execute(
        "SELECT value FROM sample JOIN channel ON channel.id = sample.channel"
        " WHERE at_ms >= ? AND at_ms < ? AND name = ? AND value IS NOT NULL ORDER BY sample.id DESC LIMIT 1",
        (before_ms - 2 * DAY_MS, before_ms, channel),
    ).fetchone()
    return None if row is None else float(row[0])


def by_ids(connection: sqlite3.Connection, numbers: Sequence[int]) -> Sequence[Sample]:
    """Return the samples with these numbers, in the order of their arrival."""
    rows = connection.execute(
        f"SELECT name, at_ms, raw, {_SHOWN}, states, late, data_ms, sampled_ms FROM sample"  # noqa: S608 - no input
        " JOIN channel ON channel.id = sample.channel WHERE sample.id IN (SELECT value FROM json_each(?))"
        " ORDER BY sample.id",
        (json.dumps(list(numbers)),),
    )
    return [
        Sample(name, at_ms, raw, value, State(states), bool(late), data_ms, sampled_ms)
        for name, at_ms, raw, value, states, late, data_ms, sampled_ms in rows
    ]
