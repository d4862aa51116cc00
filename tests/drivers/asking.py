"""Polls a driver in front of a peer that is a function of the request, and over a real pseudo terminal."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from dau.acquire import Instrument, Line
from dau.acquire.conversation import Conversation
from dau.core.errands import Errand, Pause, Report
from dau.core.instrument import Driver, Listener, NoReply, Query, Refused
from dau.core.told import Told
from dau.link import Dial, dial_tcp
from dau.link.serial import dial_serial
from dau.runtime.clock import SystemClock
from drivers.profile.instrument import Profiled
from simulator.instruments.multidrop import Answering
from simulator.instruments.serial_port import SerialPort
from simulator.instruments.slave import Spoken
from simulator.instruments.tcp_port import TcpPort

Peer = Callable[[bytes], bytes]
"""Answers a request; empty: silence."""


def of_simulator(answering: Answering, at_ms: int = 0) -> Peer:
    """Return a peer out of an instrument of the simulator."""
    return lambda request: b"".join(sending.data for sending in answering.answer(request, at_ms))


def converse(steps: Any, peer: Peer) -> Any:
    """Run a poll or the work of an errand to its end and return what came of it."""
    try:
        step = next(steps)
        while True:
            step = steps.send(b"") if isinstance(step, Pause) else _asked(step, steps, peer)
    except StopIteration as end:
        return end.value


def _asked(query: Query, steps: Any, peer: Peer) -> Any:
    found = query.find(peer(query.request))
    if found is None:
        return steps.throw(NoReply("nothing came"))
    return steps.throw(Refused(found.refusal, found.code)) if found.refusal else steps.send(found.frame)


def polled(driver: Driver | Listener, peer: Peer) -> list[Told]:
    """Return what one poll tells."""
    assert isinstance(driver, Profiled)
    return list(converse(driver.poll(), peer))


def done(driver: Any, errand: Errand, peer: Peer) -> Report:
    """Return the report of an errand."""
    report = converse(driver.perform(errand), peer)
    assert isinstance(report, Report)
    return report


def polled_over_a_terminal(driver: Driver | Listener, answering: Answering, folder: Path) -> Sequence[Told]:
    """Poll once through the bus of the station, with the instrument behind a pseudo terminal."""

    async def run() -> Sequence[Told]:
        port = SerialPort(folder / "port", answering, _note)
        await port.plug()
        try:
            return await _polled(driver, dial_serial(str(folder / "port"), 9600, 8, "N", 1))
        finally:
            await port.unplug()

    return asyncio.run(run())


def polled_over_tcp(driver: Driver | Listener, answering: Answering) -> Sequence[Told]:
    """The same behind a serial server."""

    async def run() -> Sequence[Told]:
        port = TcpPort("127.0.0.1:0", lambda: answering, _note)
        await port.plug()
        try:
            return await _polled(driver, dial_tcp("127.0.0.1", int(port.address.rpartition(":")[2]), 5.0))
        finally:
            await port.unplug()

    return asyncio.run(run())


async def _polled(driver: Driver | Listener, dial: Dial) -> Sequence[Told]:
    assert isinstance(driver, Profiled)
    pipe = await dial()
    try:
        conversation = Conversation(pipe, Line("line", dial, 0.01, 0.1), SystemClock())
        return await conversation.poll(driver, Instrument("any", driver, 1, 2.0, 0))
    finally:
        await pipe.close()


def _note(_: int, __: Spoken) -> None:
    return None
