"""Where the counter of each meter stood when its last minute closed, so that no outage loses what flowed meanwhile."""

import sqlite3

from dau.core.samples import Sample
from dau.core.states import State


def stood(connection: sqlite3.Connection, channel: int, name: str) -> Sample | None:
    """Return the last reading before the minute to close; None if there never was one."""
    row = connection.execute("SELECT at_ms, value FROM counter WHERE channel = ?", (channel,)).fetchone()
    return None if row is None else Sample(name, row[0], row[1], row[1], State.OK)


def stands(connection: sqlite3.Connection, channel: int, reading: Sample) -> None:
    """Note the last reading of the minute that closes, in the caller's transaction."""
    connection.execute(
        "INSERT OR REPLACE INTO counter (channel, at_ms, value) VALUES (?, ?, ?)",
        (channel, reading.at_ms, reading.value),
    )
