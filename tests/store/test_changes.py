"""A change by command: value, audit row and notice exist together or not at all; the last two hide a password."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.events import Info
from dau.core.records import RecordKind
from dau.store import audit, changes, events, settings
from dau.store.audit import Act
from dau.store.changes import Change
from dau.store.settings import Name
from tests.store.tables import tables

INTERVAL = Change("p", Name.REALTIME_S, "60", "30", "60", 5000, "1062", ("p", "q"), "p sets 30 s instead of 60 s")
PASSWORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="*"), min_size=1, max_size=9)


def test_a_change_sets_audits_and_tells() -> None:
    with tables() as connection:
        changes.make(connection, INTERVAL)
        assert settings.of_platform(connection, "p") == {Name.REALTIME_S: "30"}
        assert audit.newest(connection, 9) == [Act(5000, "p", "1062", "realtime_s", "60", "30", "done")]
        (notice,) = events.in_span(connection, RecordKind.INFO, 5000, 5000)
        assert notice.event == Info("i21001", "p sets 30 s instead of 60 s")
        told = connection.execute("SELECT platform FROM delivery WHERE record = ? ORDER BY 1", (notice.id,)).fetchall()
        assert told == [("p",), ("q",)]
        assert settings.overtaken(connection, "p", {Name.REALTIME_S: "60"}) == []
        ((one, now),) = settings.overtaken(connection, "p", {Name.REALTIME_S: "45"})
        assert (one.value, one.configured, one.since_ms, now) == ("30", "60", 5000, "45")


@given(PASSWORDS, PASSWORDS)
def test_a_password_stands_only_where_it_is_used(before: str, after: str) -> None:
    change = Change("p", Name.PW, before, after, before, 5000, "1072", ("q",), f"old {before}, new {after}.")
    with tables() as connection:
        changes.make(connection, change)
        assert settings.of_platform(connection, "p") == {Name.PW: after}
        (act,) = audit.newest(connection, 9)
        assert (act.before, act.after, act.subject) == ("***", "***", "pw")
        (notice,) = events.in_span(connection, RecordKind.INFO, 5000, 5000)
    assert isinstance(notice.event, Info)
    assert before not in notice.event.value and after not in notice.event.value


def test_an_empty_password_hides_nothing_but_itself() -> None:
    change = Change("p", Name.PW, "", "123456", "", 5000, "1072", (), "the password is 123456 now")
    with tables() as connection:
        changes.make(connection, change)
        (notice,) = events.in_span(connection, RecordKind.INFO, 5000, 5000)
    assert notice.event == Info("i21001", "the password is *** now")


@pytest.mark.parametrize("table", ["setting", "audit", "record", "delivery", "event"])
def test_what_fails_in_the_middle_leaves_nothing(table: str) -> None:
    with tables() as connection:
        connection.execute(f"CREATE TRIGGER refusing AFTER INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END")
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.IntegrityError, match=r"^no$"):
            changes.make(connection, INTERVAL)
        connection.execute("ROLLBACK")
        for name in ("setting", "audit", "record", "delivery", "event"):
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)


def test_changes_of_one_instant_are_all_told() -> None:
    with tables() as connection:
        for _ in range(3):
            changes.make(connection, INTERVAL)
        assert len(events.in_span(connection, RecordKind.INFO, 5000, 7000)) == 3
        assert audit.first_broken(connection) is None
