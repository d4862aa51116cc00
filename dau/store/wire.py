"""Evidence of the wire: every frame to and from a platform, byte for byte, and how each link stands."""

import sqlite3
from enum import StrEnum


class LinkState(StrEnum):
    """How the link to a platform stands."""

    CONNECTING = "connecting"
    CONNECTED = "connected"
    DOWN = "down"


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


def set_link(connection: sqlite3.Connection, platform: str, state: LinkState, since_ms: int, detail: str) -> None:
    """Note how the link to a platform stands, and why in words."""
    connection.execute("INSERT OR REPLACE INTO link VALUES (?, ?, ?, ?)", (platform, state.value, since_ms, detail))
