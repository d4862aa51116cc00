"""What `dau check` prints and how it ends."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cli.check import check

EXAMPLES = Path(__file__).parents[2] / "config"


def run(file: Path) -> Result:
    return CliRunner().invoke(check, [str(file)])


@pytest.mark.parametrize(("station", "buses", "instruments", "channels"), [("outfall", 1, 4, 5), ("stack", 3, 3, 12)])
def test_good_file_is_one_line(station: str, buses: int, instruments: int, channels: int) -> None:
    file = EXAMPLES / station / "station.toml"
    result = run(file)
    assert result.output == (
        f"{file}: 配置正确, 总线 {buses}, 仪表 {instruments}, 通道 {channels}, 平台 2 / "
        f"settings in order, buses {buses}, instruments {instruments}, channels {channels}, platforms 2\n"
    )
    assert result.exit_code == 0


def test_conversions_are_named() -> None:
    file = EXAMPLES / "outfall" / "three-editions.toml"
    result = run(file)
    understood, *converted = result.output.splitlines()
    assert understood.endswith("buses 1, instruments 1, channels 5, platforms 3")
    assert converted == [
        f'平台 "{platform}" 的通道 "flow": m3/h 换算为 L/s / '
        f'for the platform "{platform}" the channel "flow" is converted from m3/h to L/s'
        for platform in ("county", "nation")
    ]
    assert result.exit_code == 0


def test_every_mistake_is_printed_and_counted(tmp_path: Path) -> None:
    good = (EXAMPLES / "outfall" / "station.toml").read_text(encoding="utf-8")
    file = tmp_path / "station.toml"
    file.write_text(
        good.replace("baud = 9600", "baud = 96").replace('bus = "rs485"', 'bus = "rs48"', 1), encoding="utf-8"
    )
    result = run(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    at_baud, at_bus = lines.index("baud = 96") + 1, lines.index('bus = "rs48"') + 1
    baud, bus, total = result.output.splitlines()
    assert baud == (
        f'{file}:{at_baud}: [[bus]] "rs485" > baud: 96 超出范围 / 96 is out of range; '
        "允许 / allowed: 整数 / an integer, >= 300, <= 921600"
    )
    assert bus == (
        f'{file}:{at_bus}: [[instrument]] "cod" > bus: 没有名为 "rs48" 的总线 / there is no bus "rs48"; '
        '是否应为 / did you mean "rs485"? 允许 / allowed: rs485'
    )
    assert total == f"{file}: 错误 2 / mistakes 2"
    assert result.exit_code == 78


def test_overlapping_points_of_a_real_driver(tmp_path: Path) -> None:
    good = (EXAMPLES / "stack" / "station.toml").read_text(encoding="utf-8")
    file = tmp_path / "station.toml"
    file.write_text(good.replace("address = 302", "address = 301"), encoding="utf-8")
    result = run(file)
    first, *_ = result.output.splitlines()
    line = good.split("\n").index('name = "cems"')
    assert first.startswith(f'{file}:{line}: [[instrument]] "cems": 不能使用 / cannot be used: ')
    assert "points so2" in first
    assert "overlap" in first
    assert result.exit_code == 78


def test_bus_that_is_too_busy(tmp_path: Path) -> None:
    good = (EXAMPLES / "outfall" / "station.toml").read_text(encoding="utf-8")
    file = tmp_path / "station.toml"
    slow = good.replace("baud = 9600", "baud = 300").replace("slave = 1\n", "slave = 1\nperiod_s = 1\n")
    file.write_text(slow, encoding="utf-8")
    result = run(file)
    complaint, total = result.output.splitlines()
    line = good.split("\n").index("[[bus]]") + 1
    assert complaint.startswith(f'{file}:{line}: [[bus]] "rs485": 总线 rs485 过忙')
    assert "bus rs485 is too busy" in complaint
    assert total == f"{file}: 错误 1 / mistakes 1"
    assert result.exit_code == 78


def test_time_out_that_is_too_short_for_a_serial_server(tmp_path: Path) -> None:
    good = (EXAMPLES / "outfall" / "station.toml").read_text(encoding="utf-8")
    file = tmp_path / "station.toml"
    hasty = good.replace('serial = "var/ttyOUTFALL"', 'tcp = "10.0.0.7:4001"').replace(
        "slave = 1\n", "slave = 1\ntimeout_s = 0.2\n"
    )
    file.write_text(hasty.replace("production = false", "production = true"), encoding="utf-8")
    complaint, total = run(file).output.splitlines()
    line = good.split("\n").index("[[instrument]]") + 1
    assert complaint.startswith(f'{file}:{line}: [[instrument]] "cod": 仪表 cod 经串口服务器')
    assert complaint.endswith("instrument cod is behind a serial server: timeout_s = 0.2 is too short, at least 0.3")
    assert total == f"{file}: 错误 1 / mistakes 1"


def test_missing_file_is_a_mistake_too(tmp_path: Path) -> None:
    result = run(tmp_path / "station.toml")
    assert "there is no such settings file" in result.output
    assert result.exit_code == 78


def test_help_says_what_the_command_is_for() -> None:
    result = CliRunner().invoke(check, ["--help"])
    said = "Check the settings file CONFIG and list every mistake at once; exit status 78 if there is any"
    assert said in " ".join(result.output.split())
