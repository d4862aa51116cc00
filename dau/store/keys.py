"""The SM4 keys of each platform, from the one that was just given to those that are forgotten (HJ 212-2025, 6.4.3).

The file is readable by its owner alone. A key that may not be used any more is overwritten by its fingerprint, which
opens nothing and still tells that the key was known.
"""

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dau.hj212 import parse_data_time


class Standing(StrEnum):
    """What a key may be used for. The words are stored in the database: they never change their meaning."""

    NEXT = "next"
    """Given by command; the answer may not have gone out, or the platform does not seem to have the key."""
    UNPROVEN = "unproven"
    """The answer went out; nothing encrypted with the key has been acknowledged yet."""
    CURRENT = "current"
    """The platform has it: the first one, or one proved by a receipt."""
    PREVIOUS = "previous"
    """Opens what comes, within its grace, and is never sent with."""
    ERASED = "erased"
    """Only its fingerprint is left."""


@dataclass(frozen=True, slots=True)
class Held:
    """A key that is held; ``created`` is its SKCreateTime, ``since_ms`` since when it stands as it does."""

    id: int
    key: bytes = field(repr=False)
    created: str
    standing: Standing
    since_ms: int


@dataclass(frozen=True, slots=True)
class Age:
    """The key that a platform is known to have: created when (milliseconds UTC, None if that is no time)."""

    created_ms: int | None
    has_newer: bool
    """A newer one was given and has not been proved by a receipt."""


UNPROVEN_KEPT: Final = 4
"""Keys that were given and never proved, held at the same time; of more the oldest are erased."""

_FINGERPRINT: Final = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}


def held(connection: sqlite3.Connection, platform: str) -> tuple[Held, ...]:
    """Return the keys of a platform, the newest first."""
    rows = connection.execute(
        "SELECT id, key, created, standing, since_ms FROM sm4_key WHERE platform = ? AND standing <> 'erased'"
        " ORDER BY id DESC",
        (platform,),
    )
    return tuple(Held(number, key, created, Standing(word), since) for number, key, created, word, since in rows)


def is_known(connection: sqlite3.Connection, platform: str, key: bytes) -> bool:
    """Tell whether a platform ever had this key, also if it has been erased."""
    if any(each.key == key for each in held(connection, platform)):
        return True
    erased = connection.execute("SELECT key FROM sm4_key WHERE platform = ? AND standing = 'erased'", (platform,))
    fingerprints = [fingerprint for (fingerprint,) in erased]
    return bool(fingerprints) and _fingerprint(platform, key) in fingerprints


def take_over(connection: sqlite3.Connection, platform: str, key: bytes, created: str, at_ms: int) -> None:
    """Take a key of the operator as the current one; all others may only open from now on."""
    connection.execute(
        "UPDATE sm4_key SET standing = 'previous', since_ms = ? WHERE platform = ?"
        " AND standing NOT IN ('previous', 'erased')",
        (at_ms, platform),
    )
    _insert(connection, platform, Held(0, key, created, Standing.CURRENT, at_ms))


def give(connection: sqlite3.Connection, platform: str, key: bytes, created: str, at_ms: int) -> int:
    """Add a key that the platform gave; it waits for the answer to that command. Returns its number."""
    number = _insert(connection, platform, Held(0, key, created, Standing.NEXT, at_ms))
    waiting = [each.id for each in held(connection, platform) if each.standing in (Standing.NEXT, Standing.UNPROVEN)]
    _erase(connection, platform, waiting[UNPROVEN_KEPT:], at_ms)
    return number


def answered(connection: sqlite3.Connection, number: int, at_ms: int) -> None:
    """Note that the answer to the command that gave a key went out."""
    connection.execute(
        "UPDATE sm4_key SET standing = 'unproven', since_ms = ? WHERE id = ? AND standing = 'next'", (at_ms, number)
    )


def prove(connection: sqlite3.Connection, platform: str, number: int, at_ms: int) -> None:
    """Make a key the current one; older ones may only open from now on, newer ones wait for their proof as before."""
    connection.execute(
        "UPDATE sm4_key SET standing = 'previous', since_ms = ? WHERE platform = ? AND id < ?"
        " AND standing NOT IN ('previous', 'erased')",
        (at_ms, platform, number),
    )
    connection.execute("UPDATE sm4_key SET standing = 'current', since_ms = ? WHERE id = ?", (at_ms, number))


def put_off(connection: sqlite3.Connection, platform: str, at_ms: int) -> None:
    """Note that the platform does not seem to have the keys it gave: the current one is sent with until it does."""
    connection.execute(
        "UPDATE sm4_key SET standing = 'next', since_ms = ? WHERE platform = ? AND standing = 'unproven'",
        (at_ms, platform),
    )


def erase(connection: sqlite3.Connection, platform: str, before_ms: int, at_ms: int) -> None:
    """Forget the previous keys that are no more than that since ``before_ms``."""
    previous = (each for each in held(connection, platform) if each.standing is Standing.PREVIOUS)
    _erase(connection, platform, [each.id for each in previous if each.since_ms <= before_ms], at_ms)


def ages(connection: sqlite3.Connection) -> Mapping[str, Age]:
    """Return how old the key of each platform is that has one."""
    rows = connection.execute(
        "SELECT platform, created, standing FROM sm4_key WHERE standing IN ('current', 'unproven', 'next') ORDER BY id"
    )
    found: dict[str, Age] = {}
    for platform, created, standing in rows:
        is_newer = standing != Standing.CURRENT and platform in found
        known = found[platform].created_ms if is_newer else parse_data_time(created)
        found[platform] = Age(known, has_newer=standing != Standing.CURRENT)
    return found


def _insert(connection: sqlite3.Connection, platform: str, new: Held) -> int:
    (number,) = connection.execute(
        "INSERT INTO sm4_key (platform, key, created, standing, since_ms) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (platform, new.key, new.created, new.standing.value, new.since_ms),
    ).fetchone()
    return int(number)


def _erase(connection: sqlite3.Connection, platform: str, numbers: list[int], at_ms: int) -> None:
    """Overwrite keys, and have SQLite overwrite the places in the file where they stood."""
    for number in numbers:
        (key,) = connection.execute("SELECT key FROM sm4_key WHERE id = ?", (number,)).fetchone()
        connection.execute("PRAGMA secure_delete = ON").fetchone()
        connection.execute(
            "UPDATE sm4_key SET key = ?, standing = 'erased', since_ms = ? WHERE id = ?",
            (_fingerprint(platform, key), at_ms, number),
        )
        connection.execute("PRAGMA secure_delete = OFF").fetchone()


def _fingerprint(platform: str, key: bytes) -> bytes:
    """Return what stays of a key: slow to compute, so that keys of few digits cannot be tried through."""
    return hashlib.scrypt(key, salt=platform.encode(), **_FINGERPRINT)
