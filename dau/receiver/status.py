"""What came and what is missing, as questions to the receiver's file. Also for a file that a receiver is writing to."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dau.core.periods import DAY_MS
from dau.database import StoreError, connect_readonly
from dau.database.errors import mapped
from dau.database.schema import refuse_foreign
from dau.hj212 import parse_data_time
from dau.receiver.journal import Tally
from dau.receiver.missing import Coverage, coverage
from dau.receiver.tables import SCHEMA

LABEL_DIGITS: Final = 14
"""Digits of a DataTime that make the label; senders of 16 or 17 add fractions of the second."""


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A record that was split into ``parts`` packets, of which some never came."""

    data_time: str
    parts: int
    came: int


@dataclass(frozen=True, slots=True)
class CommandStatus:
    """What one unit sent with one command.

    Attributes:
        counts: packets of each kind; kinds that never happened are left out.
        last_at_ms: arrival of the newest packet, milliseconds UTC.
        coverage: labels that came and labels that are missing.
        unreadable: different DataTimes that are no time.
        incomplete: split records with missing parts.
    """

    mn: str
    cn: str
    counts: Mapping[Tally, int]
    last_at_ms: int
    coverage: Coverage
    unreadable: int = 0
    incomplete: tuple[Incomplete, ...] = ()

    def count(self, what: Tally) -> int:
        """How many packets of that kind came."""
        return self.counts.get(what, 0)


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """The keys of one unit, without them.

    Attributes:
        created: when the current one was made, as the unit is told; None if it has none.
        uncertain: how many were sent to it without a word of it.
    """

    mn: str
    created: str | None
    uncertain: int

    def age_days(self, now_ms: int) -> int | None:
        """Return how many whole days old the current key is, None if there is none."""
        made_ms = parse_data_time(self.created or "")
        return None if made_ms is None else max(0, now_ms - made_ms) // DAY_MS


@dataclass(frozen=True, slots=True)
class Unencrypted:
    """Packets that a unit sent in plaintext although it has a key and 2025 wants them encrypted."""

    mn: str
    count: int
    last_at_ms: int


@dataclass(frozen=True, slots=True)
class Status:
    """What the whole file holds; ``refused`` counts what could not be read, and hence belongs to no unit."""

    commands: tuple[CommandStatus, ...]
    refused: Mapping[Tally, int] = field(default_factory=dict)
    keys: tuple[KeyStatus, ...] = ()
    unencrypted: tuple[Unencrypted, ...] = ()


def status_of(path: Path, minute_interval_ms: int | None = None) -> Status:
    """Return what the file of a receiver holds, whether a receiver is writing to it or not. Nothing in it is changed.

    Raises:
        StoreError: the file is not there, is damaged, is newer than this program or belongs to something else.
    """
    with mapped(path, "read"), closing(connect_readonly(path)) as connection:
        refuse_foreign(connection, SCHEMA, path)
        if not connection.execute(IS_RECEIVER).fetchone():
            raise StoreError(f"cannot read database {path}: it has no table tally, expected the file of a receiver")
        connection.execute("BEGIN")  # one moment of a file that changes
        return read_status(connection, minute_interval_ms)


def read_status(connection: sqlite3.Connection, minute_interval_ms: int | None = None) -> Status:
    """Return what came, ordered by unit and command.

    Args:
        connection: to a receiver's file.
        minute_interval_ms: the interval of minute records, if the labels shall not be asked for it.
    """
    commands: list[CommandStatus] = []
    refused: Mapping[Tally, int] = {}
    for (mn, cn), (counts, last_at_ms) in _counts(connection).items():
        if Tally.PACKETS not in counts:
            refused = counts
            continue
        texts = [text for (text,) in connection.execute(LABELS, (mn, cn))]
        labels = [at_ms for text in texts if (at_ms := parse_data_time(text[:LABEL_DIGITS])) is not None]
        commands.append(
            CommandStatus(
                mn=mn,
                cn=cn,
                counts=counts,
                last_at_ms=last_at_ms,
                coverage=coverage(cn, labels, minute_interval_ms),
                unreadable=len(texts) - len(labels),
                incomplete=tuple(Incomplete(*row) for row in connection.execute(INCOMPLETE, (mn, cn))),
            )
        )
    open_ones = tuple(Unencrypted(*row) for row in connection.execute(UNENCRYPTED))
    return Status(tuple(commands), refused, _keys(connection), open_ones)


def _keys(connection: sqlite3.Connection) -> tuple[KeyStatus, ...]:
    if not connection.execute(HAS_KEYS).fetchone():  # a file of before there were keys, which nothing has opened since
        return ()
    return tuple(KeyStatus(*row) for row in connection.execute(KEYS))


def _counts(connection: sqlite3.Connection) -> dict[tuple[str, str], tuple[dict[Tally, int], int]]:
    found: dict[tuple[str, str], tuple[dict[Tally, int], int]] = {}
    for mn, cn, what, count, last_at_ms in connection.execute(COUNTS):
        counts, newest_ms = found.get((mn, cn), ({}, 0))
        counts[Tally(what)] = count
        found[mn, cn] = (counts, max(newest_ms, last_at_ms))
    return found


IS_RECEIVER: Final = "SELECT 1 FROM sqlite_master WHERE name = 'tally'"
HAS_KEYS: Final = "SELECT 1 FROM sqlite_master WHERE name = 'unit_key'"
KEYS: Final = """
    SELECT mn, max(CASE standing WHEN 'current' THEN created END), sum(standing = 'next')
    FROM unit_key GROUP BY mn ORDER BY mn
"""
UNENCRYPTED: Final = """
    SELECT mn, sum(count), max(last_at_ms) FROM tally WHERE what = 'unencrypted' GROUP BY mn ORDER BY mn
"""
COUNTS: Final = "SELECT mn, cn, what, count, last_at_ms FROM tally ORDER BY mn, cn, what"
LABELS: Final = "SELECT DISTINCT data_time FROM datum WHERE mn = ? AND cn = ? AND data_time <> ''"
INCOMPLETE: Final = """
    SELECT data_time, pnum, count(DISTINCT pno) AS came FROM packet
    WHERE mn = ? AND cn = ? AND pnum IS NOT NULL
    GROUP BY st, data_time, pnum HAVING came < pnum ORDER BY data_time
"""
