"""The report of a stack: what was converted and emitted beside what was measured, emissions repaired in it alone."""

import sqlite3

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.marks import Category
from dau.core.periods import DAY_MS, HOUR_MS, Span, month_at
from dau.core.reports import Item, Line, Report
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import parse_data_time
from dau.quality.report import read_report
from dau.store import marks, samples, statistics
from dau.store.marks import Entry
from tests.store.tables import tables

DAY = Span(parse_data_time("20250302000000") or 0, DAY_MS)
SO2 = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, 5, total_unit="kg", flow="flow", mass_per_amount=1e-6)
ZS = Channel("so2_zs", "a21026", "mg/m3", 1, Medium.GAS, 5, converts="so2")
FLOW = Channel("flow", "a00000", "m3/h", 0, Medium.GAS, 5, total_per_second=1 / 3600, total_unit="m3")
BURNER = Channel("burner", "p99101", "", 0, Medium.GAS, 5, kind=ChannelKind.CONDITION)
CHANNELS = (SO2, ZS, FLOW, BURNER)


def closed(connection: sqlite3.Connection, name: str, number: int, total: float | None, state: State) -> None:
    """Close one hour of a channel, ``number`` hours after the day began."""
    ids = samples.register(connection, CHANNELS)
    span = Span(DAY.start_ms + number * HOUR_MS, HOUR_MS)
    is_valid = total is not None
    made = PeriodStatistic(name, span, state, is_valid, 60, 60, 10.0 if is_valid else None, total=total)
    statistics.add(connection, ids, [made])


def a_day(connection: sqlite3.Connection) -> Report:
    """Twenty valid hours before the day; in it two valid ones, one stopped, two of calibration."""
    for number in range(-20, 0):
        closed(connection, "so2", number, 5.0 + number, State.OK)
    for number, total, state in (
        (0, 1.0, State.OK),
        (1, None, State.STOPPED),
        (2, None, State.CALIBRATION),
        (3, None, State.CALIBRATION),
        (4, 2.0, State.OK),
    ):
        closed(connection, "so2", number, total, state)
        closed(connection, "so2_zs", number, None if total is None else 12.0, state)
    return read_report(connection, CHANNELS, DAY)


def test_columns_stand_by_their_quantity_and_conditions_have_none() -> None:
    with tables() as connection:
        report = a_day(connection)
    assert [(column.subject.name, column.channel.name, column.item) for column in report.columns] == [
        ("so2", "so2", Item.MEAN),
        ("so2", "so2_zs", Item.CONVERTED),
        ("so2", "so2", Item.TOTAL),
        ("flow", "flow", Item.MEAN),
        ("flow", "flow", Item.TOTAL),
    ]
    assert [column.unit for column in report.columns] == ["mg/m3", "mg/m3", "kg", "m3/h", "m3"]
    assert len(report.rows) == 24
    assert report.lines[Line.COUNT] == (2, 2, 2, 0, 0)


def test_only_the_hours_of_calibration_are_repaired_and_no_row_is_changed() -> None:
    with tables() as connection:
        before = connection.execute("SELECT * FROM statistic").fetchall()
        report = a_day(connection)
        again = read_report(connection, CHANNELS, DAY)
        assert before == []
        assert again == report
    (repaired,) = report.repaired
    assert repaired.starts == (DAY.start_ms + 2 * HOUR_MS, DAY.start_ms + 3 * HOUR_MS)
    assert (repaired.each, repaired.rule) == (4.0, "report.rule.hj75")
    assert repaired.inputs == ((DAY.start_ms - HOUR_MS, 4.0),)
    assert repaired.facts == {"window": 180, "rate": 100 * 22 / 24, "hours": 2}
    assert [row.numbers[2] for row in report.rows[:5]] == [1.0, None, None, None, 2.0]
    assert report.total_with_repairs(report.columns[2]) == 8.0


def test_a_month_counts_the_repaired_hours_of_its_days() -> None:
    with tables() as connection:
        a_day(connection)
        report = read_report(connection, CHANNELS, month_at(DAY.start_ms))
    assert len(report.rows) == 31
    assert [len(each.starts) for each in report.repaired] == [2]


def test_a_station_without_statistics_has_an_empty_report() -> None:
    with tables() as connection:
        report = read_report(connection, CHANNELS, DAY)
    assert {number for row in report.rows for number in row.numbers} == {None}
    assert report.repaired == ()
    assert report.part_ms == HOUR_MS


def mark(connection: sqlite3.Connection, category: Category, label: str, span: Span, **fields: str) -> int:
    subject = "cod" if fields.get("value") else "so2"
    return marks.add(connection, Entry(category, subject, label, span, "drift", "wang", DAY.start_ms, fields))


def test_hours_out_of_control_count_no_more_until_the_mark_is_withdrawn() -> None:
    hour = Span(DAY.start_ms + 4 * HOUR_MS, HOUR_MS)
    with tables() as connection:
        before = a_day(connection)
        number = mark(connection, Category.DEVICE, "失控", hour)
        mark(connection, Category.DEVICE, "gas_extractive", Span(DAY.start_ms - 10 * HOUR_MS, HOUR_MS))
        report = read_report(connection, CHANNELS, DAY)
        assert [row.numbers[2] for row in report.rows[:5]] == [1.0, None, None, None, None]
        (repaired,) = report.repaired
        assert (len(repaired.starts), repaired.rule) == (3, "report.rule.hj75_control")
        assert repaired.each == -6.0 + 1.0, "the maximum of the hours that ended before the calibration did"
        marks.withdraw(connection, number, "wang", "wrong", DAY.start_ms)
        assert read_report(connection, CHANNELS, DAY) == before


def test_an_emission_by_hand_stands_for_its_gap() -> None:
    with tables() as connection:
        a_day(connection)
        mark(connection, Category.MANUAL_VALUE, "手工监测", Span(DAY.start_ms + 2 * HOUR_MS, HOUR_MS), emission="1.5")
        mark(connection, Category.MANUAL_VALUE, "手工监测", Span(DAY.start_ms + 3 * HOUR_MS, HOUR_MS), emission="nan")
        (repaired,) = read_report(connection, CHANNELS, DAY).repaired
    assert (repaired.each, repaired.rule) == (1.5, "report.rule.by_hand")


COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5, total_unit="kg", flow="water", mass_per_amount=0.001)


def water_month(connection: sqlite3.Connection, samples_by_hand: int) -> Report:
    ids = samples.register(connection, (COD,))
    for day, (total, valid) in enumerate([(5.0, True), (7.0, True), (None, False)]):
        span = Span(DAY.start_ms + (day - 1) * DAY_MS, DAY_MS)
        state = State.OK if valid else State.FAULT
        made = PeriodStatistic("cod", span, state, valid, 24, 24, 10.0 if valid else None, total=total, volume=200.0)
        statistics.add(connection, ids, [made])
    for number in range(samples_by_hand):
        span = Span(DAY.start_ms + DAY_MS + number * HOUR_MS, HOUR_MS // 2)
        mark(connection, Category.MANUAL_VALUE, "手工监测", span, value=str(40.0 + number))
    return read_report(connection, (COD,), month_at(DAY.start_ms))


def test_four_samples_by_hand_make_the_day_of_waste_water() -> None:
    with tables() as connection:
        (repaired,) = water_month(connection, 4).repaired
    assert (repaired.each, repaired.rule) == (0.001 * 41.5 * 200.0, "report.rule.manual")
    assert [number for _, number in repaired.inputs] == [40.0, 41.0, 42.0, 43.0]
    with tables() as connection:
        (repaired,) = water_month(connection, 3).repaired
    assert (repaired.each, repaired.rule) == (7.0, "report.rule.max30")
    assert repaired.inputs == ((DAY.start_ms, 7.0),)
