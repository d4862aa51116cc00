"""What `dau export` writes: CSV with Beijing time, names for states and no password."""

import csv
import io
import sqlite3
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from dau.cli.export import export, without_password
from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.conditions import Condition, Standing
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.periods import DAY_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.core.surroundings import Turn
from dau.hj212 import parse_data_time
from dau.store import conditions, declarations, samples, statistics, wire
from dau.store.audit import Act
from dau.store.declarations import News
from tests.cli.made_station import damage_table, database_of, fill, settings_file

NOON: Final = parse_data_time("20260101120000") or 0
SENT: Final = (
    b"##0100QN=20260101120000000;ST=32;CN=2051;PW=321654;MN=010000A8900016F000169DC1;Flag=5;CP=&&a=1&&0000\r\n"
)


def run(what: str, config: Path, *options: str) -> Result:
    return CliRunner().invoke(export, [what, str(config), *options])


def table(result: Result) -> list[list[str]]:
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(result.output)))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A station that measured at noon, a second before, and a day later."""
    config = settings_file(tmp_path)

    def measure(connection: sqlite3.Connection) -> None:
        ids = samples.register(connection, channels_of(load_settings(config)))
        taken = [
            Sample("cod", NOON - 1, 30.05, 30.05, State.OK),
            Sample("cod", NOON, 600.0, 600.0, State.OVER_RANGE | State.MAINTENANCE),
            Sample("ph", NOON + DAY_MS, None, None, State.COMM_LOST),
        ]
        samples.add(connection, ids, taken, NOON)
        period = Span(NOON, MINUTE_MS)
        statistics.add(connection, ids, [PeriodStatistic("cod", period, State.OK, True, 12, 12, 1.5, 1.0, 2.0, 1.5)])
        statistics.add(connection, ids, [PeriodStatistic("flow", period, State.NO_DATA, False, 0, 12)])
        wire.add_sent(connection, "national", NOON, 7, SENT)
        wire.add_received(connection, "national", NOON + 50, None, b'pw = 321654;\xff rubbish, with "quotes"\r\n')

    fill(config, measure)
    return config


def test_samples(config: Path) -> None:
    assert run("samples", config).output == (
        "at,channel,factor,unit,raw,value,states,late,data,sampled\n"
        "2026-01-01 11:59:59.999+08:00,cod,w01018,mg/L,30.05,30.05,OK,1,,\n"
        "2026-01-01 12:00:00.000+08:00,cod,w01018,mg/L,600.0,600.0,OVER_RANGE MAINTENANCE,0,,\n"
        "2026-01-02 12:00:00.000+08:00,ph,w01001,,,,COMM_LOST,0,,\n"
    )


def test_statistics(config: Path) -> None:
    assert run("statistics", config).output == (
        "start,length_s,channel,factor,unit,state,valid,count,expected,mean,low,high,raw_mean,total\n"
        "2026-01-01 12:00:00.000+08:00,60,cod,w01018,mg/L,OK,1,12,12,1.5,1.0,2.0,1.5,\n"
        "2026-01-01 12:00:00.000+08:00,60,flow,w00000,L/s,NO_DATA,0,0,12,,,,,\n"
    )


def test_packets_are_shown_without_their_password(config: Path) -> None:
    result = run("packets", config)
    assert "321654" not in result.output
    assert table(result) == [
        ["at", "platform", "direction", "record", "frame"],
        [
            "2026-01-01 12:00:00.000+08:00",
            "national",
            "sent",
            "7",
            SENT.decode().replace("321654", "******").removesuffix("\r\n"),
        ],
        [
            "2026-01-01 12:00:00.050+08:00",
            "national",
            "received",
            "",
            'pw = ******;\\xff rubbish, with "quotes"',
        ],
    ]


@pytest.mark.parametrize(
    ("options", "times"),
    [
        (["--from", "2026-01-01 12:00:00"], ["2026-01-01 12:00:00.000+08:00", "2026-01-02 12:00:00.000+08:00"]),
        (["--to", "2026-01-01T12:00:00"], ["2026-01-01 11:59:59.999+08:00"]),
        (
            ["--from", "2026-01-01", "--to", "2026-01-02"],
            ["2026-01-01 11:59:59.999+08:00", "2026-01-01 12:00:00.000+08:00"],
        ),
        (["--from", "2027-01-01"], []),
    ],
)
def test_from_is_included_and_to_is_not_both_in_beijing(config: Path, options: list[str], times: list[str]) -> None:
    assert [row[0] for row in table(run("samples", config, *options))[1:]] == times


@pytest.mark.parametrize("what", ["samples", "statistics", "packets"])
def test_an_empty_station_is_a_heading(tmp_path: Path, what: str) -> None:
    config = settings_file(tmp_path)
    fill(config)
    assert len(table(run(what, config))) == 1


def test_before_the_first_run_it_says_so(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    result = run("samples", config)
    assert "the station has not run yet, start it with dau run" in result.output
    assert result.exit_code == 1


def test_broken_settings_are_complained_about(tmp_path: Path) -> None:
    result = run("samples", tmp_path / "station.toml")
    assert "there is no such settings file" in result.output
    assert result.exit_code == 1


def test_a_damaged_database_is_told(config: Path) -> None:
    damage_table(database_of(config), "wire")
    result = run("packets", config)
    assert f"cannot read database {database_of(config)}: SQLite says: database disk image is malformed" in result.output
    assert result.exit_code == 1


def test_something_else_cannot_be_exported(config: Path) -> None:
    result = run("passwords", config)
    assert "'passwords' is not one of 'conditions', 'declarations', 'packets', 'samples', 'statistics'" in result.output
    assert result.exit_code == 2


def test_a_moment_that_is_none_is_a_usage_error(config: Path) -> None:
    result = run("samples", config, "--from", "yesterday")
    assert "'yesterday' does not match the formats" in result.output
    assert result.exit_code == 2


PASSWORDS = st.text("abcXYZ0189!$%()*+-./:<>?@[]^_{|}~", min_size=4, max_size=24)


@given(
    password=PASSWORDS,
    field=st.sampled_from(["PW", "pw", "Pw", "NewPW", "newpw", "NewSK"]),
    equals=st.sampled_from(["=", " = ", "= "]),
    before=st.sampled_from([b"", b"QN=1;", b"&&", b"a=1,", b"torn"]),
)
def test_no_password_survives_however_it_is_written(password: str, field: str, equals: str, before: bytes) -> None:
    frame = b"%b%b%b%b;MN=1&&" % (before, field.encode(), equals.encode(), password.encode())
    masked = without_password(frame)
    assert masked == b"%b%b%b******;MN=1&&" % (before, field.encode(), equals.encode())


def test_declarations_and_conditions_are_tables_too(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    stop = Declaration(
        DeclarationKind.CONDITION, "王工", "dry", NOON, NOON, NOON + 9000, facility="mill", condition=Condition.STOPPED
    )

    def declare(connection: sqlite3.Connection) -> None:
        number = declarations.add(connection, stop, News("said", ()))
        act = Act(NOON + 1000, "li", "declare end", str(number), None, None, "wet")
        declarations.end(connection, number, act, News("said", ()))
        conditions.add(connection, [Turn("mill", Standing(Condition.STOPPED, by_person=True), NOON)])

    fill(config, declare)
    heading, row = table(run("declarations", config))
    found = dict(zip(heading, row, strict=True))
    assert (found["who"], found["condition"], found["entered"]) == ("王工", "stopped", "2026-01-01 12:00:00.000+08:00")
    assert (found["ended"], found["ended_by"]) == ("2026-01-01 12:00:01.000+08:00", "li")
    assert table(run("conditions", config))[1:] == [["2026-01-01 12:00:00.000+08:00", "mill", "stopped", "1"]]
