"""The hash of the samples that were stored since the last seal, taken by their numbers and in pieces.

It is SHA-256 over the samples with ``after < id <= until`` in the order of their numbers, each as 65 bytes: id, at_ms,
channel and states (signed, 64 bits), one byte of bits (1 raw, 2 value, 4 data_ms, 8 sampled_ms is there; 16 late), raw
and value (double), data_ms and sampled_ms (signed, 64 bits); all high byte first, zero for what is not there.

Samples that come late are sealed with the day in which they were stored, so nothing has to be sealed twice.
"""

import sqlite3
from dataclasses import dataclass
from hashlib import sha256
from struct import Struct
from typing import Final

PIECE: Final = 20_000
"""So many samples are read at once, so that nobody waits long for the reader."""

_ROW: Final = Struct(">qqqqBddqq")


@dataclass(frozen=True, slots=True)
class SampleDigest:
    """The samples up to the number ``until``, since the seal before: how many, and their hash."""

    until: int
    count: int
    hash: bytes


class Hashing:
    """One hash under way; ``after`` and ``until`` are numbers of samples."""

    def __init__(self, after: int, until: int) -> None:
        self._hash = sha256()
        self._after = after
        self._until = until
        self._count = 0

    def step(self, connection: sqlite3.Connection) -> SampleDigest | None:
        """Take the next piece; returns the digest once there is nothing left."""
        rows = connection.execute(
            "SELECT id, at_ms, channel, states, raw, value, data_ms, sampled_ms, late FROM sample"
            " WHERE id > ? AND id <= ? ORDER BY id LIMIT ?",
            (self._after, self._until, PIECE),
        ).fetchall()
        for row in rows:
            self._hash.update(_packed(*row))
        self._count += len(rows)
        if len(rows) < PIECE:
            return SampleDigest(self._until, self._count, self._hash.digest())
        self._after = rows[-1][0]
        return None


def newest(connection: sqlite3.Connection) -> int:
    """Return the number of the newest sample, 0 without any."""
    (number,) = connection.execute("SELECT coalesce(max(id), 0) FROM sample").fetchone()
    return int(number)


def _packed(  # noqa: PLR0913 - the columns of a row
    number: int,
    at_ms: int,
    channel: int,
    states: int,
    raw: float | None,
    value: float | None,
    data_ms: int | None,
    sampled_ms: int | None,
    late: int,
) -> bytes:
    there = (raw is not None) | (value is not None) << 1 | (data_ms is not None) << 2 | (sampled_ms is not None) << 3
    return _ROW.pack(
        number, at_ms, channel, states, there | late << 4, raw or 0.0, value or 0.0, data_ms or 0, sampled_ms or 0
    )
