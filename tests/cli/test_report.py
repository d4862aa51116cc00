"""What `dau report` prints: only closed statistics, letters beside them, repaired emissions marked as such."""

import csv
import io
import re
import sqlite3
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from dau.cli.report import report
from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.periods import DAY_MS, HOUR_MS, Span
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import parse_data_time
from dau.store import samples, statistics
from tests.cli.made_station import fill, settings_file

DAY: Final = Span(parse_data_time("20260101000000") or 0, DAY_MS)
MONTH: Final = Span(DAY.start_ms, 31 * DAY_MS)


def of(name: str, span: Span, mean: float | None, **more: object) -> PeriodStatistic:
    made = {"state": State.OK, "valid": mean is not None, "count": 60, "expected": 60, "mean": mean} | more
    return PeriodStatistic(name, span, **made)  # type: ignore[arg-type]


def hour(number: int) -> Span:
    return Span(DAY.start_ms + number * HOUR_MS, HOUR_MS)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A water station with two hours, one of maintenance, and three days of which the second is not valid."""
    config = settings_file(tmp_path)

    def measure(connection: sqlite3.Connection) -> None:
        ids = samples.register(connection, channels_of(load_settings(config)))
        made = [
            of("cod", hour(0), 30.05, total=1.0),
            of("cod", hour(1), 40.0, total=2.5),
            of("cod", hour(2), None, state=State.MAINTENANCE, raw_mean=99.0),
            of("flow", hour(0), 10.0, total=36.0),
            of("cod", DAY, 35.025, total=3.5),
            of("cod", Span(DAY.start_ms + DAY_MS, DAY_MS), None, state=State.FAULT),
            of("cod", Span(DAY.start_ms + 2 * DAY_MS, DAY_MS), 20.0, total=1.25),
            of("cod", MONTH, 27.5, total=4.75),
        ]
        statistics.add(connection, ids, made)
        statistics.set_closed_until(connection, DAY.end_ms)

    fill(config, measure)
    return config


def run(*arguments: str) -> Result:
    return CliRunner().invoke(report, arguments)


def table(config: Path, kind: str, date: str) -> list[list[str]]:
    file = config.parent / "report.csv"
    result = run(kind, str(config), date, "--csv", str(file))
    assert result.exit_code == 0, result.output
    return list(csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig"))))


def test_the_day_has_its_hours_with_letters_and_the_lines_below_them(config: Path) -> None:
    rows = table(config, "day", "2026-01-01")
    assert rows[0][:4] == [
        "时间 / time",
        "化学需氧量 cod w01018 / (mg/L)",
        "化学需氧量 cod w01018 / 排放量 / amount / (kg)",
        "化学需氧量 cod w01018 / 标记 / flag",
    ]
    assert [row[:4] for row in rows[1:5]] == [
        ["00:00", "30.0", "1.000", "N"],
        ["01:00", "40.0", "2.500", "N"],
        ["02:00", "-", "-", "M"],
        ["03:00", "-", "-", "-"],
    ]
    below = {row[0].partition(" / ")[2]: row[1:4] for row in rows[25:30]}
    assert below == {
        "valid": ["2", "2", ""],
        "min": ["30.0", "1.000", ""],
        "max": ["40.0", "2.500", ""],
        "mean": ["35.0", "-", ""],
        "total": ["-", "3.500", ""],
    }


def test_a_day_of_a_month_without_a_valid_mean_is_repaired_and_marked(config: Path) -> None:
    rows = table(config, "month", "2026-01")
    assert [row[:4] for row in rows[1:4]] == [
        ["2026-01-01", "35.0", "3.500", "N"],
        ["2026-01-02", "-", "3.500*", "D"],
        ["2026-01-03", "20.0", "1.250", "N"],
    ]
    assert [row[1:3] for row in rows if row[0].endswith("total")] == [["-", "4.750"]]
    assert [row[1:3] for row in rows if row[0].endswith("with repairs*")] == [["-", "8.250"]]
    notes = [row[0] for row in rows if len(row) == 1]
    assert any("2026-01-02 00:00" in note and "maximum of the last 30 valid days (1 known)" in note for note in notes)
    assert any("not closed yet" in note for note in notes)


def test_the_text_names_the_form_the_station_and_the_flags(config: Path) -> None:
    output = run("day", str(config), "2026-01-01").output
    assert "水污染源在线监测小时值日报表" in output
    assert "2026-01-01" in output
    assert "M 维护" in output
    assert "not closed yet" not in output


def test_the_page_can_be_printed_and_runs_nothing(config: Path) -> None:
    file = config.parent / "report.html"
    assert run("day", str(config), "2026-01-01", "--html", str(file)).exit_code == 0
    page = file.read_text(encoding="utf-8")
    assert "<td>30.0</td>" in page
    assert "@page" in page
    assert not re.search(r"<script|javascript|http|src=|on\w+=", page)
    assert page.count("<tr>") == 1 + 24 + 5


@pytest.mark.parametrize(
    ("kind", "date", "wanted"),
    [
        ("day", "2026-02-30", "YYYY-MM-DD"),
        ("day", "2026-01", "YYYY-MM-DD"),
        ("day", "20260101", "YYYY-MM-DD"),
        ("month", "2026-13", "YYYY-MM"),
        ("month", "2026-01-01", "YYYY-MM"),
    ],
)
def test_a_date_that_is_none_is_refused(config: Path, kind: str, date: str, wanted: str) -> None:
    result = run(kind, str(config), date)
    assert result.exit_code == 78
    assert f"the date '{date}' cannot be understood, expected {wanted}" in result.output


def test_a_file_that_cannot_be_written_is_told(config: Path) -> None:
    result = run("day", str(config), "2026-01-01", "--csv", str(config.parent / "none" / "report.csv"))
    assert result.exit_code == 1
    assert "cannot write the file" in result.output


def test_a_station_that_never_ran_is_told(tmp_path: Path) -> None:
    result = run("day", str(settings_file(tmp_path)), "2026-01-01")
    assert result.exit_code == 1
    assert "there is no database" in result.output
