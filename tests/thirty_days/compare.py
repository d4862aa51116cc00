"""What a station stored against what was reckoned: every sample, every period, every finding."""

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, fields
from math import isclose

from dau.core.states import State, winner
from tests.thirty_days.reckoning_findings import Book, Noticed
from tests.thirty_days.reckoning_periods import DAY, FIVE, HOUR, TEN, Cell, Cells
from tests.thirty_days.reckoning_samples import Taken

Difference = str
CLOCK_S = 0.01
_NAMES = [field.name for field in fields(Cell)]


def stored_samples(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Return channel, time, raw number, value, winning state and lateness of every sample, by arrival."""
    rows = connection.execute(
        "SELECT name, at_ms, raw, value, states, late FROM sample JOIN channel ON channel.id = channel"
        " ORDER BY sample.id"
    )
    return [(name, at, raw, value, winner(State(states)), bool(late)) for name, at, raw, value, states, late in rows]


def stored_cells(connection: sqlite3.Connection) -> Cells:
    """Return every row of the table of statistics."""
    rows = connection.execute(
        "SELECT name, length_ms, start_ms, state, valid, count, mean, low, high, raw_mean, total, volume, paired"
        " FROM statistic JOIN channel ON channel.id = channel"
    )
    return {
        (name, length, start): Cell(State(state), bool(valid), *rest)
        for name, length, start, state, valid, *rest in rows
    }


def of_samples(stored: Sequence[tuple[object, ...]], taken: Sequence[Taken]) -> list[Difference]:
    """Return what differs between the samples, those of one channel in the order of their arrival."""
    wanted = [(one.channel, one.at_ms, one.raw, one.value, one.state, one.late) for one in taken]
    found: list[Difference] = []
    for name in sorted({str(row[0]) for row in stored} | {one.channel for one in taken}):
        here, there = [row for row in stored if row[0] == name], [row for row in wanted if row[0] == name]
        if len(here) != len(there):
            found.append(f"{name}: {len(here)} samples stored, {len(there)} reckoned")
        found += [
            f"{name}: sample stored {a}, reckoned {b}" for a, b in zip(here, there, strict=False) if not same(a, b)
        ]
    return found


def of_cells(stored: Cells, reckoned: Cells) -> list[Difference]:
    """Return what differs between the periods."""
    found = [f"{key}: stored, not reckoned" for key in sorted(stored.keys() - reckoned.keys())]
    found += [f"{key}: reckoned, not stored" for key in sorted(reckoned.keys() - stored.keys())]
    for key in sorted(stored.keys() & reckoned.keys(), key=lambda key: (key[1], key[2], key[0])):
        pairs = zip(_NAMES, astuple(stored[key]), astuple(reckoned[key]), strict=True)
        found += [f"{key}: {name} stored {a}, reckoned {b}" for name, a, b in pairs if not same((a,), (b,))]
    return found


def stored_book(connection: sqlite3.Connection) -> Book:
    """Return the findings on channels."""
    rows = connection.execute("SELECT rule, subject, first_ms, last_ms FROM finding WHERE subject <> ''")
    return {(rule, subject, first): last for rule, subject, first, last in rows}


def of_findings(stored: Book, reckoned: Book) -> list[Difference]:
    """Return what differs between the findings on channels."""
    return [
        f"{key}: until {stored.get(key)} stored, until {reckoned.get(key)} reckoned"
        for key in sorted(stored.keys() | reckoned.keys())
        if stored.get(key) != reckoned.get(key)
    ]


def of_steps(connection: sqlite3.Connection, noticed: Sequence[Noticed]) -> list[Difference]:
    """Return what differs between the findings on the clock and the steps that somebody made."""
    rows = connection.execute(
        "SELECT rule, evidence ->> '$.facts.step_s', first_ms FROM finding WHERE subject = '' ORDER BY id"
    ).fetchall()
    if len(rows) != len(noticed):
        return [f"clock: {len(rows)} findings stored, {len(noticed)} reckoned"]
    return [
        f"clock: stored {row}, reckoned {wanted}"
        for row, wanted in zip(rows, noticed, strict=True)
        if row[0] != wanted[0] or abs(row[1] - wanted[1]) > CLOCK_S or not wanted[2] <= row[2] <= wanted[3]
    ]


def of_records(connection: sqlite3.Connection, cells: Cells) -> list[Difference]:
    """Return what differs between the labels owed to the platform and those of the periods, none of them twice."""
    found = []
    for kind, length in (("interval", TEN), ("hour", HOUR), ("day", DAY), ("furnace", FIVE)):
        rows = connection.execute("SELECT start_ms FROM record WHERE kind = ? ORDER BY start_ms", (kind,))
        stored, wanted = [start for (start,) in rows], sorted({start for _, each, start in cells if each == length})
        if stored != wanted and not (kind == "furnace" and not wanted):
            found.append(f"{kind}: {len(stored)} labels owed, {len(wanted)} reckoned, {set(stored) ^ set(wanted)}")
    return found


def same(stored: Sequence[object], reckoned: Sequence[object]) -> bool:
    """Tell whether two rows are equal, numbers to the last few bits of a double."""
    return all(
        isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(stored, reckoned, strict=True)
    )
