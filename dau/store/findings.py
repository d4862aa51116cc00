"""The book of findings: a finding that lasts is extended and not doubled; what became of it is added and stays.

Data are never touched from here.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dau.core.findings import Finding, Seen, Stage, Step, joined
from dau.core.rules.names import Rule
from dau.core.rules.points import Fact, Point
from dau.core.states import State
from dau.store import audit
from dau.store.audit import Act

ENDED: Final = "ended"
"""Why the unit itself closes a finding: its condition holds no longer."""

_STAGE: Final = "(SELECT state FROM finding_step WHERE finding = finding.id ORDER BY id DESC LIMIT 1)"
_UNTOUCHED: Final = "NOT EXISTS (SELECT 1 FROM finding_step WHERE finding = finding.id AND who <> '')"
_COLUMNS: Final = f"id, rule, subject, first_ms, last_ms, parameters, evidence, made_ms, running, {_STAGE}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings to list: of a rule, of a subject, that lasted beyond ``since_ms``; None: whatever it is.

    ``pending`` leaves out those that were closed after somebody looked at them.
    """

    rule: Rule | None = None
    subject: str | None = None
    since_ms: int | None = None
    pending: bool = False


def note(connection: sqlite3.Connection, seen: Seen, now_ms: int, running: bool = True) -> bool:
    """Enter what a rule noticed, or extend the finding of that rule and subject that runs; True if it is new.

    Args:
        connection: within the caller's transaction.
        seen: what was noticed.
        now_ms: when (ms UTC).
        running: False for what happens at an instant: nothing ends it but a person.
    """
    row = connection.execute(
        "SELECT id, evidence FROM finding WHERE rule = ? AND subject = ? AND running", (seen.rule, seen.subject)
    ).fetchone()
    if row is not None:
        points, facts = _of_evidence(row[1])
        evidence = _evidence(joined(points, seen.points), facts | dict(seen.facts or {}))
        connection.execute(
            "UPDATE finding SET last_ms = max(last_ms, ?), evidence = ? WHERE id = ?", (seen.last_ms, evidence, row[0])
        )
        return False
    return _enter(connection, seen, now_ms, running)


def _enter(connection: sqlite3.Connection, seen: Seen, now_ms: int, running: bool) -> bool:
    """Add a finding; one of the same rule, subject and beginning that had ended runs again instead."""
    values = (seen.rule, seen.subject, json.dumps(dict(seen.parameters), sort_keys=True), seen.first_ms, seen.last_ms)
    (number,) = connection.execute(
        "INSERT INTO finding (rule, subject, parameters, first_ms, last_ms, evidence, made_ms, running)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (rule, subject, first_ms) DO UPDATE"
        " SET last_ms = max(last_ms, excluded.last_ms), evidence = excluded.evidence, running = excluded.running"
        " RETURNING id",
        (*values, _evidence(seen.points, seen.facts or {}), now_ms, running),
    ).fetchone()
    _add_step(connection, number, Step(now_ms, "", Stage.NEW, ""))
    return True


def end(connection: sqlite3.Connection, rule: Rule, subject: str, now_ms: int) -> None:
    """Close the finding of a rule and subject that runs, if any: its condition holds no longer."""
    row = connection.execute(
        f"SELECT id, {_STAGE} FROM finding WHERE rule = ? AND subject = ? AND running",  # noqa: S608 - no input
        (rule, subject),
    ).fetchone()
    if row is None:
        return
    connection.execute("UPDATE finding SET running = 0 WHERE id = ?", (row[0],))
    if Stage(row[1]) is not Stage.CLOSED:
        _add_step(connection, row[0], Step(now_ms, "", Stage.CLOSED, ENDED))


def running(connection: sqlite3.Connection) -> set[tuple[Rule, str]]:
    """Return rule and subject of every finding whose condition lasts."""
    return {
        (Rule(rule), subject) for rule, subject in connection.execute("SELECT rule, subject FROM finding WHERE running")
    }


def take(connection: sqlite3.Connection, number: int, step: Step) -> Finding | None:
    """Note what a person made of a finding, with an audit row; None if there is no such finding."""
    found = of_number(connection, number)
    if found is None:
        return None
    _add_step(connection, number, step)
    subject = f"finding {number}: {found.seen.rule.value} {found.seen.subject}".rstrip()
    after = f"{step.stage.value}: {step.reason}"
    audit.add(connection, Act(step.at_ms, step.who, "finding", subject, found.stage.value, after, "done"))
    return of_number(connection, number)


def of_number(connection: sqlite3.Connection, number: int) -> Finding | None:
    """Return one finding, None if there is none of this number."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM finding WHERE id = ?", (number,)).fetchone()  # noqa: S608
    return None if row is None else _finding(row)


def listed(connection: sqlite3.Connection, wanted: Wanted, limit: int) -> Sequence[Finding]:
    """Return findings, the newest first."""
    conditions = [
        ("rule = ?", wanted.rule),
        ("subject = ?", wanted.subject),
        ("last_ms > ?", wanted.since_ms),
        (f"({_STAGE} <> ? OR {_UNTOUCHED})", Stage.CLOSED if wanted.pending else None),
    ]
    asked = [(condition, value) for condition, value in conditions if value is not None]
    where = " AND ".join(condition for condition, _ in asked) or "1"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM finding WHERE {where} ORDER BY id DESC LIMIT ?",  # noqa: S608 - conditions above
        (*(value for _, value in asked), limit),
    )
    return [_finding(row) for row in rows]


def steps_of(connection: sqlite3.Connection, number: int) -> Sequence[Step]:
    """Return what became of a finding, oldest first."""
    rows = connection.execute(
        "SELECT at_ms, who, state, reason FROM finding_step WHERE finding = ? ORDER BY id", (number,)
    )
    return [Step(at_ms, who, Stage(state), reason) for at_ms, who, state, reason in rows]


def count_open(connection: sqlite3.Connection) -> int:
    """Return how many findings are not closed."""
    row = connection.execute(f"SELECT count(*) FROM finding WHERE {_STAGE} <> ?", (Stage.CLOSED,))  # noqa: S608
    return int(row.fetchone()[0])


def looked_until(connection: sqlite3.Connection) -> int | None:
    """Return the instant before which every closed minute was looked at (ms UTC), None if none ever was."""
    row = connection.execute("SELECT until_ms FROM looked").fetchone()
    return None if row is None else int(row[0])


def set_looked_until(connection: sqlite3.Connection, until_ms: int) -> None:
    """Note that every minute ending by ``until_ms`` was looked at."""
    connection.execute("INSERT OR REPLACE INTO looked (one, until_ms) VALUES (1, ?)", (until_ms,))


def known_parameters(connection: sqlite3.Connection, subject: str) -> Mapping[str, str]:
    """Return the parameters of a channel as they were remembered last, by name."""
    return dict(connection.execute("SELECT name, value FROM known_parameter WHERE subject = ?", (subject,)))


def remember_parameters(connection: sqlite3.Connection, subject: str, found: Mapping[str, str]) -> None:
    """Remember the parameters of a channel as they are now."""
    connection.execute("DELETE FROM known_parameter WHERE subject = ?", (subject,))
    rows = [(subject, name, value) for name, value in found.items()]
    connection.executemany("INSERT INTO known_parameter (subject, name, value) VALUES (?, ?, ?)", rows)


def _add_step(connection: sqlite3.Connection, number: int, step: Step) -> None:
    connection.execute(
        "INSERT INTO finding_step (finding, at_ms, who, state, reason) VALUES (?, ?, ?, ?, ?)",
        (number, step.at_ms, step.who, step.stage, step.reason),
    )


def _finding(row: Sequence[Any]) -> Finding:
    number, rule, subject, first_ms, last_ms, parameters, evidence, made_ms, is_running, stage = row
    points, facts = _of_evidence(evidence)
    seen = Seen(Rule(rule), subject, first_ms, last_ms, json.loads(parameters), points, facts)
    return Finding(number, seen, made_ms, bool(is_running), Stage(stage))


def _evidence(points: Sequence[Point], facts: Mapping[str, Fact]) -> str:
    listed = [[point.at_ms, int(point.state), point.value, point.raw] for point in points]
    return json.dumps({"points": listed, "facts": dict(facts)}, ensure_ascii=False, allow_nan=False, sort_keys=True)


def _of_evidence(written: str) -> tuple[tuple[Point, ...], dict[str, Fact]]:
    read = json.loads(written)
    return tuple(Point(at_ms, State(state), value, raw) for at_ms, state, value, raw in read["points"]), read["facts"]
