"""What `dau audit` shows: the newest acts as lines or JSON, and whether any row was altered or taken out."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from dau.cli.audit import audit
from dau.hj212 import parse_data_time
from dau.store.audit import Act, add, end
from tests.cli.made_station import database_of, fill, settings_file

NOON: Final = parse_data_time("20260101120000") or 0


def run(config: Path, *options: str) -> Result:
    return CliRunner().invoke(audit, [str(config), *options])


def three_acts(connection: sqlite3.Connection) -> None:
    add(connection, Act(NOON, "national", "1062", "realtime_s", "60", "90", "done"))
    add(connection, Act(NOON + 1000, "national", "1072", "pw", "***", "***", "done"))
    add(connection, Act(NOON + 2000, "provincial", "3011", "x\x1b[2J", None, None, "ExeRtn=3"))


def last_seal(config: Path) -> str:
    connection = sqlite3.connect(database_of(config))
    found = end(connection)
    connection.close()
    assert found is not None
    return found.seal.hex()


def test_the_newest_acts_come_first_and_the_chain_is_whole(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, three_acts)
    result = run(config, "--limit", "2")
    assert result.exit_code == 0
    seal = last_seal(config)
    assert result.output.splitlines() == [
        "2026-01-01 12:00:02  provincial  3011  x\\x1b[2J  ExeRtn=3",
        "2026-01-01 12:00:01  national  1072  pw  *** -> ***  done",
        f"记录链完整, 共 3 条, 最后一条的封印为 {seal} / the chain of 3 rows is whole, the last seal is {seal}",
    ]


def test_json_has_every_fact(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, three_acts)
    (line,) = run(config, "--json", "--limit", "1").output.splitlines()
    assert json.loads(line) == {
        "acts": [
            {
                "at_ms": NOON + 2000,
                "who": "provincial",
                "what": "3011",
                "subject": "x\x1b[2J",
                "before": None,
                "after": None,
                "result": "ExeRtn=3",
            }
        ],
        "first_broken": None,
        "last_seal": last_seal(config),
    }


def commit(crime: str) -> Callable[[sqlite3.Connection], None]:
    """Alter the rows behind the back of the unit, which guards them as long as it can."""

    def job(connection: sqlite3.Connection) -> None:
        for (guard,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {guard}")
        connection.execute(crime)

    return job


@pytest.mark.parametrize(
    ("crime", "row"),
    [
        ("UPDATE audit SET after = '30' WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("UPDATE audit SET at_ms = 0 WHERE id = 3", 3),
    ],
)
def test_a_row_that_was_altered_or_taken_out_is_told(tmp_path: Path, crime: str, row: int) -> None:
    config = settings_file(tmp_path)
    fill(config, three_acts, commit(crime))
    result = run(config)
    assert result.exit_code == 1
    assert result.stderr == (
        f"记录链断裂: 第 {row} 条或其前一条被改动或删除"
        f" / the chain is broken: row {row} or the one before it was altered or taken out\n"
    )
    asked = run(config, "--json")
    assert asked.exit_code == 1
    assert json.loads(asked.stdout)["first_broken"] == row


def test_nothing_audited_is_said(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config)
    result = run(config)
    assert result.output == "没有审计记录 / nothing has been audited yet\n"
    assert result.exit_code == 0
    assert json.loads(run(config, "--json").output) == {"acts": [], "first_broken": None, "last_seal": None}


def test_a_station_that_never_ran_is_told(tmp_path: Path) -> None:
    result = run(settings_file(tmp_path))
    assert "the station has not run yet" in result.output
    assert result.exit_code == 1
