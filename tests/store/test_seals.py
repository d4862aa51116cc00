"""The seal of a day fits its statistics, the day before and the audit log, or the first that does not is named."""

import sqlite3
import struct
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.periods import BEIJING_MS, DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.store import audit, sample_seals, samples, seals, statistics
from dau.store.audit import Act
from dau.store.proof import Part, prove
from dau.store.sample_seals import PIECE, Hashing
from tests.store.tables import CHANNELS, tables, without_guards

FIRST = Span(DAY_MS - BEIJING_MS, DAY_MS)
ACT = Act(1, "p", "1062", "realtime_s", "60", "30", "done")
IDS = {"cod": 1, "flow": 2}


def hour(start_ms: int, mean: float | None, length_ms: int = HOUR_MS) -> PeriodStatistic:
    return PeriodStatistic("cod", Span(start_ms, length_ms), State.OK, True, 60, 60, mean)


def three_days(connection: sqlite3.Connection) -> None:
    """Seal three days; one act happens before the second is sealed."""
    samples.register(connection, CHANNELS)
    for number in range(3):
        day = Span(FIRST.start_ms + number * DAY_MS, DAY_MS)
        statistics.add(connection, IDS, [hour(day.start_ms, 1.5, MINUTE_MS), hour(day.start_ms, 0.1 + number)])
        seals.add(connection, day.start_ms, seals.digest_of(connection, day), day.end_ms)
        if number == 0:
            audit.add(connection, ACT)


def test_days_follow_each_other_and_are_whole() -> None:
    with tables() as connection:
        assert seals.next_day(connection) is None
        assert seals.newest(connection) is None
        three_days(connection)
        assert [each.day_ms for each in seals.every(connection)] == [FIRST.start_ms + n * DAY_MS for n in range(3)]
        assert [each.audit_row for each in seals.every(connection)] == [0, 1, 1]
        assert [each.digest.count for each in seals.every(connection)] == [2, 2, 2]
        assert seals.first_broken(connection) is None
        assert seals.next_day(connection) == Span(FIRST.start_ms + 3 * DAY_MS, DAY_MS)


def test_the_first_day_is_that_of_the_first_minute() -> None:
    with tables() as connection:
        samples.register(connection, CHANNELS)
        statistics.add(connection, IDS, [hour(FIRST.start_ms + 7 * HOUR_MS, 1.0, MINUTE_MS)])
        assert seals.next_day(connection) == FIRST


def test_only_statistics_that_end_in_the_day_count_and_every_digit_does() -> None:
    with tables() as connection:
        samples.register(connection, CHANNELS)
        empty = seals.digest_of(connection, FIRST)
        assert empty == seals.Digest(0, sha256().digest())
        statistics.add(connection, IDS, [hour(FIRST.start_ms - HOUR_MS, 1.0), hour(FIRST.end_ms, 1.0)])
        statistics.add(connection, IDS, [hour(FIRST.start_ms, 1.0, 31 * DAY_MS)])
        assert seals.digest_of(connection, FIRST) == empty
        statistics.add(connection, IDS, [hour(FIRST.start_ms, 0.1)])
        one = seals.digest_of(connection, FIRST)
        without_guards(connection)
        connection.execute("UPDATE statistic SET mean = 0.10000000000000002 WHERE start_ms = ?", (FIRST.start_ms,))
        assert seals.digest_of(connection, FIRST) != one


def test_a_month_belongs_to_the_day_in_which_it_ends() -> None:
    with tables() as connection:
        samples.register(connection, CHANNELS)
        statistics.add(connection, IDS, [hour(FIRST.end_ms - 30 * DAY_MS, 1.0, 30 * DAY_MS)])
        assert seals.digest_of(connection, FIRST).count == 1
        assert seals.digest_of(connection, Span(FIRST.end_ms - 30 * DAY_MS, DAY_MS)).count == 0


def test_the_digest_can_be_computed_without_this_program() -> None:
    with tables() as connection:
        samples.register(connection, CHANNELS)
        statistics.add(connection, IDS, [hour(FIRST.start_ms, 0.1)])
        line = f"3600000\t{FIRST.start_ms}\tcod\tw01018\tmg/L\t0\t1\t60\t60\t0.1\tNone\tNone\tNone\tNone\tNone\tNone\n"
        assert seals.digest_of(connection, FIRST).hash == sha256(line.encode()).digest()


@pytest.mark.parametrize("column", ["count", "digest", "audit_row", "audit_seal", "made_ms", "seal"])
@given(number=st.integers(0, 2))
def test_an_altered_seal_is_found(column: str, number: int) -> None:
    day_ms = FIRST.start_ms + number * DAY_MS
    with tables() as connection:
        three_days(connection)
        without_guards(connection)
        value = b"x" * 32 if column in {"digest", "audit_seal", "seal"} else 77
        connection.execute(f"UPDATE day_seal SET {column} = ? WHERE day_ms = ?", (value, day_ms))
        assert seals.first_broken(connection) == day_ms


def test_a_day_that_was_taken_out_and_an_audit_log_that_was_cut_are_found() -> None:
    with tables() as connection:
        three_days(connection)
        without_guards(connection)
        connection.execute("DELETE FROM audit")
        assert seals.first_broken(connection) == FIRST.start_ms + DAY_MS
        connection.execute("DELETE FROM day_seal WHERE day_ms = ?", (FIRST.start_ms,))
        assert seals.first_broken(connection) == FIRST.start_ms + DAY_MS


def sealed(connection: sqlite3.Connection, day_ms: int, after: int) -> None:
    hashing = Hashing(after, sample_seals.newest(connection))
    while (found := hashing.step(connection)) is None:
        pass
    seals.add(connection, day_ms, seals.digest_of(connection, Span(day_ms, DAY_MS)), day_ms + DAY_MS, found)


def with_samples(connection: sqlite3.Connection) -> None:
    """Two days of samples, the second with one that belongs to the first, behind a day that was sealed before."""
    samples.register(connection, CHANNELS)
    statistics.add(connection, IDS, [hour(FIRST.start_ms, 1.5, MINUTE_MS)])
    seals.add(connection, FIRST.start_ms - DAY_MS, seals.digest_of(connection, FIRST), FIRST.start_ms)
    taken = [Sample("cod", FIRST.start_ms + n, n / 3, n / 3, State.OK) for n in range(3)]
    samples.add(connection, IDS, taken, 0)
    sealed(connection, FIRST.start_ms, 0)
    result = Sample("cod", FIRST.end_ms + 5, None, None, State.FAULT, data_ms=7, sampled_ms=6)
    late = Sample("cod", FIRST.start_ms + 9, 2.0, 2.0, State.OK)
    samples.add(connection, IDS, [result, late], FIRST.end_ms)
    sealed(connection, FIRST.end_ms, 3)


def verdict(connection: sqlite3.Connection) -> tuple[int, int | str | None]:
    return next((each.count, each.broken) for each in prove(connection) if each.part is Part.SAMPLES)


def test_samples_are_sealed_by_their_numbers_late_ones_with_the_day_that_stored_them() -> None:
    with tables() as connection:
        with_samples(connection)
        assert [each.samples and each.samples.count for each in seals.every(connection)] == [None, 3, 2]
        assert seals.first_broken(connection) is None
        assert verdict(connection) == (5, None)


@pytest.mark.parametrize(
    ("statement", "day"),
    [
        ("UPDATE sample SET raw = raw + 1e-15 WHERE id = 2", FIRST.start_ms),
        ("UPDATE sample SET late = 0 WHERE id = 5", FIRST.end_ms),
        ("UPDATE sample SET sampled_ms = NULL WHERE id = 4", FIRST.end_ms),
        ("DELETE FROM sample WHERE id = 1", FIRST.start_ms),
        ("UPDATE sample SET states = 1 WHERE id = 3", FIRST.start_ms),
    ],
)
def test_a_sample_that_was_touched_names_the_day(statement: str, day: int) -> None:
    with tables() as connection:
        with_samples(connection)
        without_guards(connection)
        connection.execute(statement)
        assert verdict(connection)[1] == day


def test_the_number_of_sealed_samples_is_part_of_the_chain() -> None:
    with tables() as connection:
        with_samples(connection)
        without_guards(connection)
        connection.execute("UPDATE day_seal SET sample_until = 4 WHERE day_ms = ?", (FIRST.end_ms,))
        assert seals.first_broken(connection) == FIRST.end_ms


def test_the_digest_of_samples_can_be_computed_without_this_program() -> None:
    with tables() as connection:
        with_samples(connection)
        newest = seals.newest(connection)
    assert newest is not None and newest.samples is not None
    rows = struct.pack(">qqqqBddqq", 4, FIRST.end_ms + 5, 1, 8, 0b1100, 0, 0, 7, 6)
    rows += struct.pack(">qqqqBddqq", 5, FIRST.start_ms + 9, 1, 0, 0b10011, 2.0, 2.0, 0, 0)
    assert newest.samples.hash == sha256(rows).digest()


def test_many_samples_are_hashed_in_pieces() -> None:
    with tables() as connection:
        samples.register(connection, CHANNELS)
        samples.add(connection, IDS, [Sample("cod", n, 1.0, 1.0, State.OK) for n in range(PIECE + 1)], 0)
        hashing = Hashing(0, PIECE + 1)
        assert hashing.step(connection) is None
        found = hashing.step(connection)
        assert found is not None and (found.until, found.count) == (PIECE + 1, PIECE + 1)
