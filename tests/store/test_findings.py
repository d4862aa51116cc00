"""The book of findings: extended and not doubled, closed when over, every step of a person kept and audited."""

import sqlite3
from dataclasses import replace

from dau.core.findings import KEPT, Finding, Seen, Stage, Step
from dau.core.periods import HOUR_MS
from dau.core.rules.names import Rule
from dau.core.rules.points import Point
from dau.core.states import State
from dau.store import audit, findings
from dau.store.findings import ENDED, Wanted
from tests.store.tables import tables

ALL = Wanted()


def hour(number: int, value: float = 0.0) -> Point:
    return Point(number * HOUR_MS, State.OK, value, value)


def zero(first: int, count: int) -> Seen:
    points = tuple(hour(first + place) for place in range(count))
    return Seen(Rule.ZERO, "cod", first * HOUR_MS, (first + count) * HOUR_MS, {"hours": 2}, points, {"why": "零"})


def only(connection: sqlite3.Connection) -> Finding:
    (found,) = findings.listed(connection, ALL, 10)
    return found


def test_what_is_noted_comes_back_whole() -> None:
    with tables() as connection:
        assert findings.note(connection, zero(4, 2), 999)
        assert only(connection) == Finding(1, zero(4, 2), 999, True, Stage.NEW)
        assert findings.running(connection) == {(Rule.ZERO, "cod")}
        assert findings.steps_of(connection, 1) == [Step(999, "", Stage.NEW, "")]


def test_a_finding_that_lasts_is_extended_and_not_doubled() -> None:
    with tables() as connection:
        findings.note(connection, zero(4, 2), 1)
        assert not findings.note(connection, zero(5, 2), 2)
        assert only(connection).seen == zero(4, 3)


def test_evidence_keeps_its_beginning_and_its_end() -> None:
    with tables() as connection:
        for first in range(3 * KEPT):
            findings.note(connection, zero(first, 1), 1)
        places = [point.at_ms // HOUR_MS for point in only(connection).seen.points]
        assert places == [*range(KEPT), *range(2 * KEPT, 3 * KEPT)]
        assert only(connection).seen.last_ms == 3 * KEPT * HOUR_MS


def test_when_its_condition_ends_it_is_closed_and_the_next_is_another() -> None:
    with tables() as connection:
        findings.note(connection, zero(4, 2), 1)
        findings.end(connection, Rule.ZERO, "cod", 7)
        findings.end(connection, Rule.ZERO, "cod", 8)
        assert only(connection).stage is Stage.CLOSED
        assert findings.steps_of(connection, 1)[1:] == [Step(7, "", Stage.CLOSED, ENDED)]
        assert findings.note(connection, zero(9, 2), 9)
        assert [found.id for found in findings.listed(connection, ALL, 10)] == [2, 1]
        assert findings.count_open(connection) == 1


def test_the_same_beginning_again_is_the_same_finding() -> None:
    with tables() as connection:
        findings.note(connection, zero(4, 2), 1)
        findings.end(connection, Rule.ZERO, "cod", 2)
        assert findings.note(connection, zero(4, 3), 3)
        assert only(connection) == Finding(1, zero(4, 3), 1, True, Stage.NEW)


def test_a_step_of_a_person_is_kept_and_audited() -> None:
    with tables() as connection:
        findings.note(connection, zero(4, 2), 1)
        found = findings.take(connection, 1, Step(5, "Li", Stage.EXPLAINED, "no discharge"))
        assert found is not None
        assert (found.stage, found.running) == (Stage.EXPLAINED, True)
        (act,) = audit.newest(connection, 5)
        told = (act.at_ms, act.who, act.what, act.subject, act.before, act.after, act.result)
        assert told == (5, "Li", "finding", "finding 1: zero cod", "new", "explained: no discharge", "done")
        assert audit.first_broken(connection) is None


def test_what_a_person_closed_is_extended_while_it_lasts_and_stays_closed() -> None:
    with tables() as connection:
        findings.note(connection, zero(4, 2), 1)
        findings.take(connection, 1, Step(5, "Li", Stage.CLOSED, "known"))
        assert not findings.note(connection, zero(5, 2), 6)
        findings.end(connection, Rule.ZERO, "cod", 7)
        assert only(connection).stage is Stage.CLOSED
        assert [step.who for step in findings.steps_of(connection, 1)] == ["", "Li"]


def test_nobody_can_say_something_of_a_finding_that_does_not_exist() -> None:
    with tables() as connection:
        assert findings.take(connection, 1, Step(5, "Li", Stage.CLOSED, "known")) is None
        assert audit.newest(connection, 5) == []


def test_lists_are_narrowed() -> None:
    with tables() as connection:
        findings.note(connection, zero(4, 2), 1)
        findings.end(connection, Rule.ZERO, "cod", 2)
        findings.note(connection, replace(zero(8, 2), rule=Rule.JUMP, subject="so2"), 3)
        findings.take(connection, 2, Step(5, "Li", Stage.CLOSED, "known"))

        def numbers(wanted: Wanted) -> list[int]:
            return [found.id for found in findings.listed(connection, wanted, 10)]

        assert numbers(ALL) == [2, 1]
        assert numbers(Wanted(rule=Rule.ZERO)) == [1]
        assert numbers(Wanted(subject="so2")) == [2]
        assert numbers(Wanted(since_ms=6 * HOUR_MS)) == [2]
        assert numbers(Wanted(since_ms=6 * HOUR_MS - 1)) == [2, 1]
        assert numbers(Wanted(pending=True)) == [1], "it ended before anybody looked at it"
        findings.take(connection, 1, Step(6, "Li", Stage.CLOSED, "seen"))
        assert numbers(Wanted(pending=True)) == []


def test_what_was_looked_at_and_what_was_known_is_remembered() -> None:
    with tables() as connection:
        assert findings.looked_until(connection) is None
        findings.set_looked_until(connection, 5)
        findings.set_looked_until(connection, 60_005)
        assert findings.looked_until(connection) == 60_005
        findings.remember_parameters(connection, "cod", {"range": "0..500", "unit": "mg/L"})
        findings.remember_parameters(connection, "cod", {"range": "0..100"})
        assert findings.known_parameters(connection, "cod") == {"range": "0..100"}
        assert findings.known_parameters(connection, "so2") == {}
