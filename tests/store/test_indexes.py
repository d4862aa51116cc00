"""What a station asks every second finds its rows by an index, however long the past and the backlog are."""

import sqlite3
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.store import history, outbox, points, samples, statistics
from tests.store.tables import CHANNELS, COD, minute, tables

WAITING = 100_000
NOW = WAITING * MINUTE_MS
IDS = {"cod": 1, "flow": 2}

Ask = Callable[[sqlite3.Connection], object]

QUESTIONS: dict[str, Ask] = {
    "live lane": partial(outbox.next_delivery, platform="p", now_ms=NOW, live_since_ms=NOW - HOUR_MS, live=True),
    "backlog": partial(outbox.next_delivery, platform="p", now_ms=NOW, live_since_ms=NOW - HOUR_MS, live=False),
    "samples of a minute": partial(samples.in_span, ids=IDS, span=minute(WAITING // 2)),
    "latest samples": partial(samples.latest_ids, after_ms=NOW - MINUTE_MS, until_ms=NOW),
    "samples by number": partial(samples.by_ids, numbers=[5, 50_000]),
    "minutes of an hour": partial(statistics.in_span, ids=IDS, span=Span(50 * HOUR_MS, HOUR_MS), length_ms=MINUTE_MS),
    "history of minutes": partial(
        history.records,
        kind=RecordKind.INTERVAL,
        length_ms=MINUTE_MS,
        first_ms=0,
        last_ms=NOW,
        after=minute(WAITING // 2).start_ms,
        limit=3,
    ),
    "history of records": partial(
        history.records, kind=RecordKind.RAW, length_ms=None, first_ms=0, last_ms=NOW, after=None, limit=3
    ),
    "points of a minute": partial(points.of_period, ids=IDS, span=minute(WAITING // 2)),
    "tail of a channel": partial(
        points.in_tail, channel=1, length_ms=MINUTE_MS, labels=list(range(NOW // 2, NOW // 2 + HOUR_MS, MINUTE_MS))
    ),
    "means of an hour": partial(points.rough_means, ids=IDS, span=Span(50 * HOUR_MS, HOUR_MS), part_ms=MINUTE_MS),
    "statistics of a minute": partial(statistics.of_period, span=minute(WAITING // 2)),
}
COUNTING: dict[str, Ask] = {
    "tally": partial(outbox.tally, platform="p", since_ms=0),
    "expiry": partial(outbox.expire_live, platform="p", before_ms=NOW, now_ms=NOW),
}


@pytest.fixture(scope="module")
def long_past() -> Iterator[sqlite3.Connection]:
    """A database with a sample, a statistic and a waiting delivery for each of very many minutes."""
    starts = range(0, NOW, MINUTE_MS)
    with tables() as connection:
        samples.register(connection, CHANNELS)
        samples.add(connection, IDS, [Sample("cod", at_ms, 1.0, 1.0, State.OK) for at_ms in starts], 0)
        connection.executemany(
            "INSERT INTO statistic VALUES (?, 60000, 1, 0, 1, 12, 12, 1, 1, 1, 1, NULL, NULL, NULL)",
            [(at_ms,) for at_ms in starts],
        )
        connection.execute("BEGIN")
        for at_ms in starts:
            outbox.owe(connection, RecordKind.INTERVAL, Span(at_ms, MINUTE_MS), NOW, ["p"])
        connection.execute("COMMIT")
        yield connection


def plan_of(connection: sqlite3.Connection, ask: Ask) -> list[str]:
    """Return SQLite's plan of every statement that ``ask`` runs."""
    asked: list[str] = []
    connection.set_trace_callback(asked.append)
    ask(connection)
    connection.set_trace_callback(None)
    return [row[3] for statement in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]


def work_of(connection: sqlite3.Connection, ask: Ask) -> int:
    """Return how many hundred steps SQLite's machine makes for ``ask``."""
    hundreds = 0

    def one_more() -> int:
        nonlocal hundreds
        hundreds += 1
        return 0

    connection.set_progress_handler(one_more, 100)
    ask(connection)
    connection.set_progress_handler(None, 0)
    return hundreds


@pytest.mark.parametrize("question", [*QUESTIONS, *COUNTING])
def test_no_table_is_read_from_end_to_end(long_past: sqlite3.Connection, question: str) -> None:
    plan = plan_of(long_past, (QUESTIONS | COUNTING)[question])
    assert any(step.startswith("SEARCH") for step in plan), plan
    assert [step for step in plan if step.startswith("SCAN") and "json_each" not in step] == []


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_costs_little_whatever_waits(long_past: sqlite3.Connection, question: str) -> None:
    assert work_of(long_past, QUESTIONS[question]) < 50


@pytest.mark.parametrize("lane", ["live lane", "backlog"])
def test_the_next_delivery_needs_no_sorting(long_past: sqlite3.Connection, lane: str) -> None:
    searching, fetching, following, *_ = plan_of(long_past, QUESTIONS[lane])
    assert "delivery USING INDEX delivery_waiting" in searching
    assert fetching.startswith("SEARCH record USING INTEGER PRIMARY KEY")
    assert "TEMP B-TREE" not in following


def test_questions_are_asked_of_rows_that_exist(long_past: sqlite3.Connection) -> None:
    found = QUESTIONS["samples of a minute"](long_past)
    assert found == {COD.name: [Sample("cod", minute(WAITING // 2).start_ms, 1.0, 1.0, State.OK)], "flow": []}
    assert outbox.tally(long_past, "p", 0).waiting == WAITING
