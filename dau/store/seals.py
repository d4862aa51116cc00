"""The seal of each day that is over: a hash of all its statistics and of the audit log as it then was, chained.

The digest of a day is SHA-256 over one line for each statistic whose period ends in it (the end of the day included),
by length, start and number of the channel: length_ms, start_ms, name, factor, unit, state, valid, count, expected,
mean, low, high, raw_mean, total, volume, paired, joined by tabs and ended by a line feed; numbers in decimal, reals
by the shortest digits that read back as the same double, ``None`` for what is missing. The seal is SHA-256 over the
seal of the day before (32 zero bytes before the first) and the line of day_ms, count, digest, audit_row, audit_seal,
made_ms, joined by tabs, hashes in hexadecimal; behind them, in files of today, sample_until, sample_count and
sample_digest, which cover the samples (``sample_seals.py``).

A seal that is kept elsewhere proves every day and every act before it.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from dau.core.periods import DAY_MS, MINUTE_MS, Span, span_at
from dau.store.sample_seals import SampleDigest

START: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Digest:
    """The statistics of a day: how many, and their hash."""

    count: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class DaySeal:
    """One link of the chain; ``audit_row`` is 0 while the audit log was empty. Times in milliseconds UTC."""

    day_ms: int
    digest: Digest
    audit_row: int
    audit_seal: bytes
    made_ms: int
    seal: bytes
    samples: SampleDigest | None = None
    """What it covers of the samples; None in a seal that was made before samples were sealed."""


def digest_of(connection: sqlite3.Connection, day: Span) -> Digest:
    """Hash the statistics of a day; it takes a while, and a reading connection will do."""
    found, count = sha256(), 0
    for length_ms in _lengths(connection):
        rows = connection.execute(
            "SELECT length_ms, start_ms, name, factor, unit, state, valid, count, expected, mean, low, high, raw_mean,"
            " total, volume, paired FROM statistic JOIN channel ON channel.id = statistic.channel"
            " WHERE length_ms = ? AND start_ms > ? AND start_ms <= ? ORDER BY start_ms, statistic.channel",
            (length_ms, day.start_ms - length_ms, day.end_ms - length_ms),
        )
        for row in rows:
            found.update(("\t".join(map(str, row)) + "\n").encode())
            count += 1
    return Digest(count, found.digest())


def add(
    connection: sqlite3.Connection, day_ms: int, digest: Digest, made_ms: int, sampled: SampleDigest | None = None
) -> None:
    """Seal a day, with the audit log as it is now and the samples that were stored since the seal before."""
    before = newest(connection)
    end = connection.execute("SELECT id, seal FROM audit ORDER BY id DESC LIMIT 1").fetchone() or (0, START)
    seal = _seal(START if before is None else before.seal, (day_ms, digest, *end, made_ms), sampled)
    covered = (None, None, None) if sampled is None else (sampled.until, sampled.count, sampled.hash)
    connection.execute(
        "INSERT INTO day_seal (day_ms, count, digest, audit_row, audit_seal, made_ms, seal, sample_until,"
        " sample_count, sample_digest) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (day_ms, digest.count, digest.hash, *end, made_ms, seal, *covered),
    )


def newest(connection: sqlite3.Connection) -> DaySeal | None:
    """Return the last seal, None if no day was sealed yet."""
    row = connection.execute(f"{_SELECT} DESC LIMIT 1").fetchone()
    return None if row is None else _of_row(row)


def every(connection: sqlite3.Connection) -> Iterator[DaySeal]:
    """Return all seals, the oldest first."""
    return map(_of_row, connection.execute(_SELECT))


def next_day(connection: sqlite3.Connection) -> Span | None:
    """Return the day to seal next, over or not: after the last sealed one, or the first that has statistics."""
    last = newest(connection)
    if last is not None:
        return Span(last.day_ms + DAY_MS, DAY_MS)
    (first_ms,) = connection.execute("SELECT min(start_ms) FROM statistic WHERE length_ms = ?", (MINUTE_MS,)).fetchone()
    return None if first_ms is None else span_at(first_ms, DAY_MS)


def first_broken(connection: sqlite3.Connection) -> int | None:
    """Return the first day whose seal does not fit its row, the seal before it or the audit log; None if all do."""
    before = START
    for each in every(connection):
        line = (each.day_ms, each.digest, each.audit_row, each.audit_seal, each.made_ms)
        if each.seal != _seal(before, line, each.samples) or not _is_in_audit(connection, each):
            return each.day_ms
        before = each.seal
    return None


_SELECT: Final = (
    "SELECT day_ms, count, digest, audit_row, audit_seal, made_ms, seal, sample_until, sample_count, sample_digest"
    " FROM day_seal ORDER BY day_ms"
)


def _of_row(row: tuple[Any, ...]) -> DaySeal:
    day_ms, count, digest, audit_row, audit_seal, made_ms, seal, *covered = row
    sampled = None if covered[0] is None else SampleDigest(*covered)
    return DaySeal(day_ms, Digest(count, digest), audit_row, audit_seal, made_ms, seal, sampled)


def _lengths(connection: sqlite3.Connection) -> Iterator[int]:
    """Yield the lengths of periods there are, shortest first, each found by one step in the index."""
    length_ms: int | None = 0
    while length_ms is not None:
        (length_ms,) = connection.execute(
            "SELECT min(length_ms) FROM statistic WHERE length_ms > ?", (length_ms,)
        ).fetchone()
        if length_ms is not None:
            yield length_ms


def _is_in_audit(connection: sqlite3.Connection, sealed: DaySeal) -> bool:
    if sealed.audit_row == 0:
        return sealed.audit_seal == START
    row = connection.execute("SELECT seal FROM audit WHERE id = ?", (sealed.audit_row,)).fetchone()
    return row is not None and bool(row[0] == sealed.audit_seal)


def _seal(before: bytes, line: tuple[int, Digest, int, bytes, int], sampled: SampleDigest | None) -> bytes:
    day_ms, digest, audit_row, audit_seal, made_ms = line
    parts = [day_ms, digest.count, digest.hash.hex(), audit_row, audit_seal.hex(), made_ms]
    if sampled is not None:
        parts += [sampled.until, sampled.count, sampled.hash.hex()]
    return sha256(before + "\t".join(map(str, parts)).encode()).digest()
