"""Who did what: a chain in which each row seals the one before it, so that none is altered or taken out unnoticed.

The seal of a row is SHA-256 over the seal before it (32 zero bytes before the first) and the line of the row: each of
its columns in order as ``type:HEX`` joined by commas, where the type is SQLite's and HEX the bytes of the text or of
the decimal number. The chain alone does not show that rows are missing at its end, nor that somebody who may write the
file computed all of it anew: a seal kept elsewhere does.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

_COLUMNS: Final = ("id", "at_ms", "who", "what", "subject", "before", "after", "result")
_LINE: Final = " || ',' || ".join(f"typeof({column}) || ':' || hex({column})" for column in _COLUMNS)
_START: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did or tried: ``who`` did ``what`` to ``subject`` (time in milliseconds UTC).

    ``what`` is the command number where a platform did it; ``before`` and ``after`` are values, None where there is
    none and ``***`` for secrets; ``result`` says in words how it ended.
    """

    at_ms: int
    who: str
    what: str
    subject: str
    before: str | None
    after: str | None
    result: str


@dataclass(frozen=True, slots=True)
class End:
    """The last row of the chain: its number and its seal, which kept elsewhere proves all rows up to it."""

    row: int
    seal: bytes


def add(connection: sqlite3.Connection, act: Act) -> None:
    """Append a row and seal it."""
    last = end(connection)
    cursor = connection.execute(
        "INSERT INTO audit (at_ms, who, what, subject, before, after, result, seal) VALUES (?, ?, ?, ?, ?, ?, ?, x'')",
        (act.at_ms, act.who, act.what, act.subject, act.before, act.after, act.result),
    )
    number = cursor.lastrowid
    (line,) = connection.execute(f"SELECT {_LINE} FROM audit WHERE id = ?", (number,)).fetchone()  # noqa: S608
    seal = _seal(_START if last is None else last.seal, line)
    connection.execute("UPDATE audit SET seal = ? WHERE id = ?", (seal, number))


def end(connection: sqlite3.Connection) -> End | None:
    """Return the end of the chain, None if there is none yet."""
    row = connection.execute("SELECT id, seal FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else End(*row)


def first_broken(connection: sqlite3.Connection) -> int | None:
    """Return the number of the first row whose seal does not fit it and the row before it, or None if all do."""
    before = _START
    for number, line, seal in connection.execute(f"SELECT id, {_LINE}, seal FROM audit ORDER BY id"):  # noqa: S608
        if seal != _seal(before, line):
            return int(number)
        before = seal
    return None


def newest(connection: sqlite3.Connection, limit: int) -> Sequence[Act]:
    """Return the last ``limit`` acts, the newest first."""
    rows = connection.execute(
        "SELECT at_ms, who, what, subject, before, after, result FROM audit ORDER BY id DESC LIMIT ?", (limit,)
    )
    return [Act(*row) for row in rows]


def _seal(before: bytes, line: str) -> bytes:
    return sha256(before + line.encode("ascii")).digest()
