"""The comparison finds every kind of disagreement, and none where there is none."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from dau.receiver.tables import SCHEMA
from simulator.instruments.slave import Spoken
from simulator.journal import Entry
from simulator.scene_file import load_scene
from simulator.truth.chronicle import chronicles
from simulator.truth.stored import label_of, read_stored
from simulator.truth.verdict import Run, Verdict, compare

MINUTE_MS = 60_000
START_MS = 1_770_000_000_000 // 3_600_000 * 3_600_000 + 57 * MINUTE_MS  # three minutes before an hour ends
MINUTES = 5
RUN = Run(START_MS + 10, START_MS + 20, START_MS + MINUTES * MINUTE_MS, START_MS + MINUTES * MINUTE_MS)
MN = "010000A8900016F000169DC1"
CHANNELS = {"cod": "w01018", "nh3n": "w21003", "ph": "w01001", "water_temperature": "w01010", "flow": "w00000"}
DIGITS = {"cod": 1, "nh3n": 2, "ph": 2, "water_temperature": 1, "flow": 2}


def value(channel: str, minute: int) -> float:
    return 20.0 + minute + len(channel)


def entries() -> Iterator[Entry]:
    """Yield the journal of five minutes in which each channel keeps one value a minute."""
    for minute in range(MINUTES):
        for poll in range(12):
            for channel in CHANNELS:
                at_ms = START_MS + minute * MINUTE_MS + poll * 5000 + 40
                yield Entry(at_ms, Spoken(channel, channel, value(channel, minute), "normal"))


CARRIED = ("cod", "nh3n")
"""What the flow of the outfall carries: its means are weighted, its amounts are masses."""


def told(channel: str, *minutes: int) -> dict[str, str]:
    """Return the fields of a period that consists of these minutes."""
    values, flows = ([value(name, minute) for minute in minutes] for name in (channel, "flow"))
    loads = sum(one * flow for one, flow in zip(values, flows, strict=True))
    mean = loads / sum(flows) if channel in CARRIED else sum(values) / len(values)
    numbers = {"Avg": mean, "Min": min(values), "Max": max(values)}
    amount = {"flow": {"Cou": f"{sum(flows) * 60 / 1000:.3f}"}} | {
        name: {"Cou": f"{Decimal(loads) * 60 / 1_000_000:.3f}"} for name in CARRIED
    }
    texts = {name: f"{number:.{DIGITS[channel]}f}" for name, number in numbers.items()}
    return texts | {"Flag": "N"} | amount.get(channel, {})


def whole_mean(channel: str, *minutes: int) -> dict[str, str]:
    """Return the mean of every number, which tells a period that is not valid."""
    values = [value(channel, minute) for minute in minutes]
    return {"Avg": f"{sum(values) / len(values):.{DIGITS[channel]}f}"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A receiver's file that holds exactly what the journal says."""
    path = tmp_path / "national.db"
    with closing(sqlite3.connect(path)) as connection:
        for _, statements in SCHEMA.steps:
            for statement in statements:
                connection.execute(statement)
        for minute in range(MINUTES):
            for channel in CHANNELS:
                store(connection, "2051", START_MS + minute * MINUTE_MS, channel, told(channel, minute))
        for channel in CHANNELS:
            hour = told(channel, 0, 1, 2) | {"Flag": "D"} | whole_mean(channel, 0, 1, 2)
            del hour["Min"], hour["Max"]  # three minutes make no valid hour
            store(connection, "2061", START_MS - 57 * MINUTE_MS, channel, hour)
        connection.commit()
    return path


def store(connection: sqlite3.Connection, cn: str, start_ms: int, channel: str, fields: dict[str, str]) -> None:
    rows = [(MN, cn, label_of(start_ms), CHANNELS[channel], name, text) for name, text in fields.items()]
    connection.executemany("INSERT INTO datum VALUES (?, ?, ?, ?, ?, ?, 1, 1, 1, 0)", rows)


def judge(file: Path, journal: list[Entry] | None = None, run: Run = RUN) -> Verdict:
    heard = chronicles(list(entries()) if journal is None else journal)
    return compare(load_scene("outfall"), heard, read_stored(file, MN), run)


def spoil(file: Path, statement: str, *facts: object) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute(statement, facts).rowcount > 0
        connection.commit()


def test_what_agrees_is_good(file: Path) -> None:
    verdict = judge(file)
    assert verdict.problems == []
    assert verdict.labels == MINUTES + 1
    assert verdict.values == MINUTES * (5 * 4 + 3) + (5 * 2 + 3)
    assert verdict.is_good


def test_nothing_compared_is_not_good(file: Path) -> None:
    verdict = compare(load_scene("outfall"), {}, read_stored(file, "another unit"), Run(0, 0, 0, 0))
    assert not verdict.is_good


LABEL = label_of(START_MS + 2 * MINUTE_MS)


@pytest.mark.parametrize(
    ("field", "changed", "problem"),
    [
        ("Avg", "25.1", f"2051 {LABEL} w01018-Avg: the receiver has 25.1, the instruments said 25.0"),
        ("Min", "24.9", f"2051 {LABEL} w01018-Min: the receiver has 24.9, the instruments said 25.0"),
        ("Max", "25.00", f"2051 {LABEL} w01018-Max: the receiver has 25.00, the instruments said 25.0"),
        ("Flag", "M", f"2051 {LABEL} w01018-Flag: the receiver has M, the instruments said N"),
    ],
)
def test_one_wrong_value_is_found(file: Path, field: str, changed: str, problem: str) -> None:
    where = "cn = '2051' AND data_time = ? AND factor = 'w01018' AND field = ?"
    spoil(file, f"UPDATE datum SET value = ? WHERE {where}", changed, LABEL, field)
    assert judge(file).problems == [problem]


def test_a_wrong_amount_is_found(file: Path) -> None:
    spoil(file, "UPDATE datum SET value = '1.561' WHERE cn = '2051' AND data_time = ? AND value = '1.560'", LABEL)
    assert judge(file).problems == [f"2051 {LABEL} w00000-Cou: the receiver has 1.561, the instruments said 1.560"]


def test_a_wrong_hour_is_found(file: Path) -> None:
    spoil(file, "UPDATE datum SET value = '24.1' WHERE cn = '2061' AND factor = 'w01018' AND field = 'Avg'")
    label = label_of(START_MS - 57 * MINUTE_MS)
    assert judge(file).problems == [f"2061 {label} w01018-Avg: the receiver has 24.1, the instruments said 24.0"]


def test_a_missing_label_is_found(file: Path) -> None:
    spoil(file, "DELETE FROM datum WHERE data_time = ?", LABEL)
    assert judge(file).problems == [f"2051 {LABEL}: missing"]


def test_a_missing_hour_is_found(file: Path) -> None:
    spoil(file, "DELETE FROM datum WHERE cn = '2061'")
    assert judge(file).problems == [f"2061 {label_of(START_MS - 57 * MINUTE_MS)}: missing"]


def test_a_missing_factor_is_found(file: Path) -> None:
    spoil(file, "DELETE FROM datum WHERE data_time = ? AND factor = 'w21003'", LABEL)
    assert [problem.split(":")[0] for problem in judge(file).problems] == [
        f"2051 {LABEL} w21003-{name}" for name in ("Avg", "Cou", "Flag", "Max", "Min")
    ]


def test_a_missing_field_and_one_too_many_are_found(file: Path) -> None:
    spoil(file, "UPDATE datum SET field = 'Rtd' WHERE data_time = ? AND factor = 'w21003' AND field = 'Min'", LABEL)
    assert judge(file).problems == [
        f"2051 {LABEL} w21003-Min: the receiver has None, the instruments said 26.00",
        f"2051 {LABEL} w21003-Rtd: the receiver has 26.00, the instruments said None",
    ]


def test_a_label_that_cannot_be_is_found(file: Path) -> None:
    future = label_of(START_MS + MINUTES * MINUTE_MS)
    spoil(file, "UPDATE datum SET data_time = ? WHERE data_time = ?", future, LABEL)
    assert f"2051 {future}: no such period was closed" in judge(file).problems
    assert f"2051 {LABEL}: missing" in judge(file).problems


def test_an_unknown_factor_is_found(file: Path) -> None:
    spoil(file, "INSERT INTO datum VALUES (?, '2051', ?, 'w99999', 'Avg', '1', 1, 1, 1, 0)", MN, LABEL)
    assert judge(file).problems == [f"2051 {LABEL} w99999: unknown factor"]


def test_a_contradiction_between_two_packets_is_found(file: Path) -> None:
    spoil(file, "UPDATE datum SET differing = 1 WHERE data_time = ? AND factor = 'w01018' AND field = 'Avg'", LABEL)
    assert judge(file).problems == [f"2051 {LABEL} w01018-Avg: a later packet said something else"]


def test_another_unit_changes_nothing(file: Path) -> None:
    spoil(file, "INSERT INTO datum VALUES ('other', '2051', ?, 'w01018', 'Avg', '9', 1, 1, 1, 0)", LABEL)
    assert judge(file).is_good


def test_a_lost_sample_must_show_in_the_flag(file: Path) -> None:
    journal = list(entries())
    lost = next(entry for entry in journal if entry.spoken.channel == "cod" and entry.at_ms > START_MS + 2 * MINUTE_MS)
    journal[journal.index(lost)] = Entry(lost.at_ms, Spoken("cod", "cod", lost.spoken.value, "normal", "crc"))
    label = label_of(START_MS - 57 * MINUTE_MS)
    assert judge(file, journal).problems == [
        f"2051 {LABEL} w01018-Cou: the receiver has 0.039, the instruments said 0.036",
        f"2051 {LABEL} w01018-Flag: the receiver has N, the instruments said B",
        f"2061 {label} w01018-Cou: the receiver has 0.108, the instruments said 0.105",
    ]
    assert label in read_stored(file, MN).labels["2061"]


def test_maintenance_must_show_in_flag_and_figures(file: Path) -> None:
    journal = [
        Entry(entry.at_ms, Spoken("cod", "cod", entry.spoken.value, "maintenance"))
        if entry.spoken.channel == "cod" and label_of(entry.at_ms // MINUTE_MS * MINUTE_MS) == LABEL
        else entry
        for entry in entries()
    ]
    problems = [problem for problem in judge(file, journal).problems if problem.startswith("2051")]
    assert [problem.split(":")[0].rpartition("-")[2] for problem in problems] == ["Cou", "Flag", "Max", "Min"]


def at_the_border(channel: str, moved: float) -> list[Entry]:
    """Return the journal with the first reply of the third minute leaving 100 ms before that minute begins."""
    journal = list(entries())
    border_ms = START_MS + 2 * MINUTE_MS
    first = next(entry for entry in journal if entry.spoken.channel == channel and entry.at_ms >= border_ms)
    journal[journal.index(first)] = Entry(border_ms - 100, Spoken(channel, channel, moved, "normal"))
    return journal


def test_a_reply_on_its_way_at_the_border_may_count_on_either_side(file: Path) -> None:
    assert judge(file, at_the_border("cod", value("cod", 2))).is_good


def test_a_reply_at_the_border_must_count_on_one_side(file: Path) -> None:
    problems = judge(file, at_the_border("cod", 99.0)).problems
    assert problems, "a value that neither minute holds was overlooked"


def test_a_reply_well_before_the_border_is_no_matter_of_taste(file: Path) -> None:
    journal = [
        Entry(entry.at_ms - 400, entry.spoken) if entry.at_ms == START_MS + 2 * MINUTE_MS + 40 else entry
        for entry in entries()
    ]
    assert judge(file, journal).problems


def test_what_ended_after_the_run_may_be_missing(file: Path) -> None:
    run = Run(RUN.start_ms, RUN.begin_ms, RUN.must_ms - MINUTE_MS, RUN.may_ms)
    spoil(file, "DELETE FROM datum WHERE data_time = ?", label_of(START_MS + (MINUTES - 1) * MINUTE_MS))
    assert judge(file, run=run).is_good


def test_a_station_that_began_in_a_minute_has_no_data_before(file: Path) -> None:
    journal = [entry for entry in entries() if entry.at_ms >= START_MS + 30_000]
    problems = [problem for problem in judge(file, journal).problems if problem.startswith("2051")]
    first = label_of(START_MS)
    assert sorted(one for one in problems if "Flag" in one) == sorted(
        f"2051 {first} {factor}-Flag: the receiver has N, the instruments said D" for factor in CHANNELS.values()
    )


def live(file: Path, at_ms: int, fields: dict[str, str]) -> None:
    """Store a live packet; channels that are not mentioned said what they should."""
    with closing(sqlite3.connect(file)) as connection:
        for channel in CHANNELS:
            minute = (at_ms - START_MS) // MINUTE_MS
            right = {"Rtd": f"{value(channel, minute):.{DIGITS[channel]}f}", "Flag": "N"}
            store(connection, "2011", at_ms, channel, fields if channel == "cod" else right)
        connection.commit()


def test_a_right_live_value_is_good(file: Path) -> None:
    live(file, START_MS + 30_000, {"Rtd": "23.0", "Flag": "N"})
    assert judge(file).problems == []


@pytest.mark.parametrize("fields", [{"Rtd": "23.1", "Flag": "N"}, {"Rtd": "23.0", "Flag": "C"}, {"Flag": "B"}, {}])
def test_a_wrong_live_value_is_found(file: Path, fields: dict[str, str]) -> None:
    live(file, START_MS + 30_000, fields)
    (problem,) = judge(file).problems
    shown = dict(sorted(fields.items()))
    assert problem == (
        f"2011 {label_of(START_MS + 30_000)} w01018: the receiver has {shown}, "
        "the instruments said {'Flag': 'N', 'Rtd': '23.0'}"
    )


@pytest.mark.parametrize("flag", ["B", "D"])
def test_a_minute_that_began_late_and_lost_samples_may_be_named_after_either(file: Path, flag: str) -> None:
    journal = [
        Entry(entry.at_ms, Spoken("cod", "cod", entry.spoken.value, "normal", "crc"))
        if entry.spoken.channel == "cod" and entry.at_ms < START_MS + 45_000
        else entry
        for entry in entries()
        if entry.at_ms >= START_MS + 30_000
    ]
    first = label_of(START_MS)
    where = "cn = '2051' AND data_time = ? AND field = 'Flag'"
    spoil(file, f"UPDATE datum SET value = 'D' WHERE {where} AND factor <> 'w01018'", first)
    spoil(file, f"UPDATE datum SET value = ? WHERE {where} AND factor = 'w01018'", flag, first)
    mass = (
        "UPDATE datum SET value = '0.008' WHERE cn = '2051' AND data_time = ? AND factor = 'w01018' AND field = 'Cou'"
    )
    spoil(file, mass, first)
    extremes = "cn = '2051' AND data_time = ? AND factor = 'w01018' AND field IN ('Min', 'Max')"
    spoil(file, f"DELETE FROM datum WHERE {extremes}", first)
    run = Run(RUN.start_ms, START_MS + 30_010, RUN.must_ms, RUN.may_ms)
    assert [problem for problem in judge(file, journal, run).problems if first in problem and "Flag" in problem] == []
    spoil(file, f"UPDATE datum SET value = 'N' WHERE {where} AND factor = 'w01018'", first)
    assert [problem for problem in judge(file, journal, run).problems if first in problem and "Flag" in problem] != []
