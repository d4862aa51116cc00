"""The mark book: rows that are added, each with its audit row. A wrong one is withdrawn by another, never altered."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dau.core.marks import Category
from dau.core.periods import Span
from dau.store import audit
from dau.store.audit import Act


@dataclass(frozen=True, slots=True)
class Entry:
    """What a named person marked: ``subject`` is an outlet, a channel or a facility; times in milliseconds UTC.

    ``label`` is the kind of care, the condition or the sub-item of the category; ``fields`` are further ones of the
    platform's form, by the names it gives them.
    """

    category: Category
    subject: str
    label: str
    span: Span
    reason: str
    who: str
    made_ms: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A row of the book with its number."""

    number: int
    entry: Entry


def add(connection: sqlite3.Connection, entry: Entry) -> int:
    """Keep a mark and audit it, in the caller's transaction. Returns its number."""
    number = _insert(connection, entry, None)
    _audit(connection, entry, f"mark {number}", "done")
    return number


def withdraw(connection: sqlite3.Connection, number: int, who: str, reason: str, at_ms: int) -> bool:
    """Let a mark count no longer; False if there is none with this number that counts."""
    row = connection.execute(f"{_SELECT} AND mark.id = ?", (number,)).fetchone()
    if row is None:
        return False
    entry = _read(row).entry
    withdrawn = Entry(entry.category, entry.subject, entry.label, entry.span, reason, who, at_ms, {})
    _insert(connection, withdrawn, number)
    _audit(connection, withdrawn, f"withdraw mark {number}", "done")
    return True


def in_span(connection: sqlite3.Connection, span: Span) -> Sequence[Kept]:
    """Return the marks that count and reach into a span, by their beginning."""
    rows = connection.execute(
        f"{_SELECT} AND first_ms < ? AND end_ms > ? ORDER BY first_ms, mark.id", (span.end_ms, span.start_ms)
    )
    return [_read(row) for row in rows]


def last_end_ms(connection: sqlite3.Connection, category: Category, label: str, subject: str) -> int | None:
    """Return when the newest mark of a kind ended, None if there is none."""
    (end_ms,) = connection.execute(
        f"SELECT max(end_ms) FROM ({_SELECT} AND category = ? AND label = ? AND subject = ?)",  # noqa: S608 - ours
        (int(category), label, subject),
    ).fetchone()
    return None if end_ms is None else int(end_ms)


_SELECT = (
    "SELECT id, category, subject, label, first_ms, end_ms, fields, reason, who, made_ms FROM mark"
    " WHERE withdraws IS NULL AND NOT EXISTS (SELECT 1 FROM mark AS other WHERE other.withdraws = mark.id)"
)


def _insert(connection: sqlite3.Connection, entry: Entry, withdraws: int | None) -> int:
    cursor = connection.execute(
        "INSERT INTO mark (category, subject, label, first_ms, end_ms, fields, reason, who, made_ms, withdraws)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            int(entry.category),
            entry.subject,
            entry.label,
            entry.span.start_ms,
            entry.span.end_ms,
            json.dumps(dict(entry.fields), ensure_ascii=False, sort_keys=True),
            entry.reason,
            entry.who,
            entry.made_ms,
            withdraws,
        ),
    )
    return int(cursor.lastrowid or 0)


def _audit(connection: sqlite3.Connection, entry: Entry, what: str, result: str) -> None:
    after = f"{int(entry.category)} {entry.label} {entry.span.start_ms}..{entry.span.end_ms}"
    audit.add(connection, Act(entry.made_ms, entry.who, what, entry.subject, None, after, f"{result}: {entry.reason}"))


def _read(row: tuple[int, int, str, str, int, int, str, str, str, int]) -> Kept:
    number, category, subject, label, first_ms, end_ms, fields, reason, who, made_ms = row
    span = Span(first_ms, end_ms - first_ms)
    return Kept(number, Entry(Category(category), subject, label, span, reason, who, made_ms, json.loads(fields)))
