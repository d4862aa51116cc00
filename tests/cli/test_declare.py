"""What `dau declare` keeps, tells and refuses; the station need not run meanwhile."""

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from dau.cli.declare import declare
from dau.cli.terminal import BEIJING
from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.conditions import Condition
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.states import State, declared
from dau.runtime.clock import SystemClock
from dau.store import audit, declarations, samples
from tests.cli.made_station import database_of, fill, settings_file

KILN: Final = '\n[[facility]]\nname = "kiln"\nkind = "production"\n'
BY: Final = ("--who", "王工", "--why", "lamp changed")


def moment(minutes: float) -> str:
    """Return the clock of Beijing that many minutes from now."""
    return (datetime.now(BEIJING) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(declare, list(arguments))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The settings of a station that ran before, with a facility."""
    file = settings_file(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + KILN, encoding="utf-8")
    channels = channels_of(load_settings(file))
    fill(file, lambda connection: samples.register(connection, channels))
    return file


def newest(config: Path) -> list[Declaration]:
    with closing(sqlite3.connect(database_of(config))) as connection:
        return list(declarations.newest(connection, 9))


def test_maintenance_is_kept_audited_and_told(config: Path) -> None:
    result = run("maintenance", str(config), "cod", "ph", "--until", moment(60), *BY)
    assert (result.exit_code, result.output) == (0, "已申报，编号 1 / declared, number 1\n")
    (one,) = newest(config)
    assert (one.kind, one.who, one.why) == (DeclarationKind.MAINTENANCE, "王工", "lamp changed")
    assert (one.channels, one.from_ms, one.retroactive) == (frozenset({"cod", "ph"}), one.entered_ms, False)
    with closing(sqlite3.connect(database_of(config))) as connection:
        (act,) = audit.newest(connection, 9)
        assert (act.who, act.what, act.subject) == ("王工", "declare maintenance", "cod ph")
        assert act.result == "done: lamp changed"
        assert audit.first_broken(connection) is None
        told = connection.execute("SELECT kind, platform FROM delivery JOIN record ON record.id = record").fetchall()
        assert told == [("info", "national"), ("info", "provincial")]
        (body,) = connection.execute("SELECT body FROM event").fetchone()
    assert "王工 declares maintenance cod ph: " in body


def test_a_condition_ends_early_by_a_named_person(config: Path) -> None:
    assert run("condition", str(config), "kiln", "stopped", "--until", moment(600), *BY).exit_code == 0
    ended = run("end", str(config), "1", "--who", "李工", "--why", "ignition")
    assert (ended.exit_code, ended.output) == (0, "申报 1 已结束 / declaration 1 has ended\n")
    (one,) = newest(config)
    assert (one.facility, one.condition) == ("kiln", Condition.STOPPED)
    assert one.until_ms <= SystemClock().now_ms()
    again = run("end", str(config), "1", *BY)
    assert (again.exit_code, again.stderr) == (
        1,
        "Error: 没有编号为 1 的有效申报 / no declaration 1 holds or is to hold\n",
    )
    with closing(sqlite3.connect(database_of(config))) as connection:
        assert [act.who for act in audit.newest(connection, 9)] == ["李工", "王工"]


def test_the_past_needs_its_mark(config: Path) -> None:
    arguments = ("calibration", str(config), "cod", "--from", moment(-60), "--until", moment(-30), *BY)
    refused = run(*arguments)
    assert (refused.exit_code, newest(config)) == (78, [])
    assert "it begins in the past, which needs --retroactive" in refused.stderr
    assert run(*arguments, "--retroactive").exit_code == 0
    (one,) = newest(config)
    assert one.retroactive
    assert "retroactive" in run("list", str(config)).output
    with closing(sqlite3.connect(database_of(config))) as connection:
        (act,) = audit.newest(connection, 1)
    assert act.result == "retroactive: lamp changed"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("maintenance", "cdo", "--until", "1"), 'there is no channel "cdo": cod, nh3n, ph, water_temperature, flow'),
        (("condition", "kilm", "stopped", "--until", "1"), 'there is no facility "kilm": kiln'),
        (("maintenance", "cod", "--until", "-1"), "it ends no later than it begins"),
        (("calibration", "cod", "--until", "3000"), "it lasts too long: maintenance 31 days, calibration 2 days"),
        (("value", "cod", "nan"), "the value is no finite number"),
    ],
)
def test_what_cannot_be_declared_is_refused(config: Path, arguments: tuple[str, ...], sentence: str) -> None:
    command, *rest = arguments
    if "--until" in rest:
        rest[-1] = moment(float(rest[-1]))
    result = run(command, str(config), *rest, *BY)
    assert (result.exit_code, newest(config)) == (78, [])
    assert sentence in result.stderr


@pytest.mark.parametrize(("who", "why"), [(" ", "lamp"), ("wang", "\n"), ("wang", "x" * 201)])
def test_nobody_and_nothing_is_no_reason(config: Path, who: str, why: str) -> None:
    result = run("maintenance", str(config), "cod", "--until", moment(9), "--who", who, "--why", why)
    assert (result.exit_code, newest(config)) == (78, [])


def test_a_value_by_hand_is_a_sample_that_says_so(config: Path) -> None:
    result = run("value", str(config), "cod", "12.5", *BY)
    assert (result.exit_code, result.output) == (0, "已录入 / entered\n")
    with closing(sqlite3.connect(database_of(config))) as connection:
        (sample,) = samples.by_ids(connection, [1])
    assert (sample.raw, sample.value, sample.states) == (None, 12.5, declared(State.MANUAL))
    assert newest(config)[0].value == 12.5


def test_a_station_in_production_takes_no_measured_value_by_hand(config: Path) -> None:
    text = config.read_text(encoding="utf-8").replace("production = false", "production = true")
    config.write_text(text, encoding="utf-8")
    refused = run("value", str(config), "cod", "12.5", *BY)
    assert (refused.exit_code, newest(config)) == (78, [])
    assert 'a value of "cod", which is measured, cannot be entered by hand' in refused.stderr
    config.write_text(text.replace('factor = "w01018"\n', 'factor = "w01018"\nkind = "periodic"\n'), encoding="utf-8")
    assert run("value", str(config), "cod", "12.5", *BY).exit_code == 0


def test_a_station_that_never_ran_has_nothing_to_declare_in(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    result = run("maintenance", str(config), "cod", "--until", moment(9), *BY)
    assert result.exit_code == 1
    assert "the station has not run yet" in result.stderr
    assert not database_of(config).exists()
