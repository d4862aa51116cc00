"""The command line: what it prints, and one clear line for each mistake."""

import asyncio
import signal
import socket
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.clock import now_ms
from simulator.journal import read_journal

PROGRAM = Path(sys.executable).with_name("dau-sim")


def test_scenes_are_listed() -> None:
    printed = CliRunner().invoke(main, ["scenes"])
    assert printed.exit_code == 0
    assert "  pty ttyOUTFALL  slave 4 flow: flow total" in printed.output.splitlines()
    assert "  tcp 127.0.0.1:15502  slave 1 cems: so2 nox o2" in printed.output.splitlines()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["plant", "moon"], 'there is no scene "moon", the scenes are outfall, stack'),
        (["plant", "outfall", "--fault", "cod:explode@1+1"], 'there is no kind "explode"'),
        (["plant", "outfall", "--fault", "so2:silence@1+1"], 'scene outfall has no "so2"'),
        (["plant", "outfall", "--journal", "/proc/truth.csv"], "/proc/truth.csv"),
    ],
)
def test_a_mistake_is_one_clear_line(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    printed = CliRunner().invoke(main, [*arguments, "--folder", str(tmp_path), "--seconds", "0"])
    assert printed.exit_code == 1
    assert complaint in printed.output
    assert printed.output.count("\n") == 1


async def test_a_plant_plays_until_it_is_told_to_stop(tmp_path: Path) -> None:
    journal = tmp_path / "truth.csv"
    process = await asyncio.create_subprocess_exec(
        PROGRAM, "plant", "outfall", "--folder", tmp_path, "--journal", journal, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = await process.stdout.readline()
    assert f"ttyOUTFALL is ready: {tmp_path}/ttyOUTFALL" in said.decode()
    far = await asyncio.to_thread(open, tmp_path / "ttyOUTFALL", "r+b", buffering=0)
    asked_ms = now_ms()
    far.write(bytes.fromhex("03 04 00 00 00 02 70 29"))
    answer = await asyncio.to_thread(far.read, 9)
    assert answer[:3] == b"\x03\x04\x04"
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0
    far.close()
    assert not (tmp_path / "ttyOUTFALL").is_symlink()
    assert [entry.spoken.channel for entry in read_journal(journal)] == ["ph", "water_temperature"]
    assert all(asked_ms <= entry.at_ms <= now_ms() for entry in read_journal(journal))


@pytest.mark.sockets
def test_a_demonstration_without_its_ports_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 19002))
        other.listen()
        printed = CliRunner().invoke(main, ["demo", "--folder", str(tmp_path), "--seconds", "1"])
    assert printed.exit_code == 1
    assert printed.output.splitlines()[-1].endswith(
        "the address 127.0.0.1:19002 cannot be used: Address already in use"
    )


def test_a_demonstration_in_a_used_folder_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "outfall").mkdir()
    printed = CliRunner().invoke(main, ["demo", "--folder", str(tmp_path)])
    assert printed.exit_code == 1
    assert "already holds a demonstration" in printed.output
    assert printed.output.count("\n") == 1
