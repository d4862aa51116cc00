"""`dau marks` keeps the book on a station that exists, and says what is due."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cli.marks import marks
from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.store import samples
from tests.cli.made_station import fill, settings_file

TIMES = ("--from", "2026-01-01 08:00:00", "--until", "2026-01-01 10:30:00")
WHO = ("--who", "Li", "--why", "seal of the pump")
BOOKS = """
[[books.cap]]
name = "maintenance"
labels = ["日常维护"]
hours = 2
period = "event"

[[books.cycle]]
care = "water_check"
channels = ["cod"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = settings_file(tmp_path)
    config.write_text(config.read_text(encoding="utf-8") + BOOKS, encoding="utf-8")
    fill(config, lambda connection: samples.register(connection, channels_of(load_settings(config))))
    return config


def run(command: str, config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(marks, [command, str(config), *arguments])


def test_a_mark_is_added_listed_and_withdrawn(config: Path) -> None:
    added = run("add", config, "2", "cod", "日常维护", *TIMES, *WHO, "--field", "pollutantCode=w01018")
    assert added.exit_code == 0, added.output
    heads, row = run("list", config).output.splitlines()
    assert heads == "number,category,subject,label,from,until,reason,who,made,fields"
    assert row.startswith("1,2,cod,日常维护,2026-01-01 08:00:00,2026-01-01 10:30:00,seal of the pump,Li,")
    assert row.endswith(",pollutantCode=w01018")
    assert run("withdraw", config, "1", *WHO).exit_code == 0
    assert len(run("list", config).output.splitlines()) == 1
    again = run("withdraw", config, "1", *WHO)
    assert again.exit_code == 1
    assert "there is no mark 1 that counts" in again.output


def test_what_is_due_is_told(config: Path) -> None:
    output = run("due", config).output
    assert "overdue! water_check cod: last 无记录 / never" in output
    assert "cap" not in output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("9", "cod", "x", *TIMES, *WHO), 2),
        (("2", "cod", " ", *TIMES, *WHO), 78),
        (("2", "cod", "x", "--from", "2026-01-02", "--until", "2026-01-01", *WHO), 78),
        (("2", "cod", "x", *TIMES, "--who", " ", "--why", "x"), 78),
        (("2", "cod", "x", *TIMES, *WHO, "--field", "no value"), 78),
    ],
)
def test_what_cannot_be_a_mark_is_refused(config: Path, arguments: tuple[str, ...], code: int) -> None:
    assert run("add", config, *arguments).exit_code == code
    assert len(run("list", config).output.splitlines()) == 1


def test_a_station_that_never_ran_is_told(tmp_path: Path) -> None:
    result = run("list", settings_file(tmp_path))
    assert result.exit_code == 1
    assert "there is no database" in result.output
