"""How facilities stood is a row for each turn, read back by span."""

from dau.core.conditions import Condition, Standing
from dau.core.periods import Span
from dau.core.surroundings import Turn
from dau.store import conditions
from tests.store.tables import tables

RUNS, STOPPED, UNKNOWN = Standing(Condition.RUNNING), Standing(Condition.STOPPED, by_person=True), Standing(None)
TURNS = [
    Turn("kiln", RUNS, 100),
    Turn("mill", STOPPED, 150),
    Turn("kiln", STOPPED, 200),
    Turn("kiln", UNKNOWN, 300),
    Turn("kiln", RUNS, 400),
]


def test_the_last_turn_of_each_facility_is_how_it_stands() -> None:
    with tables() as connection:
        assert conditions.latest(connection, ["kiln"]) == {}
        conditions.add(connection, TURNS[:3])
        assert conditions.latest(connection, ["kiln", "mill", "fan"]) == {"kiln": STOPPED, "mill": STOPPED}


def test_a_span_begins_as_the_facility_stood_before_it() -> None:
    kiln = [turn for turn in TURNS if turn.facility == "kiln"]
    with tables() as connection:
        conditions.add(connection, TURNS)
        assert conditions.in_span(connection, "kiln", Span(250, 150)) == kiln[1:3]
        assert conditions.in_span(connection, "kiln", Span(0, 201)) == kiln[:2]
        assert conditions.in_span(connection, "kiln", Span(400, 10)) == kiln[3:]
        assert conditions.in_span(connection, "kiln", Span(0, 100)) == []
        assert conditions.in_span(connection, "fan", Span(0, 900)) == []


def test_the_last_turn_is_found_by_an_index_however_many_there_are() -> None:
    with tables() as connection:
        steps: list[str] = []
        connection.set_trace_callback(steps.append)
        conditions.latest(connection, ["kiln"])
        connection.set_trace_callback(None)
        ((*_, plan),) = connection.execute(f"EXPLAIN QUERY PLAN {steps[0]}").fetchall()
    assert plan == "SEARCH turn USING INDEX turn_newest (facility=?)"
