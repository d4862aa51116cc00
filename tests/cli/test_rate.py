"""What `dau rate` counts: hours in time, late, missing, stopped and of maintenance, for each platform."""

import sqlite3
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from dau.cli.rate import rate
from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import parse_data_time
from dau.store import outbox, samples, statistics
from dau.store.outbox import Delivery, DeliveryState
from tests.cli.made_station import fill, settings_file

DAY: Final = Span(parse_data_time("20260101000000") or 0, DAY_MS)
NAMES: Final = ("cod", "nh3n", "ph", "water_temperature", "flow")


def close(connection: sqlite3.Connection, number: int, state: State, done_after_ms: int | None) -> None:
    """Close an hour of all channels, owe it to the national platform, deliver it that long after it was due."""
    ids = samples.current_ids(connection, NAMES)
    span = Span(DAY.start_ms + number * HOUR_MS, HOUR_MS)
    mean = 5.0 if state is State.OK else None
    made = [PeriodStatistic(name, span, state, mean is not None, 60, 60, mean, raw_mean=5.0) for name in NAMES]
    statistics.add(connection, ids, made)
    outbox.owe(connection, RecordKind.HOUR, span, span.end_ms, ["national"])
    delivery = outbox.next_delivery(connection, "national", span.end_ms + 9 * DAY_MS, 0, live=True)
    while delivery is not None and delivery.record.span != span:
        outbox.postpone(connection, delivery, span.end_ms + 10 * DAY_MS)
        delivery = outbox.next_delivery(connection, "national", span.end_ms + 9 * DAY_MS, 0, live=True)
    assert isinstance(delivery, Delivery)
    if done_after_ms is not None:
        outbox.finish(connection, delivery, DeliveryState.ACKNOWLEDGED, "1", span.end_ms + done_after_ms)


def a_day(connection: sqlite3.Connection) -> None:
    """Nineteen good hours; one late, one never told, one of maintenance, one stopped, one of an automatic check."""
    for number in range(19):
        close(connection, number, State.OK, MINUTE_MS)
    close(connection, 19, State.OK, 2 * HOUR_MS + 1)
    close(connection, 20, State.MAINTENANCE, MINUTE_MS)
    close(connection, 21, State.STOPPED, MINUTE_MS)
    close(connection, 22, State.CALIBRATION, MINUTE_MS)
    close(connection, 23, State.OK, None)
    statistics.set_closed_until(connection, DAY.end_ms)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    config = settings_file(tmp_path)
    fill(config, lambda connection: samples.register(connection, channels_of(load_settings(config))), a_day)
    return config


def run(config: Path, *options: str) -> Result:
    return CliRunner().invoke(rate, [str(config), *options])


def english(line: str) -> str:
    """Drop what is said in Chinese."""
    return " ".join(word for word in line.split() if word.isascii() and word != "/")


def test_a_day_is_counted_by_pollutants_without_temperature_and_flow(config: Path) -> None:
    result = run(config, "--day", "2026-01-01")
    assert result.exit_code == 0, result.output
    national = [english(line) for line in result.output.split("\n")[:8]]
    assert "hour: due 24, immediate 22, completed 23" in national[2]
    # 23 due hours of three pollutants; the check is forgiven to two of them, not to pH.
    immediate, completed = (
        next(line for line in national if line.startswith(f"{name}:")) for name in ("immediate", "completed")
    )
    assert "groups due 69, not counted 2, valid groups 57; transmission 91.30 %, effective 85.07 %," in immediate
    assert "groups due 69, not counted 2, valid groups 60; transmission 95.65 %, effective 89.55 %," in completed
    assert immediate.endswith("transmission 77.68 %: missed")
    assert "hours that did not arrive: 2026-01-01 23:00" in result.output


def test_a_month_is_counted_as_far_as_it_is_closed(config: Path) -> None:
    day, month = run(config, "--day", "2026-01-01").output, run(config, "--month", "2026-01").output
    groups = [line for line in day.splitlines() if "groups due" in line]
    assert [line for line in month.splitlines() if "groups due" in line] == groups


def test_a_platform_that_was_owed_nothing_has_everything_missing(config: Path) -> None:
    provincial = run(config, "--day", "2026-01-01").output.partition("provincial")[2]
    assert "hour: 应报 / due 0" in provincial
    assert "transmission 0.00 %" in provincial


def test_a_day_to_come_has_no_rate(config: Path) -> None:
    output = run(config, "--day", "2099-01-01").output
    assert "transmission -," in output
    assert "reached" in output


def test_day_and_month_exclude_each_other(config: Path) -> None:
    result = run(config, "--day", "2026-01-01", "--month", "2026-01")
    assert result.exit_code == 78
    assert "only one of --day and --month" in result.output
