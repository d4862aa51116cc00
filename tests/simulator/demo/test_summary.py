"""Deliveries and the final judgement, on small files made by hand with the real tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dau.receiver.tables import SCHEMA as RECEIVER
from dau.store.schema import STATION
from simulator.demo.deliveries import Deliveries, read_deliveries
from simulator.demo.stage import Stage, set_up
from simulator.demo.summary import Times, summarise
from simulator.instruments.slave import Spoken
from simulator.journal import Journal
from simulator.scene_file import load_scene
from simulator.truth.stored import label_of

START_MS = 1_770_000_000_000 // 60_000 * 60_000
TIMES = Times(START_MS, START_MS + 60_000 + 20_000, START_MS + 60_000 + 21_000)


def make(path: Path, steps: tuple[tuple[str, tuple[str, ...]], ...]) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    for _, statements in steps:
        for statement in statements:
            connection.execute(statement)
    return connection


def owe(connection: sqlite3.Connection, number: int, kind: str, start_ms: int, state: str) -> None:
    connection.execute("INSERT INTO record VALUES (?, ?, ?, 60000, 0)", (number, kind, start_ms))
    connection.execute(
        "INSERT INTO delivery (record, platform, state, due_ms, next_try_ms) VALUES (?, 'national', ?, 0, 0)",
        (number, state),
    )
    connection.commit()


def test_deliveries_are_counted_by_what_must_arrive(tmp_path: Path) -> None:
    database = tmp_path / "station.db"
    with closing(make(database, STATION.steps)) as connection:
        owe(connection, 1, "interval", START_MS, "acknowledged")
        owe(connection, 2, "interval", START_MS + 60_000, "acknowledged")
        owe(connection, 3, "hour", START_MS, "waiting")
        owe(connection, 4, "restart", START_MS, "acknowledged")
        owe(connection, 5, "realtime", START_MS, "expired")
    found = read_deliveries(database, "national", START_MS + 1)
    assert found == Deliveries(closed=4, acknowledged=3, whole_minutes=1, live=1, live_acknowledged=0)
    assert found.waiting == 1
    assert read_deliveries(database, "provincial", 0) == Deliveries()


def test_a_station_that_has_not_begun_owes_nothing(tmp_path: Path) -> None:
    assert read_deliveries(tmp_path / "station.db", "national", 0) == Deliveries()
    sqlite3.connect(tmp_path / "station.db").close()
    assert read_deliveries(tmp_path / "station.db", "national", 0) == Deliveries()


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A demonstration of one minute in which every instrument said 5.0 twelve times and everything arrived."""
    stage = set_up(tmp_path)
    receivers = {name: make(stage.receiver_file(name), RECEIVER.steps) for name in stage.receivers}
    for station in stage.stations:
        with Journal(stage.journal(station)) as journal:
            for poll in range(12):
                for register in load_scene(station.name).channels():
                    spoken = Spoken("any", register.channel or "", 5.0, "normal")
                    journal.write(START_MS + poll * 5000 + 10, spoken)
        with closing(make(station.database, STATION.steps)) as connection:
            owe(connection, 1, "interval", START_MS, "acknowledged")
            connection.execute("UPDATE delivery SET platform = 'national'")
            connection.execute(
                "INSERT INTO delivery (record, platform, state, due_ms, next_try_ms)"
                " VALUES (1, 'provincial', 'acknowledged', 0, 0)"
            )
            connection.commit()
        for platform in station.platforms:
            for row in data(station.name, platform.mn):
                receivers[platform.name].execute("INSERT INTO datum VALUES (?, ?, ?, ?, ?, ?, 1, 1, 1, 0)", row)
    for connection in receivers.values():
        connection.commit()
        connection.close()
    return stage


DRY_FLOW = 12.566 * 5 * 273 / (273 + 5) * (101_100 + 5000) / 101_325 * 0.95
"""m3/s, as formulas 30 and 31 have it where every instrument says 5.0."""


def data(scene: str, mn: str) -> Iterator[tuple[str, ...]]:
    played = load_scene(scene)
    told = {register.factor or "": (5.0, register.digits) for register in played.channels()}
    told |= {flow.factor: (DRY_FLOW, flow.digits) for flow in played.flows}
    amounts = {"w00000": "0.300", "w01018": "0.002", "w21003": "0.002", "a00000": f"{60 * DRY_FLOW:.3f}"}
    amounts |= dict.fromkeys(("a21026", "a21002", "a34013"), f"{5 * 60 * DRY_FLOW * 1e-6:.3f}")
    for factor, (number, digits) in told.items():
        fields = dict.fromkeys(("Avg", "Min", "Max"), f"{number:.{digits}f}") | {"Flag": "N"}
        if factor in amounts:
            fields["Cou"] = amounts[factor]
        if factor in ("a21026", "a21002"):
            fields |= dict.fromkeys(("ZsAvg", "ZsMin", "ZsMax"), f"{5 * 15 / 16:.{digits}f}")
        for name, value in fields.items():
            yield mn, "2051", label_of(START_MS), factor, name, value


def judge(stage: Stage) -> list[tuple[str, bool]]:
    return [(one.line, one.is_good) for one in summarise(stage, {"outfall": TIMES, "stack": TIMES})]


def test_a_good_run_is_good(stage: Stage) -> None:
    findings = judge(stage)
    assert [line for line, is_good in findings if not is_good] == []
    assert len(findings) == 2 * (1 + 2 * 2)
    assert any(
        "outfall -> national: 1 periods, 23 data, all equal to what the plant was" in line for line, _ in findings
    )


def test_an_unacknowledged_record_is_bad(stage: Stage) -> None:
    with closing(sqlite3.connect(stage.stations[0].database)) as connection:
        connection.execute("UPDATE delivery SET state = 'waiting' WHERE platform = 'provincial'")
        connection.commit()
    bad = [line for line, is_good in judge(stage) if not is_good]
    assert len(bad) == 1
    assert "outfall -> provincial: 1 closed records, 0 acknowledged" in bad[0]


def test_a_wrong_digit_is_bad_and_shown(stage: Stage) -> None:
    with closing(sqlite3.connect(stage.receiver_file("national"))) as connection:
        connection.execute("UPDATE datum SET value = '5.1' WHERE factor = 'a34013' AND field = 'Max'")
        connection.commit()
    bad = [line for line, is_good in judge(stage) if not is_good]
    assert len(bad) == 2
    assert "stack -> national: 1 periods, 46 data, 1 disagreements with what the plant was" in bad[0]
    assert bad[1].strip() == (
        f"2051 {label_of(START_MS)} a34013-Max: the receiver has 5.1, the instruments said 5.0"
    )  # fmt: skip


def test_a_wrong_digit_of_a_converted_value_is_bad_and_shown(stage: Stage) -> None:
    with closing(sqlite3.connect(stage.receiver_file("provincial"))) as connection:
        where = "value = '4.69' AND factor = 'a21026' AND field = 'ZsAvg'"
        assert connection.execute(f"UPDATE datum SET value = '4.68' WHERE {where}").rowcount == 1
        connection.commit()
    _, shown = [line for line, is_good in judge(stage) if not is_good]
    assert shown.strip() == (
        f"2051 {label_of(START_MS)} a21026-ZsAvg: the receiver has 4.68, the instruments said 4.69"
    )  # fmt: skip


def test_a_receiver_that_got_nothing_is_bad(stage: Stage) -> None:
    with closing(sqlite3.connect(stage.receiver_file("national"))) as connection:
        connection.execute("DELETE FROM datum")
        connection.commit()
    assert sum(f"2051 {label_of(START_MS)}: missing" in line for line, is_good in judge(stage) if not is_good) == 2


def test_instruments_that_were_never_asked_are_bad(stage: Stage) -> None:
    stage.journal(stage.stations[0]).write_text("at_ms,instrument,channel,value,state,spoilt\n")
    assert "outfall: the instruments were never asked" in next(line for line, good in judge(stage) if not good)


def test_a_run_without_a_whole_period_says_so_and_is_not_good(stage: Stage) -> None:
    for name in stage.receivers:
        with closing(sqlite3.connect(stage.receiver_file(name))) as connection:
            connection.execute("DELETE FROM datum")
            connection.commit()
    short = Times(START_MS, START_MS + 15_000, START_MS + 16_000)
    findings = list(summarise(stage, {"outfall": short, "stack": short}))
    bad = [one.line for one in findings if not one.is_good]
    assert len(bad) == 4
    assert "outfall -> national: nothing to compare yet, let it run for more than a whole minute" in bad[0]
