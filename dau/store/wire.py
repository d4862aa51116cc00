"""Evidence of the wire: every frame to and from a platform, byte for byte, and how each link stands."""

import sqlite3
from dataclasses import dataclass
from enum import StrEnum


class LinkState(StrEnum):
    """How the link to a platform stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Link:
    """The link to a platform, since when (milliseconds UTC) and why in words."""

    state: LinkState
    since_ms: int
    detail: str


def add_sent(connection: sqlite3.Connection, platform: str, at_ms: int, record: int | None, frame: bytes) -> None:
    """Keep a frame that was handed to the link."""
    connection.execute(
        "INSERT INTO wire (at_ms, platform, sent, record, frame) VALUES (?, ?, 1, ?, ?)",
        (at_ms, platform, record, frame),
    )


def add_received(connection: sqlite3.Connection, platform: str, at_ms: int, record: int | None, frame: bytes) -> None:
    """Keep a frame that came; ``record`` is the one it answers."""
    connection.execute(
        "INSERT INTO wire (at_ms, platform, sent, record, frame) VALUES (?, ?, 0, ?, ?)",
        (at_ms, platform, record, frame),
    )


def set_link(connection: sqlite3.Connection, platform: str, link: Link) -> None:
    """Note how the link to a platform stands."""
    connection.execute(
        "INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?)", (platform, link.state.value, link.since_ms, link.detail)
    )


def link_of(connection: sqlite3.Connection, platform: str) -> Link | None:
    """Return how the link to a platform stood last, or None if it was never tried."""
    row = connection.execute("SELECT state, since_ms, detail FROM link WHERE platform = ?", (platform,)).fetchone()
    return None if row is None else Link(LinkState(row[0]), row[1], row[2])
