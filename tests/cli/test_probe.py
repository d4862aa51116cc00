"""``dau probe`` against slaves on real terminals: every byte, every value, or a clear word about what is wrong."""

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cli.probe import probe
from dau.link.serial import dial_serial
from tests.acquire.slaves import Slaves
from tests.link.terminal import Terminal, terminal

SETTINGS = """
[station]
name = "outfall"
medium = "water"
production = false

[[bus]]
name = "rs485"
serial = "ttyTEST"

[[instrument]]
name = "meter"
bus = "rs485"
timeout_s = 0.3
slave = 1
[[instrument.point]]
channel = "cod"
address = 10
type = "u16"
scale = 0.1
[[instrument.point]]
channel = "ph"
address = 11
type = "u16"
[[instrument.point]]
channel = "flow"
address = 50
type = "u16"
[[instrument.status]]
address = 12
type = "u16"
map = { 12 = "maintenance" }
channels = ["cod"]

[[channel]]
name = "cod"
factor = "w01018"
unit = "mg/L"
digits = 1
[[channel]]
name = "ph"
factor = "w01001"
unit = ""
digits = 2
range = [0.0, 10.0]
[[channel]]
name = "flow"
factor = "w00000"
unit = "L/s"
digits = 2

[[platform]]
name = "national"
address = "127.0.0.1:19001"
mn = "010000A8900016F000169DC1"
pw = "123456"
st = "32"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "station.toml"
    file.write_text(SETTINGS, encoding="utf-8")
    return file


@contextmanager
def on_the_wire(wire: Terminal, slaves: Slaves) -> Iterator[None]:
    """Let the slaves live in a thread of their own, as the command runs a loop of its own."""
    loop = asyncio.new_event_loop()
    serving = loop.create_task(slaves.serve(wire))

    def live() -> None:
        loop.run_until_complete(asyncio.gather(serving, return_exceptions=True))
        loop.close()

    thread = threading.Thread(target=live)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join()


def run(config: Path, instrument: str = "meter") -> Result:
    return CliRunner().invoke(probe, [str(config), instrument])


def without_times(output: str) -> list[str]:
    return [re.sub(r"^ *\d+ ms", "ms", line) for line in output.splitlines()]


def joined(lines: list[str], way: str) -> str:
    """Return all bytes that went one way: an answer may come in pieces."""
    return " ".join(line.removeprefix(f"ms  {way}  ") for line in lines if line.startswith(f"ms  {way}"))


def test_every_byte_and_every_value(config: Path) -> None:
    slaves = Slaves(lambda: 0.0, refusing={(1, 50): 2})
    with terminal(config.parent / "ttyTEST") as wire, on_the_wire(wire, slaves):
        result = run(config)
    lines = without_times(result.output)
    assert result.exit_code == 0, result.output
    assert lines[0] == f"meter：slave 1，经 {wire.path} / meter: slave 1 through {wire.path}"
    assert joined(lines, ">") == "01 03 00 0a 00 03 25 c9 01 03 00 32 00 01 25 c5"
    assert joined(lines, "<") == "01 03 06 00 0a 00 0b 00 0c c8 b3 01 83 02 c0 f1"
    refusal = "slave 1 refuses to read holding 50 to 50: exception 2 (illegal address)"
    assert f"仪表拒绝：{refusal} / the instrument refuses: {refusal}" in lines
    values = [re.split(r" {2,}", line) for line in lines[-3:]]
    assert values == [
        ["cod", "w01018", "1 mg/L", "维护 / maintenance"],
        ["ph", "w01001", "11", "超量程 / over range"],
        ["flow", "w00000", "无值 / no value", "故障 / fault"],
    ]


def test_no_answer_is_told_and_ends_with_1(config: Path) -> None:
    with terminal(config.parent / "ttyTEST") as wire, on_the_wire(wire, Slaves(lambda: 0.0, dead={1})):
        result = run(config)
    assert result.exit_code == 1
    error = "asked 01 03 00 0a 00 03 25 c9: came nothing within 0.32 s"
    assert result.stderr == f"仪表 meter 没有应答：{error} / instrument meter gave no answer: {error}\n"
    assert joined(without_times(result.stdout), ">") == "01 03 00 0a 00 03 25 c9"


def test_noise_is_shown_and_counted(config: Path) -> None:
    with terminal(config.parent / "ttyTEST") as wire, on_the_wire(wire, Slaves(lambda: 0.0, noise=b"\xff")):
        result = run(config)
    assert result.exit_code == 0
    assert "线路上有 2 个字节不属于应答 / 2 bytes on the line belong to no answer" in result.stdout
    assert joined(without_times(result.stdout), "<").startswith("ff 01 03 06")


def test_a_missing_port(config: Path) -> None:
    result = run(config)
    assert result.exit_code == 1
    assert result.stderr.startswith("无法打开总线 rs485：serial port ")
    assert "bus rs485 cannot be opened: serial port " in result.stderr


def test_a_port_that_the_station_holds(config: Path) -> None:
    async def held() -> Result:
        pipe = await dial_serial(str(config.parent / "ttyTEST"), 9600, 8, "N", 1)()
        result = await asyncio.to_thread(run, config)
        await pipe.close()
        return result

    with terminal(config.parent / "ttyTEST"):
        result = asyncio.run(held())
    assert result.exit_code == 1
    assert "is held by another program" in result.stderr


def test_an_unplugged_port(config: Path) -> None:
    with terminal(config.parent / "ttyTEST") as wire:
        pulling = threading.Timer(0.15, wire.unplug)
        pulling.start()
        result = run(config)
        pulling.join()
    assert result.exit_code == 1
    assert result.stderr.startswith("总线 rs485 中断：reading from ")


def test_an_instrument_that_is_not_configured(config: Path) -> None:
    result = run(config, "metre")
    assert result.exit_code == 2
    assert "没有名为 metre 的仪表，已配置：meter / there is no instrument metre; there are: meter" in result.stderr


def test_settings_with_a_mistake(config: Path) -> None:
    config.write_text(SETTINGS.replace("slave = 1", "slave = 300"), encoding="utf-8")
    result = run(config)
    assert result.exit_code == 78
    assert "slave" in result.stderr
