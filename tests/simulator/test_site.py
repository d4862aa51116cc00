"""The instruments on real ports, asked by an independent client: pymodbus'."""

import asyncio
import os
import select
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest
from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.client.base import ModbusBaseClient
from pymodbus.exceptions import ModbusIOException
from pymodbus.framer import FramerType

from simulator.clock import now_ms
from simulator.errors import PlugError
from simulator.faults import Timeline, parse_fault
from simulator.instruments.slave import Spoken
from simulator.plant import PLANTS
from simulator.scene import LineKind, Scene
from simulator.scene_file import load_scene
from simulator.site import Site, build_site, plugged_in

FLOAT = AsyncModbusTcpClient.DATATYPE.FLOAT32
TIMEOUT_S = 0.4


def on_free_ports(scene: Scene) -> Scene:
    """Return the scene with listening ports that nobody has."""
    lines = []
    for line in scene.lines:
        if line.kind is not LineKind.PTY:
            with closing(socket.socket()) as probe:
                probe.bind(("127.0.0.1", 0))
                lines.append(replace(line, address=f"127.0.0.1:{probe.getsockname()[1]}"))
        else:
            lines.append(line)
    return replace(scene, lines=tuple(lines))


async def until(holds: Callable[[], bool]) -> None:
    """Return when it holds: what the test waits for happens in the file system or in another callback."""
    while not holds():  # noqa: ASYNC110 - nobody could set an event
        await asyncio.sleep(0.01)


class Played:
    """A scene being played for a test, and what its instruments have said."""

    def __init__(self, scene: Scene, folder: Path, *specs: str) -> None:
        self.said: list[Spoken] = []
        timeline = Timeline(tuple(parse_fault(spec) for spec in specs), now_ms())
        self.site = Site(scene, PLANTS[scene.plant](1), folder, timeline, lambda _at_ms, one: self.said.append(one))

    def address(self, line: str) -> str:
        return next(found.address for found in self.site.scene.lines if found.name == line)


@asynccontextmanager
async def connected(client: ModbusBaseClient) -> AsyncIterator[ModbusBaseClient]:
    try:
        assert await client.connect()
        yield client
    finally:
        client.close()


def serial_client(folder: Path, name: str) -> ModbusBaseClient:
    return AsyncModbusSerialClient(str(folder / name), baudrate=9600, timeout=TIMEOUT_S, retries=0, reconnect_delay=0)


def tcp_client(address: str, framer: FramerType) -> ModbusBaseClient:
    host, port = address.split(":")
    return AsyncModbusTcpClient(
        host, port=int(port), framer=framer, timeout=TIMEOUT_S, retries=0, reconnect_delay=0
    )  # fmt: skip


async def test_every_slave_of_the_line_answers_as_written(tmp_path: Path) -> None:
    played = Played(load_scene("outfall"), tmp_path)
    async with plugged_in(played.site), connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
        cod = await client.read_holding_registers(0, count=3, device_id=1)
        nh3n = await client.read_holding_registers(0, count=3, device_id=2)
        ph = await client.read_input_registers(0, count=2, device_id=3)
        flow = await client.read_input_registers(0x1010, count=2, device_id=4)
        total = await client.read_input_registers(0x1018, count=2, device_id=4)
    heard = {
        "cod": client.convert_from_registers(cod.registers[:2], FLOAT),
        "nh3n": client.convert_from_registers(nh3n.registers[:2], FLOAT, word_order="little"),
        "ph": ph.registers[0] / 100,
        "water_temperature": ph.registers[1] / 10,
        "flow": client.convert_from_registers(flow.registers, FLOAT),
        "total": client.convert_from_registers(total.registers, client.DATATYPE.UINT32),
    }
    assert heard == {one.channel: one.value for one in played.said}
    assert (cod.registers[2], nh3n.registers[2]) == (0, 0)


@pytest.mark.sockets
async def test_modbus_tcp_and_rtu_over_tcp_answer_as_written(tmp_path: Path) -> None:
    played = Played(on_free_ports(load_scene("stack")), tmp_path)
    async with plugged_in(played.site):
        async with connected(tcp_client(played.address("cems_tcp"), FramerType.SOCKET)) as client:
            gas = await client.read_input_registers(300, count=6, device_id=1)
            bits = await client.read_discrete_inputs(4000, count=3, device_id=1)
        async with connected(tcp_client(played.address("tpf_server"), FramerType.RTU)) as client:
            air = await client.read_input_registers(0, count=4, device_id=2)
        async with connected(serial_client(tmp_path, "ttySTACK")) as client:
            dust = await client.read_holding_registers(0, count=2, device_id=1)
    heard = {
        "so2": client.convert_from_registers(gas.registers[0:2], FLOAT, word_order="little"),
        "nox": client.convert_from_registers(gas.registers[2:4], FLOAT, word_order="little"),
        "o2": client.convert_from_registers(gas.registers[4:6], FLOAT, word_order="little"),
        "temperature": air.registers[0] / 10,
        "pressure": (air.registers[1] - 0x10000) / 1000,
        "humidity": air.registers[2] / 100,
        "velocity": air.registers[3] / 100,
        "dust": dust.registers[0] / 10,
    }
    assert heard == {one.channel: one.value for one in played.said}
    assert bits.bits[:3] == [False, False, False]


@pytest.mark.parametrize("kind", ["silence", "late=0.9", "crc"])
async def test_a_faulty_slave_is_not_heard_and_its_neighbour_is(tmp_path: Path, kind: str) -> None:
    played = Played(load_scene("outfall"), tmp_path, f"cod:{kind}@0+60")
    async with plugged_in(played.site), connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
        with pytest.raises(ModbusIOException):
            await client.read_holding_registers(0, count=3, device_id=1)
        assert not (await client.read_input_registers(0, count=2, device_id=3)).isError()
    spoilt = [one.spoilt for one in played.said if one.channel == "cod"]
    assert spoilt == [kind.partition("=")[0]]
    assert [one.spoilt for one in played.said if one.channel == "ph"] == [""]


async def test_an_exception_reaches_the_client(tmp_path: Path) -> None:
    played = Played(load_scene("outfall"), tmp_path, "ph:exception=6@0+60")
    async with plugged_in(played.site), connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
        assert (await client.read_input_registers(0, count=2, device_id=3)).exception_code == 6


async def test_noise_is_really_on_the_wire(tmp_path: Path) -> None:
    played = Played(load_scene("outfall"), tmp_path, "cod:noise=after@0+60")
    async with plugged_in(played.site):
        far = os.open(tmp_path / "ttyOUTFALL", os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(far, bytes.fromhex("01 03 00 00 00 03 05 cb"))
            heard = b""
            await until(lambda: bool(played.said))
            while select.select([far], [], [], 0.1)[0]:
                heard += os.read(far, 100)
        finally:
            os.close(far)
    assert heard.startswith(b"\x01\x03\x06")
    assert len(heard) > 11


async def test_a_status_word_reaches_the_client(tmp_path: Path) -> None:
    played = Played(load_scene("outfall"), tmp_path, "nh3n:state=maintenance@0+60")
    async with plugged_in(played.site), connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
        assert (await client.read_holding_registers(2, count=1, device_id=2)).registers == [4]


async def test_the_station_may_open_the_port_again_and_again(tmp_path: Path) -> None:
    played = Played(load_scene("outfall"), tmp_path)
    async with plugged_in(played.site):
        for _ in range(3):
            async with connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
                assert not (await client.read_input_registers(0, count=2, device_id=3)).isError()
    assert [one.spoilt for one in played.said] == [""] * 6


async def test_an_unplugged_serial_port_vanishes_and_comes_back(tmp_path: Path) -> None:
    link = tmp_path / "ttyOUTFALL"
    played = Played(load_scene("outfall"), tmp_path, "cod:unplug@0.2+0.4")
    async with plugged_in(played.site):
        far = os.open(link, os.O_RDWR | os.O_NOCTTY)
        await until(lambda: not link.is_symlink())
        assert os.read(far, 1) == b""  # hung up
        os.close(far)
        await until(link.is_symlink)
        async with connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
            assert not (await client.read_input_registers(0, count=2, device_id=3)).isError()
    assert not link.is_symlink()


@pytest.mark.sockets
async def test_an_unplugged_listener_breaks_connections_and_comes_back(tmp_path: Path) -> None:
    played = Played(on_free_ports(load_scene("stack")), tmp_path, "cems:unplug@0.2+0.4")
    host, port = played.address("cems_tcp").split(":")
    async with plugged_in(played.site):
        reader, writer = await asyncio.open_connection(host, int(port))
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection(host, int(port))
        await asyncio.sleep(0.6)
        async with connected(tcp_client(played.address("cems_tcp"), FramerType.SOCKET)) as client:
            assert not (await client.read_input_registers(300, count=6, device_id=1)).isError()


@pytest.mark.sockets
async def test_a_busy_port_is_named_and_nothing_stays_open(tmp_path: Path) -> None:
    scene = on_free_ports(load_scene("stack"))
    first, second = Played(scene, tmp_path / "first"), Played(scene, tmp_path / "second")
    async with plugged_in(first.site):
        with pytest.raises(
            PlugError, match=rf"cannot listen on {first.address('cems_tcp')}: .*[Aa]ddress already in use"
        ):
            async with plugged_in(second.site):
                raise AssertionError("two programs cannot have one port")


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PlugError, match=r"the serial port link .*/file/ttyOUTFALL cannot be made"):
        async with plugged_in(Played(load_scene("outfall"), tmp_path / "file").site):
            raise AssertionError("a file is no folder")


def test_faults_are_counted_from_the_middle_of_a_second(tmp_path: Path) -> None:
    site = build_site(load_scene("outfall"), tmp_path, 1, (), lambda _at_ms, _one: None)
    assert site.timeline.start_ms % 1000 == 500
    assert abs(site.timeline.start_ms - now_ms()) <= 1000


async def test_a_cable_that_cannot_be_put_back_ends_the_play(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    played = Played(load_scene("outfall"), folder, "cod:unplug@0.1+0.2")

    async def play() -> None:
        async with plugged_in(played.site):
            await until(lambda: not (folder / "ttyOUTFALL").is_symlink())
            folder.rmdir()
            folder.write_text("in the way")
            await asyncio.sleep(60)

    with pytest.raises(ExceptionGroup) as caught:
        await play()
    assert isinstance(caught.value.exceptions[0], PlugError)


async def test_an_instrument_does_what_it_is_told(tmp_path: Path) -> None:
    played = Played(load_scene("outfall"), tmp_path)
    async with plugged_in(played.site), connected(serial_client(tmp_path, "ttyOUTFALL")) as client:
        assert not (await client.write_coil(0, True, device_id=1)).isError()
        status = await client.read_holding_registers(2, count=1, device_id=1)
        busy = await client.write_coil(1, True, device_id=1)
        assert not (await client.write_register(10, 150, device_id=1)).isError()
        assert not (await client.write_registers(20, [0x2601, 0x0108, 0x3000], device_id=1)).isError()
        beyond = await client.write_register(10, 181, device_id=1)
        nowhere = await client.write_coils(3, [True], device_id=1)
        measured = await client.write_register(0, 1, device_id=1)
        temperature = await client.read_holding_registers(10, count=1, device_id=1)
        clock = await client.read_holding_registers(20, count=3, device_id=1)
        serial = await client.read_holding_registers(40, count=6, device_id=1)
    assert status.registers == [2]
    assert [answer.exception_code for answer in (busy, beyond, nowhere, measured)] == [6, 3, 2, 2]
    assert temperature.registers == [150]
    assert clock.registers[:2] == [0x2601, 0x0108]
    assert 0x3000 <= clock.registers[2] <= 0x3005
    assert client.convert_from_registers(serial.registers, client.DATATYPE.STRING) == "SIM-COD-0001"
    assert [one.state for one in played.said] == []
