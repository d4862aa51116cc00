"""Against instruments that are not our own code: pymodbus' server over TCP in both framings and over terminals."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pymodbus.framer import FramerType
from pymodbus.server import ModbusSerialServer, ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from dau.acquire import Bus, Instrument, Line
from dau.acquire.conversation import Conversation
from dau.core.errands import Errand, Report, Task
from dau.core.instrument import Driver, Refused
from dau.core.states import State
from dau.core.told import Told, readings_in
from dau.link import Dial, dial_tcp
from dau.link.serial import dial_serial
from dau.runtime.clock import SystemClock
from drivers.modbus_map import Instance, Options, Profile, build, build_profiled
from tests.acquire.slaves import Slaves
from tests.link.terminal import Terminal, terminal

VALUES = {
    "coil": 1.0,
    "discrete": 0.0,
    "float": 12.5,
    "total": 1234567.0,
    "temperature": -5.5,
    "input": 4660.0,
}


def devices() -> list[SimDevice]:
    """Two instruments with the same content; register 500 and on do not exist."""
    blocks = (
        [SimData(0, values=[False, True, False], datatype=DataType.BITS)],
        [SimData(0, values=[True, False, True], datatype=DataType.BITS)],
        [
            SimData(10, values=12.5, datatype=DataType.FLOAT32),
            SimData(12, values=1234567, datatype=DataType.UINT32),
            SimData(14, values=-55, datatype=DataType.INT16),
            SimData(15, values=2, datatype=DataType.UINT16),
        ],
        [SimData(0, values=0x1234, datatype=DataType.UINT16)],
    )
    return [SimDevice(slave, simdata=blocks) for slave in (1, 2)]


TASKS = [
    {"do": "zero", "write": [{"table": "coil", "address": 2, "value": 1}]},
    {"do": "span", "write": [{"table": "coil", "address": 0, "value": 1, "function": 15, "verify": True}]},
    {
        "do": "write_info",
        "info": "i13004",
        "write": [{"address": 15, "type": "u16", "takes": "value", "range": [0, 9]}],
    },
    {"do": "read_info", "info": "i13004", "read": [{"address": 15, "type": "u16"}]},
    {
        "do": "set_clock",
        "write": [{"address": 12, "takes": "time", "time": "unix", "verify": True}],
    },
    {"do": "read_clock", "read": [{"address": 12, "time": "unix"}]},
    {"do": "check", "write": [{"address": 500, "type": "u16", "value": 1}]},
]


def meter(slave: int, framing: str) -> Driver:
    points = [
        {"channel": "coil", "table": "coil", "address": 1},
        {"channel": "discrete", "table": "discrete", "address": 1},
        {"channel": "float", "address": 10, "type": "f32"},
        {"channel": "total", "address": 12, "type": "u32"},
        {"channel": "temperature", "address": 14, "type": "i16", "scale": 0.1},
        {"channel": "input", "table": "input", "address": 0, "type": "u16"},
        {"channel": "nothing", "address": 500, "type": "u16"},
    ]
    status = [{"address": 15, "type": "u16", "map": {2: "maintenance"}, "channels": ["total"]}]
    options = {"slave": slave, "framing": framing, "point": points, "status": status, "task": TASKS}
    return build(Options.model_validate(options), f"i{slave}")


async def polled(dial: Dial, framing: str, polls: int = 2) -> dict[str, list[Sequence[Told] | None]]:
    """Run a bus on the line until both instruments were polled so often."""
    heard: dict[str, list[Sequence[Told] | None]] = {"i1": [], "i2": []}
    enough = asyncio.Event()

    async def sink(instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        heard[instrument].append(readings)
        if min(map(len, heard.values())) >= polls:
            enough.set()

    instruments = [Instrument(f"i{slave}", meter(slave, framing), 1, 5.0, 0) for slave in (1, 2)]
    bus = Bus(Line("line", dial, 0.01, 2.0), instruments, SystemClock(), sink)
    running = asyncio.create_task(bus.run(lambda: None))
    async with asyncio.timeout(30):
        await enough.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return heard


PROFILE = {
    "schema": 1,
    "profile": {
        "id": "peer",
        "driver": "modbus_map",
        "title": "the peer",
        "title_zh": "对端",
        "kind": "io",
        "sources": ["this test"],
        "reliability": "D",
        "tested": "simulator",
        "check_on_site": "Nothing.",
    },
    "block": [
        {"name": "values", "start": 10, "count": 6},
        {"name": "switches", "rank": "state", "table": "coil", "start": 0, "count": 3},
        {"name": "more", "table": "input", "start": 0, "count": 1},
        {"name": "none", "start": 500, "count": 1},
    ],
    "point": [
        {"name": "float", "at": 10, "type": "f32"},
        {"name": "total", "at": 12, "type": "u32"},
        {"name": "temperature", "at": 14, "type": "i16", "scale": 0.1},
        {"name": "mode", "at": 15, "type": "u16", "map": {2: "service"}, "other": "other"},
        {"name": "coil", "table": "coil", "at": 1},
        {"name": "input", "table": "input", "at": 0, "type": "u16"},
        {"name": "nothing", "at": 500, "type": "u16"},
    ],
    "state": [{"when": "mode == service", "is": "maintenance", "of": ["total"]}],
}


@pytest.mark.sockets
async def test_an_instrument_with_a_profile_reads_the_same_over_tcp() -> None:
    profile = Profile.model_validate(PROFILE)
    points = ("float", "total", "temperature", "coil", "input", "nothing")
    instance = Instance.model_validate(
        {"slave": 2, "channels": {name: name for name in points}, "set": {"framing": "tcp"}}
    )
    driver = build_profiled(profile, instance, "peer", 1, {})
    server = ModbusTcpServer(devices(), framer=FramerType.SOCKET, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    try:
        assert isinstance(server.transport, asyncio.Server)
        port = server.transport.sockets[0].getsockname()[1]
        heard = await polled_once(dial_tcp("127.0.0.1", port, 5.0), driver)
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]
    readings = {reading.channel: reading for reading in readings_in(heard)}
    values = {name: reading.value for name, reading in readings.items()}
    assert values == {name: VALUES[name] for name in points if name in VALUES} | {"nothing": None}
    assert readings["total"].states == State.MAINTENANCE
    assert readings["float"].states == State.OK


async def polled_once(dial: Dial, driver: Driver) -> tuple[Told, ...]:
    pipe = await dial()
    try:
        asked = Instrument("peer", driver, 1, 5.0, 0)
        return await Conversation(pipe, Line("line", dial, 0.01, 2.0), SystemClock()).poll(driver, asked)
    finally:
        await pipe.close()


async def told(dial: Dial, framing: str) -> list[Report | str]:
    """Tell an instrument everything that it can be told, while it is polled; returns the reports or refusals."""

    async def sink(instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        del instrument, readings, at_ms

    bus = Bus(Line("line", dial, 0.01, 2.0), [Instrument("i1", meter(1, framing), 1, 5.0, 0)], SystemClock(), sink)
    running = asyncio.create_task(bus.run(lambda: None))
    ends: list[Report | str] = []
    await asyncio.sleep(0)
    for errand in ERRANDS:
        try:
            async with asyncio.timeout(30):
                ends.append(await bus.perform("i1", errand))
        except Refused as error:
            ends.append(str(error))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return ends


AT_MS = 1_767_225_600_000
ERRANDS = [
    Errand(Task.ZERO, "coil"),
    Errand(Task.SPAN, "coil"),
    Errand(Task.WRITE_INFO, "coil", info="i13004", value="7"),
    Errand(Task.READ_INFO, "coil", info="i13004"),
    Errand(Task.SET_CLOCK, "coil", at_ms=AT_MS),
    Errand(Task.READ_CLOCK, "coil"),
    Errand(Task.CHECK, "coil"),
]


def all_done(ends: list[Report | str]) -> None:
    assert ends[:4] == [Report(), Report(), Report(), Report(value="7")]
    assert ends[4] == Report()
    clock = ends[5]
    assert isinstance(clock, Report)
    assert clock.at_ms is not None
    assert abs(clock.at_ms - AT_MS) <= 5000  # it stands still, and was set to the time at which the errand was begun
    assert ends[6] == "slave 1 refuses to write holding 500 to 500: exception 2 (illegal address)"


def all_right(heard: dict[str, list[Sequence[Told] | None]]) -> None:
    for polls in heard.values():
        for readings in polls:
            assert readings is not None
            assert {reading.channel: reading.value for reading in readings_in(readings)} == {**VALUES, "nothing": None}
            states = {reading.channel: reading.states for reading in readings_in(readings) if reading.states}
            assert states == {"nothing": State.FAULT, "total": State.MAINTENANCE}


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("framing", "framer"), [("tcp", FramerType.SOCKET), ("rtu", FramerType.RTU), ("ascii", FramerType.ASCII)]
)
async def test_over_tcp(framing: str, framer: FramerType) -> None:
    server = ModbusTcpServer(devices(), framer=framer, address=("127.0.0.1", 0))
    await server.serve_forever(background=True)
    try:
        transport = server.transport
        assert isinstance(transport, asyncio.Server)
        port = transport.sockets[0].getsockname()[1]
        all_right(await polled(dial_tcp("127.0.0.1", port, 5.0), framing))
        all_done(await told(dial_tcp("127.0.0.1", port, 5.0), framing))
    finally:
        await server.shutdown()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def joined(one: Terminal, other: Terminal) -> AsyncIterator[None]:
    """Join two terminals back to back: what is written into one port comes out of the other."""

    async def copy(source: Terminal, target: Terminal) -> None:
        while True:
            await target.write(await source.read())

    copying = [asyncio.create_task(copy(one, other)), asyncio.create_task(copy(other, one))]
    try:
        yield
    finally:
        for task in copying:
            task.cancel()
        await asyncio.gather(*copying, return_exceptions=True)


@pytest.mark.parametrize(("framing", "framer"), [("rtu", FramerType.RTU), ("ascii", FramerType.ASCII)])
async def test_over_a_pair_of_terminals(tmp_path: Path, framing: str, framer: FramerType) -> None:
    with terminal(tmp_path / "ttyMASTER") as ours, terminal(tmp_path / "ttySLAVE") as theirs:
        async with joined(ours, theirs):
            server = ModbusSerialServer(devices(), framer=framer, port=str(theirs.path), baudrate=9600)
            await server.serve_forever(background=True)
            try:
                dial = dial_serial(str(ours.path), 9600, 8, "N", 1)
                all_right(await polled(dial, framing))
                all_done(await told(dial, framing))
            finally:
                await server.shutdown()  # type: ignore[no-untyped-call]
                await asyncio.sleep(0.05)


class RealBus:
    """A bus in real time on a terminal; its slaves answer at the speed of 9600 baud."""

    def __init__(self, wire: Terminal, slaves: int, period_s: int = 1) -> None:
        self.wire = wire
        self.clock = SystemClock()
        self.slaves = Slaves(self.clock.monotonic_s, byte_s=10 / 9600)
        self.answers: dict[str, list[float]] = {}
        self.silences: dict[str, list[float]] = {}
        line = Line("line", dial_serial(str(wire.path), 9600, 8, "N", 1), 0.05, 2.0, 10 / 9600)
        instruments = [Instrument(f"i{slave}", registers(slave), period_s, 1.0, 1) for slave in range(1, slaves + 1)]
        self.bus = Bus(line, instruments, self.clock, self._take)
        self._serving: asyncio.Task[None] | None = None

    async def _take(self, instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        heard = self.silences if readings is None else self.answers
        heard.setdefault(instrument, []).append(self.clock.monotonic_s())

    def serve(self) -> None:
        """Put the slaves on the wire."""
        self._serving = asyncio.create_task(self.slaves.serve(self.wire))

    async def leave(self) -> None:
        """Take the slaves off the wire."""
        if self._serving is not None:
            self._serving.cancel()
            await asyncio.gather(self._serving, return_exceptions=True)


def registers(slave: int) -> Driver:
    point = {"channel": f"c{slave}", "address": 10, "type": "f32"}
    return build(Options.model_validate({"slave": slave, "point": [point]}), f"i{slave}")


async def test_in_real_time_a_dead_slave_does_not_starve_the_others(tmp_path: Path) -> None:
    with terminal(tmp_path / "ttyBUS") as wire:
        real = RealBus(wire, 8, period_s=2)
        real.slaves.dead = {4}
        real.serve()
        running = asyncio.create_task(real.bus.run(lambda: None))
        await asyncio.sleep(7)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await real.leave()
    live = {name: len(times) for name, times in real.answers.items()}
    assert live.keys() == {f"i{slave}" for slave in range(1, 9) if slave != 4}
    assert min(live.values()) >= 4  # at once, and then at three or four times of the timetable
    assert len(real.silences["i4"]) >= 3


async def test_in_real_time_unplugged_and_plugged_in_again(tmp_path: Path) -> None:
    with terminal(tmp_path / "ttyBUS") as wire:
        real = RealBus(wire, 2)
        real.serve()
        running = asyncio.create_task(real.bus.run(lambda: None))
        await asyncio.sleep(1.5)
        assert len(real.answers["i1"]) >= 2
        await real.leave()
        wire.unplug()
        unplugged_s = real.clock.monotonic_s()
        await asyncio.sleep(1.6)
        assert not real.bus.is_open
        wire.plug_in()
        plugged_s = real.clock.monotonic_s()
        real.serve()
        await asyncio.sleep(3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await real.leave()
    for name in ("i1", "i2"):
        assert any(unplugged_s < time_s < plugged_s for time_s in real.silences[name])
        assert any(plugged_s < time_s < plugged_s + 3 for time_s in real.answers[name])
