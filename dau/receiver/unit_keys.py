"""The SM4 keys of units as rows of the receiver's file: each function is one job for a thread of the database.

Of each unit there is at most one *current* key. A key that was sent by 1014 and not confirmed yet is a *next* one: it
is stored before it is sent, and becomes the current one by the unit's 9012 or by the first packet it opens. What was
current before is *previous* and opens packets for 24 hours more, counted from the last one it opened.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dau.hj212 import HJ2025

GRACE_MS: Final = HJ2025.encryption.grace_h * 3_600_000
TOUCH_MS: Final = 3_600_000
"""The grace of a previous key that is still used is not renewed more often."""

PENDING: Final = 8
"""So many keys may be sent without a word of the unit; none of them can be forgotten, for it may use any."""

PREVIOUS: Final = 4
"""So many previous keys are kept of one unit, the newest."""


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


def set_current(connection: sqlite3.Connection, mn: str, key: bytes, at_ms: int, created: str) -> None:
    """Store a key that was agreed upon elsewhere; all others of the unit are previous ones from now on."""
    connection.execute("DELETE FROM unit_key WHERE mn = ? AND key = ?", (mn, key))
    connection.execute("UPDATE unit_key SET standing = 'previous', since_ms = ? WHERE mn = ?", (at_ms, mn))
    connection.execute(ADD, (mn, key, created, Standing.CURRENT, at_ms))
    _forget(connection, mn, at_ms)


def promote(connection: sqlite3.Connection, number: int, at_ms: int) -> None:
    """Make a key that was sent the current one; those sent before it are no longer needed. Again: nothing happens."""
    found = connection.execute("SELECT mn FROM unit_key WHERE id = ? AND standing = 'next'", (number,)).fetchone()
    if found is None:
        return
    [mn] = found
    connection.execute("DELETE FROM unit_key WHERE mn = ? AND standing = 'next' AND id < ?", (mn, number))
    connection.execute(RETIRE, (at_ms, mn))
    connection.execute("UPDATE unit_key SET standing = 'current', since_ms = ? WHERE id = ?", (at_ms, number))
    _forget(connection, mn, at_ms)


def drop(connection: sqlite3.Connection, number: int) -> None:
    """Forget a key that the unit has refused."""
    connection.execute("DELETE FROM unit_key WHERE id = ? AND standing = 'next'", (number,))


def note_use(connection: sqlite3.Connection, used: Sequence[UnitKey], at_ms: int) -> bool:
    """Note which keys opened what came, and tell whether that changed anything.

    A key that was sent has arrived if it opens something. The grace of a previous one begins anew as long as the unit
    goes on using it: a unit that never learned of its receipt may.
    """
    changed = False
    for key in {each.id: each for each in used}.values():
        if key.standing is Standing.NEXT:
            promote(connection, key.id, at_ms)
            changed = True
        elif key.standing is Standing.PREVIOUS and at_ms - key.since_ms >= TOUCH_MS:
            connection.execute(TOUCH, (at_ms, key.id))
            changed = True
    return changed


def _forget(connection: sqlite3.Connection, mn: str, at_ms: int) -> None:
    connection.execute(FORGET_OLD, (mn, at_ms - GRACE_MS))
    connection.execute(FORGET_MANY, (mn, mn, PREVIOUS))


ALL: Final = """
    SELECT id, mn, key, created, standing, since_ms FROM unit_key
    ORDER BY mn, CASE standing WHEN 'current' THEN 0 WHEN 'next' THEN 1 ELSE 2 END, id DESC
"""
ADD: Final = "INSERT INTO unit_key (mn, key, created, standing, since_ms) VALUES (?, ?, ?, ?, ?)"
PENDING_OF: Final = "SELECT count(*) FROM unit_key WHERE mn = ? AND standing = 'next'"
RETIRE: Final = "UPDATE unit_key SET standing = 'previous', since_ms = ? WHERE mn = ? AND standing = 'current'"
TOUCH: Final = "UPDATE unit_key SET since_ms = ? WHERE id = ? AND standing = 'previous'"
FORGET_OLD: Final = "DELETE FROM unit_key WHERE mn = ? AND standing = 'previous' AND since_ms < ?"
FORGET_MANY: Final = """
    DELETE FROM unit_key WHERE mn = ? AND standing = 'previous' AND id NOT IN (
        SELECT id FROM unit_key WHERE mn = ? AND standing = 'previous' ORDER BY id DESC LIMIT ?)
"""
