"""How the facilities of a station stood over time: a row whenever one of them turns."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from dau.core.conditions import Condition, Standing
from dau.core.periods import Span
from dau.core.surroundings import Turn


def add(connection: sqlite3.Connection, turns: Iterable[Turn]) -> None:
    """Note that facilities turned."""
    connection.executemany(
        "INSERT INTO turn (facility, from_ms, condition, by_person) VALUES (?, ?, ?, ?)",
        [(one.facility, one.from_ms, one.standing.condition, one.standing.by_person) for one in turns],
    )


def latest(connection: sqlite3.Connection, facilities: Iterable[str]) -> Mapping[str, Standing]:
    """Return how each facility stands, as noted last; those of which nothing was ever noted are left out."""
    found = {}
    for facility in facilities:
        row = connection.execute(
            "SELECT condition, by_person FROM turn WHERE facility = ? ORDER BY id DESC LIMIT 1", (facility,)
        ).fetchone()
        if row is not None:
            found[facility] = _standing(*row)
    return found


def in_span(connection: sqlite3.Connection, facility: str, span: Span) -> Sequence[Turn]:
    """Return how a facility stood in a span, in order: first as it stood at its beginning, then each of its turns."""
    rows = connection.execute(
        "SELECT from_ms, condition, by_person FROM turn WHERE facility = :facility AND from_ms < :end"
        " AND from_ms >= coalesce((SELECT max(from_ms) FROM turn WHERE facility = :facility AND from_ms <= :start), 0)"
        " ORDER BY from_ms, id",
        {"facility": facility, "start": span.start_ms, "end": span.end_ms},
    )
    return [Turn(facility, _standing(condition, by_person), from_ms) for from_ms, condition, by_person in rows]


def _standing(condition: str | None, by_person: int) -> Standing:
    return Standing(None if condition is None else Condition(condition), bool(by_person))
