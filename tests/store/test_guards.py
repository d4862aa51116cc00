"""What was measured, closed, told, marked or sealed can be altered by nobody, and no statement of the unit tries to."""

import re
import sqlite3
from pathlib import Path
from typing import Final

import pytest

from dau.core.conditions import Standing
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.events import Info
from dau.core.findings import Seen
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.rules.names import Rule
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.core.surroundings import Turn
from dau.store import audit, conditions, declarations, events, findings, outbox, samples, seals, statistics, wire
from dau.store.audit import Act
from dau.store.declarations import News
from tests.store.tables import CHANNELS, tables

UNIT: Final = Path(__file__).parents[2] / "dau"
GUARDED: Final = (
    "sample",
    "statistic",
    "record",
    "event",
    "wire",
    "mark",
    "day_seal",
    "finding_step",
    "declaration",
    "declaration_end",
    "turn",
    "audit",
)
FORBIDDEN: Final = re.compile(
    rf"\b(?:UPDATE|DELETE\s+FROM|REPLACE\s+INTO|INSERT\s+OR\s+REPLACE\s+INTO)\s+(?:{'|'.join(GUARDED)})\b",
    re.IGNORECASE,
)
WORK: Final = Declaration(DeclarationKind.MAINTENANCE, "w", "y", 5, 5, 9, frozenset({"cod"}))
INFO: Final = Info("i21001", "started")
MARK: Final = "INSERT INTO mark VALUES (1, 2, 'cod', 'maintenance', 0, 1, '{}', 'why', 'who', 1, NULL)"


def fill(connection: sqlite3.Connection) -> None:
    """Put a row into every guarded table."""
    ids = samples.register(connection, CHANNELS)
    samples.add(connection, ids, [Sample("cod", 5, 1.0, 1.0, State.OK)], 0)
    statistics.add(connection, ids, [PeriodStatistic("cod", Span(0, MINUTE_MS), State.OK, True, 1, 1, 1.0)])
    outbox.owe(connection, RecordKind.HOUR, Span(0, HOUR_MS), 1, ["p"])
    events.owe(connection, RecordKind.INFO, INFO, 5, 5, ["p"])
    wire.add_sent(connection, "p", 5, 1, b"frame")
    connection.execute(MARK)
    findings.note(connection, Seen(Rule.ZERO, "cod", 0, HOUR_MS, {}), HOUR_MS)
    audit.add(connection, Act(1, "p", "1062", "realtime_s", "60", "30", "done"))
    number = declarations.add(connection, WORK, News("said", ()))
    declarations.end(connection, number, Act(7, "w", "declare end", "1", None, None, "done"), News("ended", ()))
    conditions.add(connection, [Turn("kiln", Standing(None), 5)])
    day = Span(0, DAY_MS)
    seals.add(connection, day.start_ms, seals.digest_of(connection, day), 9)


@pytest.mark.parametrize("table", GUARDED)
def test_rows_are_neither_altered_nor_deleted(table: str) -> None:
    with tables() as connection:
        fill(connection)
        column = connection.execute(f"SELECT name FROM pragma_table_info('{table}')").fetchone()[0]
        before = connection.execute(f"SELECT * FROM {table}").fetchall()
        assert before
        with pytest.raises(sqlite3.IntegrityError, match=f"^{table} is never altered$"):
            connection.execute(f"UPDATE {table} SET {column} = 99")
        with pytest.raises(sqlite3.IntegrityError, match=f"^{table} is never deleted$"):
            connection.execute(f"DELETE FROM {table}")
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == before


def test_no_statement_of_the_unit_alters_them_but_the_one_that_seals_an_act() -> None:
    found = [
        f"{path.relative_to(UNIT)}: {match.group()}"
        for path in sorted(UNIT.rglob("*.py"))
        for match in FORBIDDEN.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == ["store/audit.py: UPDATE audit"]


def test_what_is_looked_for_would_be_found() -> None:
    assert FORBIDDEN.search("update  statistic SET mean = 1")
    assert FORBIDDEN.search("INSERT OR REPLACE INTO sample VALUES (1)")
    assert FORBIDDEN.search("DELETE FROM\n record WHERE id = 1")
