"""What persons declared: rows that are added and never altered, each with its audit row and the news of it."""

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dau.core.conditions import Condition
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.samples import Sample
from dau.core.states import State, declared
from dau.store import audit, changes, samples, statistics
from dau.store.audit import Act

_SELECT: Final = (
    "SELECT id, kind, declaration.who, declaration.why, entered_ms, from_ms,"
    " min(until_ms, coalesce(declaration_end.at_ms, until_ms)), channels, facility, condition, value, retroactive"
    " FROM declaration LEFT JOIN declaration_end ON declaration_end.declaration = declaration.id"
)


@dataclass(frozen=True, slots=True)
class News:
    """What is told of a declaration, and to which platforms (3020, log of the unit)."""

    sentence: str
    platforms: Collection[str]


def add(connection: sqlite3.Connection, declaration: Declaration, news: News) -> int:
    """Keep a declaration, audit it and owe the news of it, in the caller's transaction. Returns its number."""
    one = declaration
    cursor = connection.execute(
        "INSERT INTO declaration (entered_ms, kind, who, why, from_ms, until_ms, channels, facility, condition, value,"
        " retroactive) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            one.entered_ms,
            one.kind.value,
            one.who,
            one.why,
            one.from_ms,
            one.until_ms,
            json.dumps(sorted(one.channels)),
            one.facility,
            one.condition,
            one.value,
            one.retroactive,
        ),
    )
    after = f"{one.from_ms}..{one.until_ms}" if one.value is None else f"{one.value!r} {one.from_ms}"
    subject = " ".join([*filter(None, (one.facility, one.condition)), *sorted(one.channels)])
    result = f"retroactive: {one.why}" if one.retroactive else f"done: {one.why}"
    _tell(connection, Act(one.entered_ms, one.who, f"declare {one.kind}", subject, None, after, result), news)
    return int(cursor.lastrowid or 0)


def add_value(connection: sqlite3.Connection, declaration: Declaration, news: News) -> bool:
    """Keep a value that was entered by hand: the declaration, and a sample that says so, late if its minute is closed.

    Returns False, and keeps nothing, where the station does not know the channel yet. ``raw`` of the sample is None: no
    instrument gave it.
    """
    (name,) = declaration.channels
    ids = samples.current_ids(connection, [name])
    if name not in ids:
        return False
    add(connection, declaration, news)
    sample = Sample(name, declaration.from_ms, None, declaration.value, declared(State.MANUAL))
    samples.add(connection, ids, [sample], statistics.closed_until(connection) or 0)
    return True


def end(connection: sqlite3.Connection, number: int, act: Act, news: News) -> bool:
    """End a declaration at the instant of ``act``, before its time; False if none with this number still holds."""
    row = connection.execute(f"{_SELECT} WHERE id = ?", (number,)).fetchone()
    if row is None or _read(row).until_ms <= act.at_ms:
        return False
    connection.execute(
        "INSERT INTO declaration_end (declaration, at_ms, who, why) VALUES (?, ?, ?, ?)",
        (number, act.at_ms, act.who, act.result),
    )
    _tell(connection, act, news)
    return True


def holding(connection: sqlite3.Connection, first_ms: int, last_ms: int) -> Sequence[Declaration]:
    """Return the declarations that hold at some instant from ``first_ms`` to ``last_ms``, values left out."""
    rows = connection.execute(
        f"{_SELECT} WHERE until_ms > ? AND from_ms <= ? AND kind <> 'value'",
        (first_ms, last_ms),
    )
    found = [one for one in map(_read, rows) if one.until_ms > first_ms]
    return sorted(found, key=lambda one: one.id)  # sorting there would look through all that ever was declared


def newest(connection: sqlite3.Connection, limit: int) -> Sequence[Declaration]:
    """Return the last declarations of all kinds, the newest first, each with the end that it had or is to have."""
    return [_read(row) for row in connection.execute(f"{_SELECT} ORDER BY id DESC LIMIT ?", (limit,))]


def _tell(connection: sqlite3.Connection, act: Act, news: News) -> None:
    audit.add(connection, act)
    changes.tell(connection, news.sentence, act.at_ms, news.platforms)


def _read(row: tuple[Any, ...]) -> Declaration:
    number, kind, who, why, entered_ms, from_ms, until_ms, channels, facility, condition, value, retroactive = row
    return Declaration(
        DeclarationKind(kind),
        who,
        why,
        entered_ms,
        from_ms,
        until_ms,
        frozenset(json.loads(channels)),
        facility,
        None if condition is None else Condition(condition),
        value,
        bool(retroactive),
        number,
    )
