"""Instruments that speak by themselves, alone on a line and among others that are asked."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from dau.acquire import Bus, Instrument, InstrumentCounts, Line
from dau.acquire.conversation import Conversation
from dau.core.instrument import Listener, NoReply
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Told, readings_in
from dau.link import Dial, MemoryPipe, Pipe, PortMissing, dial_memory, dial_tcp, pipe_pair
from dau.link.serial import dial_serial
from dau.runtime.clock import LoopClock, SystemClock
from tests.acquire.pushers import LONGEST, LineListener
from tests.acquire.stand import START_MS, Stand, instrument, registers
from tests.link.terminal import terminal
from tests.virtual_time import run_virtual


def sender(period_s: int = 10, reply: bytes = b"") -> Instrument:
    return Instrument("meter", LineListener("meter", "ph", reply), period_s, 1.0, 0)


def driver_of(stand: Stand) -> LineListener:
    driver = next(each.driver for each in stand.instruments if each.name == "meter")
    assert isinstance(driver, LineListener)
    return driver


def say(stand: Stand, text: bytes) -> Coroutine[Any, Any, None]:
    assert stand.far is not None
    return stand.far.write(text)


def test_a_driver_is_a_listener_or_is_asked() -> None:
    assert isinstance(LineListener("meter", "ph"), Listener)
    assert not isinstance(registers(1), Listener)


class TestAlone:
    def test_each_message_is_an_answer_when_it_is_complete(self) -> None:
        stand = Stand([sender()])
        run_virtual(stand.run(31, (4, lambda: say(stand, b"ph=7.")), (4.5, lambda: say(stand, b"25\nph=7.5\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.25}, {"ph": 7.5}]
        assert [answer.at_ms - START_MS for answer in stand.answers("meter")] == [4500, 4500]
        assert not stand.slaves.asked

    def test_it_is_answered_at_once(self) -> None:
        stand = Stand([sender(reply=b"ok\n")])
        sent = 0.0

        async def exchange() -> None:
            nonlocal sent
            assert stand.far is not None
            await stand.far.write(b"ph=7.25\n")
            assert await stand.far.read() == b"ok\n"
            sent = stand.clock.monotonic_s()

        stand.is_deaf = True
        run_virtual(stand.run(9, (4, exchange)))
        assert sent == 4.0
        assert len(stand.answers("meter")) == 1

    def test_after_two_periods_its_due_times_pass_as_silence(self) -> None:
        stand = Stand([sender(period_s=10)])
        with capture_logs() as logs:
            run_virtual(stand.run(61, (14, lambda: say(stand, b"ph=7\n")), (55, lambda: say(stand, b"ph=8\n"))))
        assert [silence.at_ms - START_MS for silence in stand.silences("meter")] == [40_250, 50_250]
        assert [round(silence.when_s, 2) for silence in stand.silences("meter")] == [40.25, 50.25]
        assert stand.bus.instrument_counts()["meter"] == InstrumentCounts(answered=2, silent=2)
        told = [entry["event"] for entry in logs]
        assert told == ["bus_open", "instrument_speaks", "instrument_silent", "instrument_speaks"]

    def test_one_that_never_speaks(self) -> None:
        stand = Stand([sender(period_s=10)])
        run_virtual(stand.run(41))
        assert [silence.at_ms - START_MS for silence in stand.silences("meter")] == [20_250, 30_250, 40_250]

    def test_while_the_line_is_closed_every_due_time_is_silence(self) -> None:
        stand = Stand([sender(period_s=10)])

        def unplug() -> None:
            stand.closed = PortMissing("gone")
            assert stand.far is not None
            stand.far.cut()

        def plug_in() -> None:
            stand.closed = None

        plot = ((5, lambda: say(stand, b"ph=7\n")), (8, unplug), (25, plug_in), (28, lambda: say(stand, b"ph=8\n")))
        run_virtual(stand.run(41, *plot))
        assert [silence.at_ms - START_MS for silence in stand.silences("meter")] == [10_250, 20_250]
        assert len(stand.answers("meter")) == 2

    def test_endless_noise_is_bounded_and_no_message(self) -> None:
        stand = Stand([sender(period_s=10)])
        run_virtual(stand.run(30, *((float(at), lambda: say(stand, b"\xff" * 5000)) for at in range(1, 20))))
        assert not stand.answers("meter")
        assert len(driver_of(stand).heard) == 19 * 5000
        assert len(driver_of(stand)._part) <= LONGEST
        assert len(stand.dials) == 1

    def test_two_senders_on_one_line_hear_their_own(self) -> None:
        other = Instrument("other", LineListener("other", "cod"), 10, 1.0, 0)
        stand = Stand([sender(), other])
        run_virtual(stand.run(9, (4, lambda: say(stand, b"ph=7\ncod=33\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.0}]
        assert [answer.values() for answer in stand.answers("other")] == [{"cod": 33.0}]


class TestConversation:
    def test_listening_to_one_until_it_has_said_something(self) -> None:
        async def listening() -> None:
            near, far = pipe_pair("wire")
            clock, listener = LoopClock(0), LineListener("meter", "ph", b"ok")
            conversation = Conversation(near, Line("line", dial_memory(id), 0.05, 2.0), clock)
            await far.write(b"ph=7.2")
            saying = asyncio.create_task(later(far, b"5\nph=8\n"))
            assert await conversation.hear(listener, 20.0) == (Reading("ph", 7.25),)
            assert (clock.monotonic_s(), await far.read()) == (1.5, b"okok")
            await saying
            await far.write(b"nothing of ours\n")
            with pytest.raises(NoReply, match="listened to sender of ph: 16 bytes came that are no message"):
                await conversation.hear(listener, 20.0)
            assert clock.monotonic_s() == 21.5

        async def later(far: MemoryPipe, text: bytes) -> None:
            await asyncio.sleep(1.5)
            await far.write(text)

        run_virtual(listening())


async def heard_over(dial: Dial, speak: Callable[[], Awaitable[None]]) -> list[Reading]:
    """Run a bus with one listener; returns the readings of the first message that came after ``speak``."""
    messages: asyncio.Queue[Sequence[Told]] = asyncio.Queue()
    opened = asyncio.Event()

    async def opening() -> Pipe:
        pipe = await dial()
        opened.set()
        return pipe

    async def sink(instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        del instrument, at_ms
        if readings is not None:
            messages.put_nowait(readings)

    bus = Bus(Line("line", opening, 0.05, 2.0), [sender(reply=b"ok\n")], SystemClock(), sink)
    running = asyncio.create_task(bus.run(lambda: None))
    async with asyncio.timeout(30):
        await opened.wait()
        await speak()
        first = await messages.get()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return list(readings_in(first))


class TestRealLines:
    async def test_over_a_terminal(self, tmp_path: Path) -> None:
        with terminal(tmp_path / "ttyPUSH") as wire:

            async def speak() -> None:
                await wire.write(b"ph=7.25\n")
                assert await wire.read() == b"ok\n"

            assert await heard_over(dial_serial(str(wire.path), 9600, 8, "N", 1), speak) == [Reading("ph", 7.25)]

    @pytest.mark.sockets
    async def test_over_tcp(self) -> None:
        async def push(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"ph=7.25\n")
            assert await reader.readline() == b"ok\n"
            await reader.read()
            writer.close()

        async def speak() -> None:
            pass

        server = await asyncio.start_server(push, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        assert await heard_over(dial_tcp("127.0.0.1", port, 5.0), speak) == [Reading("ph", 7.25)]
        server.close()
        await server.wait_closed()


class TestAmongOthers:
    def test_it_is_heard_while_the_bus_rests_and_polls_go_on(self) -> None:
        stand = Stand([instrument(1), sender(period_s=10)])
        run_virtual(stand.run(20.2, *((at + 0.6, lambda: say(stand, b"ph=7\n")) for at in range(0, 20, 5))))
        assert len(stand.answers("meter")) == 4
        assert len(stand.answers("i1")) == 21
        assert not stand.silences("i1")

    @pytest.mark.parametrize("lag_s", [0.0, 0.03, 0.055, 0.065])
    def test_around_an_answer_of_another_it_is_heard_and_the_answer_too(self, lag_s: float) -> None:
        """The message begins in the gap before the question, with it, or right before the answer."""
        stand = Stand([instrument(1, period_s=10), sender(period_s=10)])
        run_virtual(stand.run(15, (10.25 + lag_s, lambda: say(stand, b"ph=7\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.0}]
        assert [answer.values() for answer in stand.answers("i1")] == [{"s1r0": 10.0, "s1r1": 11.0}] * 3
        assert b"\x01\x03" not in driver_of(stand).heard

    def test_instead_of_an_answer_it_is_heard(self) -> None:
        stand = Stand([instrument(1, period_s=10, retries=0), sender(period_s=10)])
        stand.slaves.dead = {1}
        run_virtual(stand.run(5, (0.2, lambda: say(stand, b"ph=7\n"))))
        assert [answer.values() for answer in stand.answers("meter")] == [{"ph": 7.0}]
        assert stand.silences("i1")
        assert not stand.answers("i1")

    def test_an_answer_is_no_message_of_a_listener(self) -> None:
        stand = Stand([instrument(1), sender(period_s=10)])
        run_virtual(stand.run(10))
        assert driver_of(stand).heard == b""
        assert all(answer.states()["s1r0"] is State.OK for answer in stand.answers("i1"))
