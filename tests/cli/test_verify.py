"""`dau verify` proves a file whole, or names what was done to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cli.verify import verify
from dau.core.events import Info
from dau.core.periods import DAY_MS, HOUR_MS, Span
from dau.core.records import RecordKind
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import parse_data_time
from dau.store import audit, events, outbox, samples, seals, statistics, wire
from dau.store.audit import Act
from dau.store.outbox import DeliveryState
from tests.cli.made_station import damage_table, database_of, fill, settings_file
from tests.store.tables import CHANNELS, without_guards

DAY = Span(parse_data_time("20260101000000") or 0, DAY_MS)
MINUTE = f"VALUES ({DAY.start_ms}, 60000, 1, 0, 1, 1, 1)"
IDS = {"cod": 1, "flow": 2}


def one_day(connection: sqlite3.Connection) -> None:
    """A sealed day and the next, with an hour that was told and acknowledged, an event and two acts."""
    samples.register(connection, CHANNELS)
    for number in range(2):
        span = Span(DAY.start_ms + number * DAY_MS, HOUR_MS)
        statistics.add(connection, IDS, [PeriodStatistic("cod", span, State.OK, True, 60, 60, 1.5)])
        audit.add(connection, Act(5, "p", "1062", "realtime_s", "60", "30", "done"))
        day = Span(span.start_ms, DAY_MS)
        seals.add(connection, day.start_ms, seals.digest_of(connection, day), day.end_ms)
    outbox.owe(connection, RecordKind.HOUR, Span(DAY.start_ms, HOUR_MS), 1, ["p"])
    delivery = outbox.next_delivery(connection, "p", DAY.end_ms, 0, live=True)
    assert delivery is not None
    wire.add_sent(connection, "p", 5, delivery.record.id, b"frame")
    outbox.finish(connection, delivery, DeliveryState.ACKNOWLEDGED, "1", 6)
    events.owe(connection, RecordKind.INFO, Info("i21001", "started"), 5, 5, ["p"])


@pytest.fixture
def database(tmp_path: Path) -> Path:
    config = settings_file(tmp_path)
    fill(config, one_day)
    return database_of(config)


def run(database: Path) -> Result:
    return CliRunner().invoke(verify, [str(database)])


def alter(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        guards = connection.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        without_guards(connection)
        connection.execute(statement)
        for (guard,) in guards:
            connection.execute(guard)


def test_a_whole_file(database: Path) -> None:
    result = run(database)
    assert result.exit_code == 0, result.output
    lines = [line for line in result.output.splitlines() if line.startswith("[ok]")]
    assert [line.rpartition(" / ")[2] for line in lines[1:]] == [
        f"guards against alteration, {len(_guards(database))}",
        "audit chain, 2 rows",
        "chain of day seals, 2 days",
        "statistics of sealed days, 2 rows",
        "sealed samples, 0 rows",
        "records have what they tell, 2",
        "acknowledged records have their packets, 1",
    ]
    assert "last day seal 2026-01-02 " in result.output
    assert result.output.endswith("is whole\n")


def _guards(database: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE audit SET who = 'q' WHERE id = 2", "audit chain, 2 rows: 断裂于 2 / broken at 2"),
        ("UPDATE day_seal SET made_ms = 1", "day seals, 2 days: 断裂于 2026-01-01 / broken at 2026-01-01"),
        (
            f"UPDATE statistic SET mean = 1.4 WHERE start_ms > {DAY.start_ms}",
            "statistics of sealed days, 1 rows: 断裂于 2026-01-02 / broken at 2026-01-02",
        ),
        (
            f"INSERT INTO statistic (start_ms, length_ms, channel, state, valid, count, expected) {MINUTE}",
            "statistics of sealed days, 0 rows: 断裂于 2026-01-01 / broken at 2026-01-01",
        ),
        ("DELETE FROM event", "records have what they tell, 2: 断裂于 2 / broken at 2"),
        ("UPDATE record SET start_ms = 5 WHERE id = 1", "records have what they tell, 2: 断裂于 1 / broken at 1"),
        ("DELETE FROM wire", "acknowledged records have their packets, 1: 断裂于 1 / broken at 1"),
        ("DELETE FROM channel WHERE id = 1", "pages: 断裂于 statistic"),
    ],
)
def test_what_was_altered_is_named(database: Path, statement: str, told: str) -> None:
    alter(database, statement)
    result = run(database)
    assert result.exit_code == 1
    assert told in result.output
    assert result.output.endswith("is not whole\n")


def test_a_guard_that_was_taken_away_is_missed(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TRIGGER sample_is_never_altered")
    result = run(database)
    assert result.exit_code == 1
    assert "断裂于 sample_is_never_altered / broken at sample_is_never_altered" in result.output


def test_a_day_whose_seal_was_taken_out_and_all_after_it_computed_anew_is_missed(database: Path) -> None:
    alter(database, f"DELETE FROM day_seal WHERE day_ms > {DAY.start_ms}")
    with closing(sqlite3.connect(database)) as connection, connection:
        later = Span(DAY.start_ms + 2 * DAY_MS, DAY_MS)
        seals.add(connection, later.start_ms, seals.digest_of(connection, later), later.end_ms)
    result = run(database)
    assert "chain of day seals, 2 days: 断裂于 2026-01-01 / broken at 2026-01-01" in result.output


def test_a_damaged_file_is_told(database: Path) -> None:
    damage_table(database, "audit")
    result = run(database)
    assert result.exit_code == 1
    assert result.output


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = run(tmp_path / "none.db")
    assert result.exit_code == 1
    assert "there is no database" in result.output
