"""An instrument is exchanged: the platforms hear of it once, whenever the station starts again."""

import sqlite3

from dau.core.events import SerialNumber
from dau.core.records import RecordKind
from dau.store import events
from dau.uplink.exchanges import owe_exchanged
from dau.uplink.site import Site
from tests.store.tables import tables

OLD, NEW, OTHER = "010000A8900016F000169DC1", "010000A8900016F000169DC2", "010000A8900016F000169DC3"
PLATFORMS = ("national", "provincial")


def start(connection: sqlite3.Connection, at_ms: int, **numbers: str) -> None:
    owe_exchanged(connection, Site(serial_numbers=numbers), PLATFORMS, at_ms)


def told(connection: sqlite3.Connection) -> list[tuple[str, object, int]]:
    """Return to whom an exchange is owed, which one, and as of when."""
    rows = connection.execute(
        "SELECT platform, record, start_ms FROM delivery JOIN record ON record.id = record ORDER BY record, platform"
    ).fetchall()
    return [(platform, events.of_record(connection, record), at_ms) for platform, record, at_ms in rows]


def test_a_number_that_is_declared_for_the_first_time_is_no_exchange() -> None:
    with tables() as connection:
        start(connection, 1000, cod=OLD)
        start(connection, 2000, cod=OLD, ph=OTHER)
        assert told(connection) == []
        known = events.in_span(connection, RecordKind.SERIAL_NUMBER, 0, 3000)
        assert [record.event for record in known] == [SerialNumber("cod", OLD), SerialNumber("ph", OTHER)]


def test_another_number_is_told_to_everybody_once() -> None:
    with tables() as connection:
        for at_ms, number in ((1000, OLD), (2000, NEW), (3000, NEW)):
            start(connection, at_ms, cod=number)
        assert told(connection) == [(name, SerialNumber("cod", NEW), 2000) for name in PLATFORMS]


def test_the_old_instrument_that_comes_back_is_an_exchange_too() -> None:
    with tables() as connection:
        for at_ms, number in ((1000, OLD), (2000, NEW), (3000, OLD)):
            start(connection, at_ms, cod=number)
        assert [event for _, event, _ in told(connection)][2:] == [SerialNumber("cod", OLD)] * 2


def test_two_exchanges_at_one_start_are_two_records() -> None:
    with tables() as connection:
        start(connection, 1000, cod=OLD, ph=OLD)
        start(connection, 2000, cod=NEW, ph=OTHER)
        assert {(event, at_ms) for _, event, at_ms in told(connection)} == {
            (SerialNumber("cod", NEW), 2000),
            (SerialNumber("ph", OTHER), 2001),
        }


def test_a_clock_that_was_wrong_at_one_start_changes_nothing() -> None:
    with tables() as connection:
        for at_ms, number in ((9000, OLD), (1000, NEW), (2000, NEW)):
            start(connection, at_ms, cod=number)
        assert len(told(connection)) == len(PLATFORMS)


def test_without_declared_numbers_nothing_happens() -> None:
    with tables() as connection:
        start(connection, 1000, cod=OLD)
        start(connection, 2000)
        start(connection, 3000, cod=OLD)
        assert told(connection) == []
