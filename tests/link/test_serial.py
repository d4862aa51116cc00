"""Serial pipes on real pseudo terminals."""

import asyncio
import fcntl
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from dau.link import LinkLost, LinkRefused, Pipe, PortBusy, PortMissing
from dau.link.serial import Parity, dial_serial
from tests.link import conversation
from tests.link.terminal import Terminal, terminal


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path / "ttyTEST") as plugged:
        yield plugged


async def dial(path: Path, parity: Parity = "N") -> Pipe:
    return await dial_serial(str(path), 9600, 8, parity, 1)()


@pytest.mark.parametrize(
    "check",
    [
        conversation.carries_every_byte_both_ways,
        conversation.gives_a_long_message_in_bounded_pieces,
        conversation.loses_nothing_when_a_reader_gives_up,
    ],
)
async def test_promises_of_a_pipe(wire: Terminal, check: Callable[[Pipe, Pipe], Awaitable[None]]) -> None:
    pipe = await dial(wire.path)
    await check(pipe, wire)
    await pipe.close()


async def test_is_closed_once_and_for_all(wire: Terminal) -> None:
    pipe = await dial(wire.path)
    assert pipe.name == str(wire.path)
    await conversation.is_closed_once_and_for_all(pipe)


async def test_a_closed_port_can_be_opened_again_at_once(wire: Terminal) -> None:
    for _ in range(3):
        pipe = await dial(wire.path)
        await conversation.carries_every_byte_both_ways(pipe, wire)
        await pipe.close()


async def test_unplugged_while_reading(wire: Terminal) -> None:
    pipe = await dial(wire.path)
    reading = asyncio.create_task(pipe.read())
    await asyncio.sleep(0.01)
    wire.unplug()
    with pytest.raises(LinkLost, match=f"reading from {wire.path}: "):
        await reading
    with pytest.raises(LinkLost, match=f"writing to {wire.path}: the port is closed"):
        await pipe.write(b"x")
    await pipe.close()
    with pytest.raises(PortMissing):
        await dial(wire.path)
    wire.plug_in()
    again = await dial(wire.path)
    await conversation.carries_every_byte_both_ways(again, wire)
    await again.close()


async def test_unplugged_while_nobody_looks(wire: Terminal) -> None:
    pipe = await dial(wire.path)
    wire.unplug()
    await asyncio.sleep(0.05)
    with pytest.raises(LinkLost):
        await pipe.read()
    await pipe.close()
    await pipe.close()


async def test_a_port_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "ttyNONE"
    with pytest.raises(PortMissing, match=f"serial port {path} is not there: .*No such file or directory"):
        await dial(path)


async def test_a_dangling_name(tmp_path: Path) -> None:
    (tmp_path / "by-id").symlink_to(tmp_path / "gone")
    with pytest.raises(PortMissing):
        await dial(tmp_path / "by-id")


async def test_a_port_that_another_program_holds(wire: Terminal) -> None:
    other = os.open(wire.path, os.O_RDWR | os.O_NOCTTY)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(PortBusy, match=f"serial port {wire.path} is held by another program: "):
        await dial(wire.path)
    os.close(other)
    pipe = await dial(wire.path)
    with pytest.raises(PortBusy):
        await dial(wire.path)
    await pipe.close()


async def test_a_file_that_is_no_port(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    with pytest.raises(LinkRefused, match=f"serial port {path} cannot be used with these settings: "):
        await dial(path)
    with pytest.raises(LinkRefused, match=f"serial port {tmp_path} cannot be used with these settings: "):
        await dial(tmp_path)


async def test_settings_that_the_port_does_not_take(wire: Terminal) -> None:
    with pytest.raises(LinkRefused, match=f"serial port {wire.path} cannot be used with these settings: "):
        await dial(wire.path, parity="E")
