"""Whether the file of a station is whole: each part by itself, and the first place where one is broken."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from dau.core.periods import DAY_MS, Span
from dau.store import audit, seals
from dau.store.sample_seals import Hashing
from dau.store.schema import STATION


class Part(StrEnum):
    """What is looked at, in this order."""

    FILE = "file"
    """SQLite's own check of pages, indices and references."""
    GUARDS = "guards"
    """The triggers that refuse to alter or delete what stays for ever."""
    AUDIT = "audit"
    SEALS = "seals"
    """The chain of day seals, and the acts it holds."""
    STATISTICS = "statistics"
    """The statistics of each sealed day."""
    SAMPLES = "samples"
    """The samples that each seal covers."""
    RECORDS = "records"
    """What each record tells exists."""
    PACKETS = "packets"
    """Of each record that a platform acknowledged, what was sent was kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One part: how much of it was looked at, and its first broken place, None if it is whole.

    A place is a number of the table in question, or the start of a day in milliseconds UTC, or words of SQLite.
    """

    part: Part
    count: int
    broken: int | str | None


def prove(connection: sqlite3.Connection) -> Iterator[Verdict]:
    """Look at every part, one after another, as the file is at the beginning.

    Raises:
        sqlite3.Error: SQLite cannot go on. What was yielded until then stands.
    """
    connection.execute("BEGIN")
    try:
        for part in Part:
            yield Verdict(part, *_CHECKS[part](connection))
    finally:
        connection.execute("ROLLBACK")


Finding = tuple[int, int | str | None]
"""How much there was, and the first broken place."""


def _file(connection: sqlite3.Connection) -> Finding:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (answer,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if answer != "ok":
        return pages, str(answer)
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    return pages, None if orphan is None else f"{orphan[0]} {orphan[1]} -> {orphan[2]}"


def _guards(connection: sqlite3.Connection) -> Finding:
    wanted = [sql for _, statements in STATION.steps for sql in statements if sql.startswith("CREATE TRIGGER")]
    found = {sql for (sql,) in connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")}
    missing = (sql.split()[2] for sql in wanted if sql not in found)
    return len(wanted), next(missing, None)


def _audit(connection: sqlite3.Connection) -> Finding:
    return _count(connection, "audit"), audit.first_broken(connection)


def _seals(connection: sqlite3.Connection) -> Finding:
    return _count(connection, "day_seal"), seals.first_broken(connection) or _first_gap(connection)


def _first_gap(connection: sqlite3.Connection) -> int | None:
    """Return the first day before the last one that has no seal."""
    days = [each.day_ms for each in seals.every(connection)]
    return next((day for day, after in pairwise(days) if after - day != DAY_MS), None)


def _statistics(connection: sqlite3.Connection) -> Finding:
    count = 0
    for each in list(seals.every(connection)):
        if seals.digest_of(connection, Span(each.day_ms, DAY_MS)) != each.digest:
            return count, each.day_ms
        count += each.digest.count
    return count, None


def _samples(connection: sqlite3.Connection) -> Finding:
    count, after = 0, 0
    for each in list(seals.every(connection)):
        if each.samples is None:
            after = 0
            continue
        hashing = Hashing(after, each.samples.until)
        while (found := hashing.step(connection)) is None:
            pass
        if found != each.samples:
            return count, each.day_ms
        count, after = count + found.count, found.until
    return count, None


def _records(connection: sqlite3.Connection) -> Finding:
    row = connection.execute(_UNTOLD).fetchone()
    return _count(connection, "record"), None if row is None else int(row[0])


def _packets(connection: sqlite3.Connection) -> Finding:
    row = connection.execute(_UNSENT).fetchone()
    (count,) = connection.execute("SELECT count(*) FROM delivery WHERE state = 'acknowledged'").fetchone()
    return count, None if row is None else int(row[0])


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - names of our own
    return int(count)


_UNTOLD: Final = """
    SELECT id FROM record WHERE
        kind IN ('interval', 'hour', 'day') AND NOT EXISTS (
            SELECT 1 FROM statistic WHERE length_ms = record.length_ms AND start_ms = record.start_ms)
        OR kind IN ('raw', 'noise', 'check', 'serial_number', 'info') AND NOT EXISTS (
            SELECT 1 FROM event WHERE record = record.id)
    ORDER BY id LIMIT 1"""

_UNSENT: Final = """
    SELECT record FROM delivery WHERE state = 'acknowledged' AND (record, platform) NOT IN (
        SELECT record, platform FROM wire WHERE sent AND record IS NOT NULL)
    ORDER BY record LIMIT 1"""

_CHECKS: Final[dict[Part, Callable[[sqlite3.Connection], Finding]]] = {
    Part.FILE: _file,
    Part.GUARDS: _guards,
    Part.AUDIT: _audit,
    Part.SEALS: _seals,
    Part.STATISTICS: _statistics,
    Part.SAMPLES: _samples,
    Part.RECORDS: _records,
    Part.PACKETS: _packets,
}
