"""What `dau status` shows: values with flags, platforms with what waits, and clear words where there is nothing."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from dau.cli.status import look, status
from dau.cli.status_page import ChangeLine, KeyLine
from dau.cli.status_text import page_text
from dau.config.channels import channels_of
from dau.config.load import load_settings
from dau.core.findings import Seen
from dau.core.periods import DAY_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.rules.names import Rule
from dau.core.samples import Sample
from dau.core.states import State
from dau.database import Database, Schema
from dau.hj212 import data_time, parse_data_time, qn_from_ms
from dau.runtime.clock import SystemClock
from dau.store import audit, findings, keys, outbox, samples, settings, wire
from dau.store.audit import Act
from dau.store.outbox import DeliveryState
from dau.store.schema import STATION
from dau.store.settings import Name, Setting
from tests.cli.made_station import damage_table, database_of, fill, settings_file

NOON: Final = parse_data_time("20260101120000") or 0


def run(config: Path, *options: str) -> Result:
    return CliRunner().invoke(status, [str(config), *options])


async def open_once(database: Database) -> None:
    await database.open()
    await database.close()


def measured(config: Path, now_ms: int) -> Callable[[sqlite3.Connection], None]:
    """Store a sample of four of the five channels, one of them too old to be shown."""
    taken = [
        Sample("cod", now_ms - 1000, 30.05, 30.05, State.OK),
        Sample("nh3n", now_ms - 1000, 55.0, 55.0, State.OVER_RANGE | State.CALIBRATION),
        Sample("ph", now_ms - 2000, None, None, State.COMM_LOST),
        Sample("flow", now_ms - 5 * MINUTE_MS - 1, 10.0, 10.0, State.OK),
    ]

    def job(connection: sqlite3.Connection) -> None:
        ids = samples.register(connection, channels_of(load_settings(config)))
        samples.add(connection, ids, [Sample("cod", now_ms - 6000, 1.0, 1.0, State.OK), *taken], 0)

    return job


def delivered(now_ms: int) -> Callable[[sqlite3.Connection], None]:
    """Five deliveries to one platform: one acknowledged today, one yesterday, one expired, two that wait."""

    def job(connection: sqlite3.Connection) -> None:
        owed = [Span(now_ms - number * MINUTE_MS, MINUTE_MS) for number in range(5)]
        for span in owed:
            outbox.owe(connection, RecordKind.INTERVAL, span, now_ms, ["national"])
        ends = [(DeliveryState.ACKNOWLEDGED, now_ms - 3000), (DeliveryState.ACKNOWLEDGED, now_ms - DAY_MS)]
        for state, done_ms in [*ends, (DeliveryState.EXPIRED, now_ms - 3000)]:
            delivery = outbox.next_delivery(connection, "national", now_ms, 0, live=True)
            assert delivery is not None
            outbox.finish(connection, delivery, state, "20260101120000000", done_ms)
        wire.set_link(connection, "national", wire.Link(wire.LinkState.CONNECTED, now_ms, ""))
        wire.set_link(connection, "provincial", wire.Link(wire.LinkState.DOWN, now_ms, "connecting: refused"))

    return job


def test_before_the_first_run_it_says_so(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    result = run(config)
    path = database_of(config)
    assert result.output == (
        f"没有数据库 {path}: 数采仪尚未运行过, 请先用 dau run 运行 / "
        f"there is no database {path}: the station has not run yet, start it with dau run\n"
    )
    assert result.exit_code == 1
    assert not path.exists()


def test_a_station_that_has_measured_nothing_yet(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config)
    page = json.loads(run(config, "--json").output)
    assert [line["value"] for line in page["channels"]] == [None] * 5
    assert [line["flag"] for line in page["channels"]] == ["D"] * 5
    assert [(line["name"], line["link"], line["waiting"]) for line in page["platforms"]] == [
        ("national", "down", 0),
        ("provincial", "down", 0),
    ]


def test_json_has_every_fact(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    now_ms = SystemClock().now_ms()
    fill(config, measured(config, now_ms), delivered(now_ms))
    result = run(config, "--json")
    assert result.exit_code == 0
    (line,) = result.output.splitlines()
    page: dict[str, Any] = json.loads(line)
    assert page["station"] == "outfall"
    assert page["at_ms"] >= now_ms
    facts = [(one["name"], one["factor"], one["value"], one["unit"], one["flag"]) for one in page["channels"]]
    assert facts == [
        ("cod", "w01018", "30.0", "mg/L", "N"),
        ("nh3n", "w21003", "55.00", "mg/L", "C"),
        ("ph", "w01001", None, "", "B"),
        ("water_temperature", "w01010", None, "degC", "D"),
        ("flow", "w00000", None, "L/s", "D"),
    ]
    assert page["channels"][0]["at_ms"] == now_ms - 1000


def test_what_ended_is_counted_from_the_beginning_of_the_day(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, delivered(NOON))
    national, provincial = look(load_settings(config), NOON).platforms
    assert (national.link, national.waiting, national.acknowledged, national.sent, national.expired) == (
        "connected",
        2,
        1,
        1,
        1,
    )
    assert national.last_receipt_ms == NOON - 3000
    assert (provincial.link, provincial.detail, provincial.waiting) == ("down", "connecting: refused", 0)
    assert provincial.last_receipt_ms is None


def test_the_text_has_a_table_of_channels_and_one_of_platforms(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, measured(config, NOON), delivered(NOON))
    rows = [line.split() for line in page_text(look(load_settings(config), NOON)).splitlines()]
    assert rows[0] == ["outfall"]
    cells = [[cell for cell in row if cell not in "│┃"] for row in rows]
    assert ["cod", "w01018", "30.0", "mg/L", "N", "11:59:59"] in cells
    assert ["nh3n", "w21003", "55.00", "mg/L", "C", "11:59:59"] in cells
    assert ["ph", "w01001", "-", "B", "11:59:58"] in cells
    assert ["flow", "w00000", "-", "L/s", "D", "-"] in cells
    assert ["national", "2017", "connected", "1", "1", "2", "1", "11:59:57"] in cells
    assert ["provincial", "2017", "down", "0", "0", "0", "0", "-"] in cells
    assert rows[-1] == ["provincial:", "connecting:", "refused"]


def test_the_text_is_what_the_command_prints(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    now_ms = SystemClock().now_ms()
    fill(config, measured(config, now_ms))
    result = run(config)
    assert result.exit_code == 0
    assert "待发" in result.output
    assert "waiting" in result.output
    clock = data_time(now_ms - 1000)[8:]
    assert f"{clock[:2]}:{clock[2:4]}:{clock[4:]}" in result.output


def changed_by_command(connection: sqlite3.Connection) -> None:
    """What the national platform changed: an interval, the password, a switch, and an interval back and forth."""
    for name, value, configured in (
        (Name.REALTIME_S, "90", "30"),
        (Name.PW, "hidden1", "321654"),
        (Name.REALTIME_ON, "0", "1"),
        (Name.FACILITIES_ON, "1", "1"),
        (Name.TIMEOUT_S, "20", "77"),  # the file says something else by now: it is newer
    ):
        settings.put(connection, "national", Setting(name, value, configured, NOON))
    audit.add(connection, Act(NOON, "national", "1062", "realtime_s", "60", "90", "done"))
    audit.add(connection, Act(NOON + 1000, "national", "2\x1b[31m", "", None, None, "QnRtn=8"))


def with_keys(connection: sqlite3.Connection) -> None:
    """The national platform has a key of 80 days, the provincial one of 79 days and a newer one in question."""
    for name, days in (("national", 80), ("provincial", 79)):
        created = qn_from_ms(NOON - days * DAY_MS)
        keys.take_over(connection, name, bytes(16), created, NOON - days * DAY_MS)
    keys.give(connection, "provincial", bytes(range(16)), qn_from_ms(NOON), NOON)


def test_what_a_platform_changed_is_told_and_its_password_is_not(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, changed_by_command)
    national, provincial = look(load_settings(config), NOON).platforms
    assert national.changed == [
        ChangeLine("pw", None, None, NOON),
        ChangeLine("realtime_s", "90", "30", NOON),
    ]
    assert national.switched_off == ["2011"]
    assert (provincial.changed, provincial.switched_off) == ([], [])
    lines = page_text(look(load_settings(config), NOON)).splitlines()
    assert lines[-6:] == [
        "national: pw 自 2026-01-01 12:00:00 起被平台修改 / pw changed by the platform since 2026-01-01 12:00:00",
        (
            "national: realtime_s 自 2026-01-01 12:00:00 起被平台设为 90，配置文件中为 30"
            " / realtime_s set to 90 by the platform since 2026-01-01 12:00:00, 30 in the settings file"
        ),
        "national: 平台已停止接收 2011 / the platform has switched off 2011",
        "最近的审计记录: / newest audit rows:",
        "  2026-01-01 12:00:01  national  2\\x1b[31m  QnRtn=8",
        "  2026-01-01 12:00:00  national  1062  realtime_s  60 -> 90  done",
    ]
    assert "hidden1" not in run(config).output
    assert "hidden1" not in run(config, "--json").output


def test_the_age_of_a_key_is_told_with_an_alarm_in_time(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, with_keys)
    page = look(load_settings(config), NOON)
    assert [one.key for one in page.platforms] == [KeyLine(80, True, 90, False), KeyLine(79, False, 90, True)]
    assert page_text(page).splitlines()[-2:] == [
        "national: 报警: 密钥已使用 80 天，90 天内须更新 / alarm: key is 80 days old, it must be renewed within 90",
        (
            "provincial: 密钥已使用 79 天，90 天内须更新 / key is 79 days old of at most 90;"
            " 已收到新密钥，尚待平台应答证实 / a newer one was given and is not proved by a receipt yet"
        ),
    ]


def test_a_unit_in_brackets_is_shown_as_it_is(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    config.write_text(config.read_text(encoding="utf-8").replace('"L/s"', '"[bold]"'), encoding="utf-8")
    fill(config)
    assert "[bold]" in run(config).output


def test_broken_settings_are_complained_about(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    config.write_text(config.read_text(encoding="utf-8").replace("baud = 9600", "baud = 96"), encoding="utf-8")
    result = run(config)
    assert "baud: 96 超出范围 / 96 is out of range" in result.output
    assert result.exit_code == 1


def test_a_database_of_an_older_version_is_told_and_left_alone(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    path = database_of(config)
    asyncio.run(open_once(Database(path, Schema(STATION.name, STATION.steps[:1]))))
    before = path.read_bytes()
    result = run(config)
    assert result.output == (
        f"数据库 {path} 由旧版本写成: 请先用本版本的 dau run 启动一次, 数据会自动转换 / "
        f"the database {path} is of an older version: start the station once with this one (dau run) to carry it over\n"
    )
    assert result.exit_code == 1
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all " * 500, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    config = settings_file(tmp_path)
    database_of(config).parent.mkdir()
    database_of(config).write_bytes(content)
    result = run(config)
    assert result.output.startswith(f"cannot read database {database_of(config)}: SQLite says: ")
    assert result.output.endswith("\n") and result.output.count("\n") == 1
    assert result.exit_code == 1
    assert database_of(config).read_bytes() == content


def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config, measured(config, NOON))
    damage_table(database_of(config), "sample")
    result = run(config)
    assert result.output == (
        f"cannot read database {database_of(config)}: SQLite says: database disk image is malformed\n"
    )
    assert result.exit_code == 1


def test_open_findings_are_counted(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    fill(config)
    assert "dau findings" not in run(config).output
    fill(config, lambda connection: findings.note(connection, Seen(Rule.ZERO, "cod", 0, 1, {}), 1))
    assert json.loads(run(config, "--json").output)["open_findings"] == 1
    told = "未处理的数据异常: 1，见 dau findings list / open findings: 1, see dau findings list"
    assert told in run(config).output.splitlines()
