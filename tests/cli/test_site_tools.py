"""``dau listen`` and ``dau scan`` on a real terminal: what is on the line, who is there, and which profile fits."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from dau.cli.listen import listen
from dau.cli.scan import numbers_of, scan
from drivers.modbus_map.frames import with_crc
from tests.link.terminal import terminal

ROOM = bytes.fromhex("01 03 04 00 46 00 47")


@pytest.fixture
def line(tmp_path: Path) -> Iterator[tuple[str, int]]:
    with terminal(tmp_path / "ttyTEST") as wire:
        yield str(wire.path), wire.master


def spoken(master: int, *pieces: bytes) -> threading.Thread:
    """Put pieces on the wire, each a while after the one before."""

    def speak() -> None:
        for piece in pieces:
            time.sleep(0.3)
            os.write(master, piece)

    thread = threading.Thread(target=speak)
    thread.start()
    return thread


def test_what_is_on_the_line_is_shown_with_its_meaning(line: tuple[str, int]) -> None:
    target, master = line
    asked = with_crc(bytes.fromhex("01 03 00 00 00 02"))
    speaking = spoken(master, asked, with_crc(ROOM), b"Q=12.5 m3/h\r\n", b"\x00\xff")
    result = CliRunner().invoke(listen, [target, "--seconds", "2"])
    speaking.join()
    assert result.exit_code == 0, result.output
    lines = [each.split("ms  ")[1] for each in result.output.splitlines() if " ms  " in each]
    assert lines == [
        "01 03 00 00 00 02 c4 0b  slave 1 is asked for 2 holding registers from 0",
        f"{with_crc(ROOM).hex(' ')}  slave 1 answers 4 bytes of holding registers",
        '51 3d 31 32 2e 35 20 6d 33 2f 68 0d 0a  "Q=12.5 m3/h"',
        "00 ff",
    ]


def test_a_line_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(listen, [str(tmp_path / "nothing"), "--seconds", "1"])
    assert result.exit_code == 1
    assert "is not there" in result.output


def answering(master: int, stop: threading.Event) -> threading.Thread:
    """A room sensor at slave 3, and one at 5 that refuses everything."""

    def serve() -> None:
        while not stop.is_set():
            try:
                request = os.read(master, 64)
            except BlockingIOError:
                time.sleep(0.002)
                continue
            if len(request) >= 8 and request[0] == 3:
                count = int.from_bytes(request[4:6])
                at = int.from_bytes(request[2:4])
                known = {0x1080: 0x2411, 0x1081: 0x0813, 0x1082: 0x4510, 0x1083: 1}
                data = b"".join(known.get(at + place, 0).to_bytes(2) for place in range(count))
                os.write(master, with_crc(request[:2] + bytes([len(data)]) + data))
            elif len(request) >= 8 and request[0] == 5:
                os.write(master, with_crc(bytes([5, request[1] | 0x80, 2])))

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_slaves_are_found_with_the_profiles_that_fit(line: tuple[str, int]) -> None:
    target, master = line
    stop = threading.Event()
    serving = answering(master, stop)
    try:
        result = CliRunner().invoke(scan, [target, "--slaves", "2-5", "--timeout", "0.2"])
    finally:
        stop.set()
        serving.join()
    assert result.exit_code == 0, result.output
    assert "slave 3 answers (03 03 02 00 00 c1 84); profiles that fit: surface-water-analyzer" in result.output
    assert "slave 5 answers (slave 5 refuses to read holding 0 to 0: exception 2 (illegal address)" in result.output
    assert "slave 2" not in result.output and "slave 4" not in result.output
    assert "2 slaves found" in result.output


def test_nobody_is_status_one(line: tuple[str, int]) -> None:
    result = CliRunner().invoke(scan, [line[0], "--slaves", "1", "--timeout", "0.1"])
    assert result.exit_code == 1
    assert "0 slaves found" in result.output


def test_slaves_as_they_are_written() -> None:
    assert numbers_of("1-3,7, 5") == [1, 2, 3, 5, 7]
    for wrong in ("", "a", "1-a", "300", "3-1"):
        result = CliRunner().invoke(scan, ["nowhere", "--slaves", wrong])
        assert result.exit_code == 78, wrong
        assert "slaves are written as 1-16,247" in result.output
