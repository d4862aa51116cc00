"""The audit log is a chain: whatever is altered, taken out of the middle or slipped in is found, and where."""

import sqlite3
from hashlib import sha256

from hypothesis import assume, given
from hypothesis import strategies as st

from dau.store import audit
from dau.store.audit import Act
from tests.store.tables import tables, without_guards

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
ACTS = st.builds(Act, st.integers(0, 1 << 50), TEXT, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT, TEXT)
CHAIN = st.lists(ACTS, min_size=1, max_size=8)
COLUMNS = ("at_ms", "who", "what", "subject", "before", "after", "result")


def add_all(connection: sqlite3.Connection, acts: list[Act]) -> None:
    without_guards(connection)
    for act in acts:
        audit.add(connection, act)


@given(CHAIN, st.integers(0, 10))
def test_acts_come_back_newest_first_and_the_chain_is_whole(acts: list[Act], limit: int) -> None:
    with tables() as connection:
        for number, act in enumerate(acts, start=1):
            audit.add(connection, act)
            assert audit.first_broken(connection) is None, number
        assert audit.newest(connection, limit) == acts[::-1][:limit]


def test_an_empty_log_is_whole() -> None:
    with tables() as connection:
        assert audit.first_broken(connection) is None
        assert audit.newest(connection, 5) == []


@given(CHAIN, st.data())
def test_an_altered_row_is_found(acts: list[Act], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(acts)))
    column = data.draw(st.sampled_from(COLUMNS))
    value = data.draw(st.none() | TEXT | st.binary(max_size=4) | st.integers(0, 1 << 50))
    with tables() as connection:
        add_all(connection, acts)
        before = connection.execute(f"SELECT quote({column}) FROM audit WHERE id = ?", (number,)).fetchone()
        try:
            connection.execute(f"UPDATE audit SET {column} = ? WHERE id = ?", (value, number))
        except sqlite3.IntegrityError:  # a NULL that the table itself refuses
            assume(False)
        assume(connection.execute(f"SELECT quote({column}) FROM audit WHERE id = ?", (number,)).fetchone() != before)
        assert audit.first_broken(connection) == number


def test_a_text_that_is_no_text_breaks_the_chain_and_not_the_check() -> None:
    with tables() as connection:
        add_all(connection, [Act(1, "p", "1062", "realtime_s", "60", "30", "done")] * 2)
        connection.execute("UPDATE audit SET who = CAST(x'ff' AS TEXT) WHERE id = 2")
        assert audit.first_broken(connection) == 2


@given(CHAIN, st.data())
def test_an_altered_seal_is_found(acts: list[Act], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(acts)))
    with tables() as connection:
        add_all(connection, acts)
        connection.execute("UPDATE audit SET seal = randomblob(32) WHERE id = ?", (number,))
        assert audit.first_broken(connection) == number


@given(CHAIN, st.data())
def test_a_row_that_was_taken_out_is_missed_by_the_next(acts: list[Act], data: st.DataObject) -> None:
    assume(len(acts) > 1)
    number = data.draw(st.integers(1, len(acts) - 1))
    with tables() as connection:
        add_all(connection, acts)
        connection.execute("DELETE FROM audit WHERE id = ?", (number,))
        assert audit.first_broken(connection) == number + 1


@given(CHAIN, ACTS, st.data())
def test_a_row_that_was_slipped_in_is_found(acts: list[Act], forged: Act, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(acts)))
    with tables() as connection:
        add_all(connection, acts)
        for row in range(len(acts), number - 1, -1):
            connection.execute("UPDATE audit SET id = id + 1 WHERE id = ?", (row,))
        connection.execute(
            "INSERT INTO audit SELECT ?, ?, ?, ?, ?, ?, ?, ?, seal FROM audit WHERE id = ?",
            (number, *(getattr(forged, column) for column in COLUMNS), number + 1),
        )
        is_copy = forged == acts[number - 1]  # with the seal of the one it copies: then that one is doubled
        assert audit.first_broken(connection) == number + is_copy


@given(CHAIN, st.data())
def test_two_rows_that_changed_places_are_found(acts: list[Act], data: st.DataObject) -> None:
    assume(len(acts) > 1)
    number = data.draw(st.integers(1, len(acts) - 1))
    with tables() as connection:
        add_all(connection, acts)
        for old, new in ((number, 999), (number + 1, number), (999, number + 1)):
            connection.execute("UPDATE audit SET id = ? WHERE id = ?", (new, old))
        assert audit.first_broken(connection) == number


@given(CHAIN)
def test_the_seal_can_be_computed_without_this_program(acts: list[Act]) -> None:
    seal = bytes(32)
    with tables() as connection:
        add_all(connection, acts)
        stored = [bytes(row[0]) for row in connection.execute("SELECT seal FROM audit ORDER BY id")]
    for number, act in enumerate(acts, start=1):
        parts = []
        for value in (number, act.at_ms, act.who, act.what, act.subject, act.before, act.after, act.result):
            kind = {int: "integer", str: "text", type(None): "null"}[type(value)]
            parts.append(f"{kind}:{('' if value is None else str(value)).encode().hex().upper()}")
        seal = sha256(seal + ",".join(parts).encode()).digest()
        assert stored[number - 1] == seal
