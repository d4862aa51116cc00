"""Several RTU units behind one serial server: one bus, one connection, a dead one among them."""

import asyncio
from collections.abc import Sequence

import pytest

from dau.acquire import Bus, Instrument, Line
from dau.core.told import Told, readings_in
from dau.link import Pipe, dial_tcp
from dau.link.tcp import TcpPipe
from dau.runtime.clock import SystemClock
from tests.acquire.slaves import Slaves
from tests.acquire.stand import registers


@pytest.mark.sockets
async def test_one_connection_for_all_of_them() -> None:
    clock, connections = SystemClock(), 0
    slaves = Slaves(clock.monotonic_s, dead={2})
    values: dict[str, dict[str, float | None]] = {}
    silent, enough = set[str](), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal connections
        connections += 1
        pipe: Pipe = TcpPipe("server", reader, writer)
        await slaves.serve(pipe)
        await pipe.close()

    async def sink(instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        del at_ms
        if readings is None:
            silent.add(instrument)
        else:
            values[instrument] = {each.channel: each.value for each in readings_in(readings)}
        if silent and len(values) == 2 and slaves.asked[-1][1] == 3:
            enough.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    instruments = [Instrument(f"i{slave}", registers(slave), 1, 0.3, 0) for slave in (1, 2, 3)]
    line = Line("server", dial_tcp("127.0.0.1", port, 5.0), 0.01, 2.0, change_gap_s=0.01)
    running = asyncio.create_task(Bus(line, instruments, clock, sink).run(lambda: None))
    async with asyncio.timeout(30):
        await enough.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    server.close()
    await server.wait_closed()
    assert connections == 1
    assert values == {"i1": {"s1r0": 10, "s1r1": 11}, "i3": {"s3r0": 30, "s3r1": 31}}
    assert silent == {"i2"}
