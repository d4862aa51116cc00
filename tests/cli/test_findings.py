"""What `dau findings` lists, shows and notes, and that a terminal of 100 columns is enough for it."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from unicodedata import east_asian_width

from click.testing import CliRunner, Result

from dau.cli.findings import findings
from dau.core.findings import STATION, Seen
from dau.core.periods import HOUR_MS
from dau.core.rules.names import Rule
from dau.core.rules.points import Point
from dau.core.states import State
from dau.hj212 import parse_data_time
from dau.store import audit
from dau.store.findings import end, note
from tests.cli.made_station import database_of, fill, settings_file

NOON = parse_data_time("20260101120000") or 0
LATER = NOON + 5 * HOUR_MS


def run(command: str, config: Path, *options: str) -> Result:
    return CliRunner().invoke(findings, [command, str(config), *options])


def seen(rule: Rule, subject: str, hour: int) -> Seen:
    at_ms = NOON + hour * HOUR_MS
    point = Point(at_ms, State.OVER_RANGE, 61.25, 61.25)
    return Seen(rule, subject, at_ms, at_ms + HOUR_MS, {"hours": 6}, (point,), {"limit": 50.0})


def three(connection: sqlite3.Connection) -> None:
    note(connection, seen(Rule.HOURS_IN_A_ROW, "cod", 0), LATER)
    note(connection, seen(Rule.LOW_FLUCTUATION, "nh3n", 1), LATER)
    end(connection, Rule.LOW_FLUCTUATION, "nh3n", LATER)
    note(connection, seen(Rule.CLOCK_STEP, STATION, 2), LATER, running=False)


def made(folder: Path, *jobs: Callable[[sqlite3.Connection], object]) -> Path:
    config = settings_file(folder)
    fill(config, *jobs)
    return config


def width(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def test_the_list_is_a_table_of_at_most_100_columns(tmp_path: Path) -> None:
    shown = run("list", made(tmp_path, three)).output
    assert max(map(width, shown.splitlines())) <= 100
    rows = [line.split() for line in shown.splitlines() if line.strip()[:1].isdigit()]
    assert rows == [
        ["3", "时钟跳变", "-", "2026-01-01", "14:00", "2026-01-01", "15:00", "新"],
        ["2", "波动过小", "nh3n", "2026-01-01", "13:00", "2026-01-01", "14:00", "已结束"],
        ["1", "连续多小时超标", "cod", "2026-01-01", "12:00", "持续中", "新"],
    ]
    assert "hours exceeded in a row" in shown


def test_json_has_every_fact(tmp_path: Path) -> None:
    config = made(tmp_path, three)
    (line,) = run("list", config, "--json", "--rule", "hours_in_a_row").output.splitlines()
    assert json.loads(line) == [
        {
            "id": 1,
            "made_ms": LATER,
            "running": True,
            "stage": "new",
            "rule": "hours_in_a_row",
            "subject": "cod",
            "first_ms": NOON,
            "last_ms": NOON + HOUR_MS,
            "parameters": {"hours": 6},
            "facts": {"limit": 50.0},
            "points": [{"at_ms": NOON, "states": ["OVER_RANGE"], "value": 61.25, "raw": 61.25}],
        }
    ]


def test_the_list_is_narrowed(tmp_path: Path) -> None:
    config = made(tmp_path, three)

    def ids(*options: str) -> list[int]:
        return [each["id"] for each in json.loads(run("list", config, "--json", *options).output)]

    assert ids() == [3, 2, 1]
    assert ids("--channel", "cod") == [1]
    assert ids("--since", "2026-01-01 14:00:00") == [3]
    assert ids("--limit", "1") == [3]
    assert run("close", config, "2", "--who", "Li", "--reason", "new lamp").exit_code == 0
    assert ids() == [3, 1]
    assert ids("--all") == [3, 2, 1]


def test_what_a_person_says_is_kept_shown_and_audited(tmp_path: Path) -> None:
    config = made(tmp_path, three)
    result = run("explain", config, "1", "--who", "Li", "--reason", "\x1b[2Jfilter broken")
    assert (result.exit_code, result.output) == (0, "已记入异常 1 / noted for finding 1\n")
    shown = run("show", config, "1").output.splitlines()
    assert shown[:5] == [
        "1  连续多小时超标 / hours exceeded in a row  cod",
        "2026-01-01 12:00:00 .. 2026-01-01 13:00:00  持续中 / lasts",
        "阈值 / thresholds: hours = 6",
        "依据 / facts: limit = 50.0",
        "  2026-01-01 12:00:00  61.25  OVER_RANGE",
    ]
    assert shown[5] == "2026-01-01 17:00:00  数采仪 / the unit  新 / new"
    assert shown[6].endswith("  Li  已说明 / explained  \\x1b[2Jfilter broken")
    connection = sqlite3.connect(database_of(config))
    (act,) = audit.newest(connection, 9)
    connection.close()
    assert (act.who, act.what, act.subject) == ("Li", "finding", "finding 1: hours_in_a_row cod")


def test_nobody_and_nothing_is_refused(tmp_path: Path) -> None:
    config = made(tmp_path, three)
    for who, reason in (("", "why"), ("Li", " ")):
        result = run("ack", config, "1", "--who", who, "--reason", reason)
        assert result.exit_code == 2
        assert "--who and --reason must not be empty" in result.output
    assert run("ack", config, "1").exit_code == 2
    result = run("ack", config, "9", "--who", "Li", "--reason", "why")
    assert (result.exit_code, result.output) == (1, "没有编号为 9 的异常记录 / there is no finding 9\n")


def test_a_station_without_findings(tmp_path: Path) -> None:
    assert run("list", made(tmp_path)).output == "没有异常记录 / there are no such findings\n"


def test_before_the_first_run_it_says_so(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    for result in (run("list", config), run("ack", config, "1", "--who", "Li", "--reason", "why")):
        assert "the station has not run yet" in result.output
        assert result.exit_code == 1
    assert not database_of(config).exists()
