"""The SM4 keys of units as rows of the receiver's file: each function is one job for a thread of the database.

Of each unit there is at most one *current* key, the one it used last. A key that was sent by 1014 and is not proved yet
is a *next* one: it is stored before it is sent, and becomes the current one by the unit's 9012 or by the first packet
it opens. What was current before is *previous* and opens packets for 24 hours more; if it does, the unit has gone back
to it, and the newer one is not proved any more.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dau.hj212 import HJ2025

GRACE_MS: Final = HJ2025.encryption.grace_h * 3_600_000
PENDING: Final = 8
"""So many keys may be sent without a word of the unit; none of them can be forgotten, for it may use any.

After that they are sent again, in turn.
"""

PREVIOUS: Final = PENDING + 1
"""So many previous keys are kept of one unit, those last in use: all that one change can make previous."""


class Standing(StrEnum):
    """What a key is to its unit."""

    CURRENT = "current"
    NEXT = "next"
    PREVIOUS = "previous"


@dataclass(frozen=True, slots=True)
class UnitKey:
    """One key: its 16 bytes, when it was made (17 digits), its standing and since when (milliseconds UTC)."""

    id: int
    mn: str
    key: bytes = field(repr=False)
    created: str
    standing: Standing
    since_ms: int


def all_keys(connection: sqlite3.Connection) -> list[UnitKey]:
    """Return all keys; of each unit the current one first, then those sent, then the previous ones, newest first."""
    rows = connection.execute(ALL).fetchall()
    return [UnitKey(number, mn, key, created, Standing(kind), since) for number, mn, key, created, kind, since in rows]


def add_next(connection: sqlite3.Connection, mn: str, key: bytes, at_ms: int, created: str) -> int | None:
    """Store a key that is about to be sent and return its number, None if too many are unconfirmed already."""
    [pending] = connection.execute(PENDING_OF, (mn,)).fetchone()
    if pending >= PENDING:
        return None
    return int(connection.execute(ADD, (mn, key, created, Standing.NEXT, at_ms)).lastrowid or 0)


def repeat_next(connection: sqlite3.Connection, mn: str, at_ms: int) -> UnitKey | None:
    """Return the unconfirmed key of a unit whose sending is longest ago, and note that it is sent now.

    It is None if each of them was agreed upon elsewhere, and cannot be sent as text.
    """
    pending = [key for key in all_keys(connection) if key.mn == mn and key.standing is Standing.NEXT]
    oldest = min((key for key in pending if key.key.isalnum()), key=lambda key: (key.since_ms, key.id), default=None)
    if oldest is not None:
        connection.execute("UPDATE unit_key SET since_ms = ? WHERE id = ?", (at_ms, oldest.id))
    return oldest


def set_current(connection: sqlite3.Connection, mn: str, key: bytes, at_ms: int, created: str) -> None:
    """Store a key that was agreed upon elsewhere; all others of the unit are previous ones from now on."""
    connection.execute("DELETE FROM unit_key WHERE mn = ? AND key = ?", (mn, key))
    connection.execute(RETIRE_ALL, (at_ms, mn))
    connection.execute(ADD, (mn, key, created, Standing.CURRENT, at_ms))
    _forget(connection, mn, at_ms)


def promote(connection: sqlite3.Connection, number: int, at_ms: int) -> None:
    """Make a key that was sent the current one, if it is not yet.

    What was current, and keys sent before it, are previous ones from now on: a unit that gets no receipt for what it
    encrypts with the new one goes back to the one it had.
    """
    found = connection.execute("SELECT mn FROM unit_key WHERE id = ? AND standing = 'next'", (number,)).fetchone()
    if found is None:
        return
    [mn] = found
    connection.execute(RETIRE, (at_ms, mn, number))
    connection.execute(MAKE_CURRENT, (at_ms, number))
    _forget(connection, mn, at_ms)


def drop(connection: sqlite3.Connection, number: int) -> None:
    """Forget a key that the unit has refused."""
    connection.execute("DELETE FROM unit_key WHERE id = ? AND standing = 'next'", (number,))


def note_use(connection: sqlite3.Connection, used: Sequence[UnitKey], at_ms: int) -> bool:
    """Note which keys opened what came, in order, and tell whether that changed anything.

    A key that was sent has arrived if it opens something. A unit that uses a previous one has not proved the current
    one yet, and may stay with either.
    """
    changed = False
    for key in used:
        if key.standing is Standing.NEXT:
            promote(connection, key.id, at_ms)
        elif key.standing is Standing.PREVIOUS:
            _go_back(connection, key, at_ms)
        changed = changed or key.standing is not Standing.CURRENT
    return changed


def _go_back(connection: sqlite3.Connection, key: UnitKey, at_ms: int) -> None:
    if connection.execute("SELECT 1 FROM unit_key WHERE id = ? AND standing = 'previous'", (key.id,)).fetchone():
        connection.execute(DOUBT, (at_ms, key.mn))
        connection.execute(MAKE_CURRENT, (at_ms, key.id))


def _forget(connection: sqlite3.Connection, mn: str, at_ms: int) -> None:
    connection.execute(FORGET_OLD, (mn, at_ms - GRACE_MS))
    connection.execute(FORGET_MANY, (mn, mn, PREVIOUS))


ALL: Final = """
    SELECT id, mn, key, created, standing, since_ms FROM unit_key
    ORDER BY mn, CASE standing WHEN 'current' THEN 0 WHEN 'next' THEN 1 ELSE 2 END, id DESC
"""
ADD: Final = "INSERT INTO unit_key (mn, key, created, standing, since_ms) VALUES (?, ?, ?, ?, ?)"
PENDING_OF: Final = "SELECT count(*) FROM unit_key WHERE mn = ? AND standing = 'next'"
RETIRE_ALL: Final = "UPDATE unit_key SET standing = 'previous', since_ms = ? WHERE mn = ? AND standing <> 'previous'"
RETIRE: Final = f"{RETIRE_ALL} AND (standing = 'current' OR id < ?)"
DOUBT: Final = "UPDATE unit_key SET standing = 'next', since_ms = ? WHERE mn = ? AND standing = 'current'"
MAKE_CURRENT: Final = "UPDATE unit_key SET standing = 'current', since_ms = ? WHERE id = ?"
FORGET_OLD: Final = "DELETE FROM unit_key WHERE mn = ? AND standing = 'previous' AND since_ms < ?"
FORGET_MANY: Final = """
    DELETE FROM unit_key WHERE mn = ? AND standing = 'previous' AND id NOT IN (
        SELECT id FROM unit_key WHERE mn = ? AND standing = 'previous' ORDER BY since_ms DESC, id DESC LIMIT ?)
"""
