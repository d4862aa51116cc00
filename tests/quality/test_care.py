"""Hours against caps, care that comes round, breakdowns, and chains that nobody marked."""

import sqlite3

import pytest

from dau.core.channels import Medium
from dau.core.cycles import USUAL, Care
from dau.core.marks import Cap, CapPeriod, Category
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import data_time, parse_data_time
from dau.quality import care
from dau.store import audit, marks, samples, statistics
from dau.store.marks import Entry
from tests.store.tables import CHANNELS, COD, FLOW, tables

NEW_YEAR = parse_data_time("20260101000000") or 0
APRIL = parse_data_time("20260401000000") or 0
IDS = {"cod": 1, "flow": 2}


def mark(start_ms: int, minutes: int, label: str, subject: str = "furnace") -> Entry:
    span = Span(start_ms, minutes * MINUTE_MS)
    return Entry(Category.DEVICE, subject, label, span, "because", "Li", span.end_ms, {"type": "1"})


def test_marks_come_back_until_they_are_withdrawn_and_each_step_is_audited() -> None:
    entry = mark(NEW_YEAR, 60, "fault")
    with tables() as connection:
        number = marks.add(connection, entry)
        (kept,) = marks.in_span(connection, Span(NEW_YEAR, 1))
        assert (kept.number, kept.entry) == (number, entry)
        assert marks.in_span(connection, Span(NEW_YEAR + HOUR_MS, DAY_MS)) == []
        assert marks.withdraw(connection, number, "Wang", "wrong furnace", NEW_YEAR + DAY_MS)
        assert marks.in_span(connection, Span(NEW_YEAR, 1)) == []
        assert not marks.withdraw(connection, number, "Wang", "again", NEW_YEAR + DAY_MS)
        assert not marks.withdraw(connection, number + 1, "Wang", "the withdrawal", NEW_YEAR + DAY_MS)
        assert [(act.who, act.what) for act in audit.newest(connection, 9)] == [
            ("Wang", f"withdraw mark {number}"),
            ("Li", f"mark {number}"),
        ]
        assert connection.execute("SELECT count(*) FROM mark").fetchone() == (2,)


@pytest.mark.parametrize(("period", "hours"), [(CapPeriod.YEAR, 4.0), (CapPeriod.QUARTER, 2.0), (CapPeriod.EVENT, 3.0)])
def test_caps_count_in_their_period_by_subject(period: CapPeriod, hours: float) -> None:
    cap = Cap("cap", frozenset({"fault", "start"}), 60, period)
    with tables() as connection:
        for entry in (
            mark(NEW_YEAR - HOUR_MS, 120, "fault"),
            mark(APRIL - HOUR_MS, 120, "start"),
            mark(APRIL, 120, "fault"),
            mark(APRIL, 60, "else"),
            mark(APRIL, 60, "else", "other furnace"),
        ):
            marks.add(connection, entry)
        (use,) = care.caps_used(connection, [cap], [], APRIL + DAY_MS)
    assert (use.subject, use.hours) == ("furnace", hours)


def test_care_is_due_again_after_it_was_last_marked() -> None:
    cycles = {(each, "cod"): USUAL[each] for each in (Care.WATER_CHECK, Care.WATER_COMPARISON)}
    with tables() as connection:
        marks.add(connection, mark(NEW_YEAR, 30, "water_check", "cod"))
        marks.add(connection, mark(NEW_YEAR + DAY_MS, 30, "water_check", "flow"))
        checked, never = care.rounds(connection, cycles)
    assert checked.due_ms is not None
    assert data_time(checked.due_ms) == "20260102003000"
    assert (checked.is_overdue(checked.due_ms - 1), checked.is_overdue(checked.due_ms)) == (False, True)
    assert (never.last_ms, never.due_ms, never.is_overdue(0)) == (None, None, True)


def close(connection: sqlite3.Connection, length_ms: int, states: list[State]) -> None:
    samples.register(connection, CHANNELS)
    made = [
        PeriodStatistic("cod", Span(NEW_YEAR + number * length_ms, length_ms), state, state is State.OK, 1, 1)
        for number, state in enumerate(states)
    ]
    statistics.add(connection, IDS, made)
    statistics.set_closed_until(connection, NEW_YEAR + len(states) * length_ms)


def test_a_breakdown_lasts_from_the_first_hour_out_of_order_to_now() -> None:
    with tables() as connection:
        close(connection, HOUR_MS, [State.FAULT, State.OK, State.FAULT, State.NO_DATA])
        (found,) = care.breakdowns(connection, [COD, FLOW])
    assert (found.channel, found.since_ms) == ("cod", NEW_YEAR + 2 * HOUR_MS)
    assert COD.medium is Medium.WATER
    assert found.deadlines.restore_by_ms == NEW_YEAR + 50 * HOUR_MS
    assert found.deadlines.report_by_ms == NEW_YEAR + 26 * HOUR_MS


def test_a_channel_in_order_is_no_breakdown() -> None:
    with tables() as connection:
        close(connection, HOUR_MS, [State.FAULT, State.OK])
        assert list(care.breakdowns(connection, [COD])) == []


def test_chains_that_no_mark_covers_are_told() -> None:
    states = [State.CALIBRATION] * 10 + [State.FAULT] * 5 + [State.OK] * 5 + [State.MAINTENANCE] * 14
    with tables() as connection:
        close(connection, MINUTE_MS, states)
        day = Span(NEW_YEAR, DAY_MS)
        ((name, chain),) = care.unmarked(connection, [COD], day)
        assert (name, chain.minutes, chain.first * MINUTE_MS) == ("cod", 15, NEW_YEAR)
        marks.add(connection, mark(NEW_YEAR, 14, "calibration", "cod"))
        assert len(list(care.unmarked(connection, [COD], day))) == 1
        marks.add(connection, mark(NEW_YEAR, 15, "calibration", "cod"))
        assert list(care.unmarked(connection, [COD], day)) == []
