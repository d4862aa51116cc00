"""What persons declared comes back as it was, holds until its end, and is never altered."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.conditions import Condition
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.states import State, declared
from dau.store import audit, declarations, samples, statistics
from dau.store.audit import Act
from dau.store.declarations import News
from tests.store.tables import CHANNELS, tables

NEWS: Final = News("said", ["p"])
WORK: Final = Declaration(DeclarationKind.MAINTENANCE, "wang", "lamp", 100, 100, 200, frozenset({"cod", "flow"}))
STOP: Final = replace(
    WORK, kind=DeclarationKind.CONDITION, channels=frozenset(), facility="kiln", condition=Condition.STOPPED
)
VALUE: Final = replace(WORK, kind=DeclarationKind.VALUE, channels=frozenset({"cod"}), value=1.5, until_ms=100)


@pytest.mark.parametrize("one", [WORK, STOP, replace(WORK, retroactive=True, from_ms=5)])
def test_a_declaration_comes_back_as_it_was(one: Declaration) -> None:
    with tables() as connection:
        number = declarations.add(connection, one, NEWS)
        assert declarations.newest(connection, 5) == [replace(one, id=number)]
        assert declarations.holding(connection, 150, 160) == [replace(one, id=number)]
        assert audit.newest(connection, 1)[0].who == "wang"


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 50), st.none() | st.integers(0, 60)), max_size=6)


@given(spans=SPANS, first=st.integers(0, 100), length=st.integers(0, 100))
def test_exactly_those_are_found_that_hold_at_some_instant(
    spans: list[tuple[int, int, int | None]], first: int, length: int
) -> None:
    last = first + length
    with tables() as connection:
        expected = []
        for from_ms, lasts, ended_ms in spans:
            one = replace(WORK, entered_ms=from_ms, from_ms=from_ms, until_ms=from_ms + lasts)
            number = declarations.add(connection, one, NEWS)
            until_ms = one.until_ms
            if ended_ms is not None and ended_ms < until_ms:
                assert declarations.end(connection, number, Act(ended_ms, "li", "end", "", None, None, "why"), NEWS)
                until_ms = ended_ms
            if from_ms <= last and until_ms > first:
                expected.append(number)
        assert [one.id for one in declarations.holding(connection, first, last)] == expected


def test_what_has_ended_cannot_be_ended() -> None:
    with tables() as connection:
        number = declarations.add(connection, WORK, NEWS)
        act = Act(200, "li", "end", str(number), None, None, "why")
        assert not declarations.end(connection, number, act, NEWS)
        assert not declarations.end(connection, 77, act, NEWS)
        assert declarations.end(connection, number, replace(act, at_ms=199), NEWS)
        assert not declarations.end(connection, number, replace(act, at_ms=199), NEWS)


def test_a_value_is_a_sample_by_hand_and_late_if_its_minute_is_closed() -> None:
    with tables() as connection:
        assert not declarations.add_value(connection, VALUE, NEWS)
        assert declarations.newest(connection, 1) == []
        samples.register(connection, CHANNELS)
        statistics.set_closed_until(connection, 150)
        assert declarations.add_value(connection, VALUE, NEWS)
        (sample,) = samples.by_ids(connection, [1])
        assert (sample.channel, sample.at_ms, sample.raw, sample.value) == ("cod", 100, None, 1.5)
        assert sample.states == declared(State.MANUAL)
        assert sample.late
        assert declarations.holding(connection, 0, 1000) == []


def test_the_search_uses_an_index() -> None:
    with tables() as connection:
        steps: list[str] = []
        connection.set_trace_callback(steps.append)
        declarations.holding(connection, 1, 2)
        connection.set_trace_callback(None)
        plan = connection.execute(f"EXPLAIN QUERY PLAN {steps[0]}").fetchall()
        assert any("declaration_until" in row[3] for row in plan), plan


def test_a_broken_transaction_declares_nothing() -> None:
    with tables() as connection:
        connection.execute("BEGIN")
        declarations.add(connection, WORK, NEWS)
        connection.execute("ROLLBACK")
        assert declarations.newest(connection, 1) == []
        assert audit.newest(connection, 1) == []
