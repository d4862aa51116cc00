"""What lines really do, played against a whole bus: whatever comes, a value is the right one or there is none.

Each register tells the second in which it was asked for, so that an answer to an earlier question shows.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from dau.link import LinkError, MemoryPipe
from drivers.modbus_map.ascii_frames import as_text, with_lrc
from drivers.modbus_map.frames import with_crc
from tests.acquire.stand import Stand, instrument, registers
from tests.virtual_time import run_virtual

PERIOD_S = 5
SECONDS = 600


def rtu(message: bytes) -> bytes:
    return with_crc(message)


def ascii_(message: bytes) -> bytes:
    return as_text(with_lrc(message))


Wrap = Callable[[bytes], bytes]
WRAPS: dict[str, Wrap] = {"rtu": rtu, "ascii": ascii_}


@dataclass
class Line:
    """The far end of a bus: one slave 1 with two registers from 10 on, and what goes wrong with its answers.

    ``happens`` to ``share`` of the answers; it is given the line, the request and the good answer.
    """

    stand: Stand
    wrap: Wrap
    happens: Callable[["Line", bytes, bytes], Awaitable[None]]
    chance: random.Random
    share: float = 1.0
    far: MemoryPipe | None = None
    later: list["asyncio.Task[None]"] = field(default_factory=list)

    def answer(self, slave: int = 1, function: int = 3, count: int = 2) -> bytes:
        """Return an answer that tells the present second in every register."""
        now = round(self.stand.clock.monotonic_s()) & 0xFFFF
        return self.wrap(bytes([slave, function, 2 * count]) + now.to_bytes(2, "big") * count)

    async def write(self, data: bytes) -> None:
        assert self.far is not None
        await self.far.write(data)

    async def serve(self) -> None:
        """Answer until the line is closed."""
        assert self.far is not None
        try:
            while received := await self.far.read():
                await asyncio.sleep(0.02)
                happens = self.happens if self.chance.random() < self.share else answered
                await happens(self, received, self.answer())
        except LinkError:
            pass


async def answered(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(answer)


async def late(line: Line, _: bytes, answer: bytes) -> None:
    await asyncio.sleep(line.chance.choice((0.0, 0.4, 0.6, 1.0, 2.2)))
    await line.write(answer)


async def echoed(line: Line, request: bytes, answer: bytes) -> None:
    await line.write(request)
    await asyncio.sleep(0.01)
    await line.write(answer)


async def foreign(line: Line, _: bytes, answer: bytes) -> None:
    other = line.chance.choice((line.answer(slave=2), line.answer(slave=200), b""))
    await line.write(other + answer)


async def wrong_function(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(line.chance.choice((line.answer(function=4), line.answer(function=1), answer)))


async def wrong_count(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(line.chance.choice((line.answer(count=1), line.answer(count=3), answer)))


async def truncated(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(answer[: line.chance.randint(0, len(answer))])


async def doubled(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(answer * line.chance.randint(1, 3))


async def damaged(line: Line, _: bytes, answer: bytes) -> None:
    sent = bytearray(answer)
    if line.chance.random() < 0.5:
        sent[line.chance.randrange(len(sent))] ^= 1 << line.chance.randrange(8)
    await line.write(bytes(sent))


async def noisy(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(line.chance.randbytes(line.chance.randint(0, 3)))
    for byte in answer:
        await line.write(bytes([byte]))
        await asyncio.sleep(0.002)
    await line.write(line.chance.randbytes(line.chance.randint(0, 3)))


async def led_in(line: Line, _: bytes, answer: bytes) -> None:
    await line.write(b"\xfe" * line.chance.randint(1, 4) + answer)


HAPPENINGS = (
    late,
    echoed,
    foreign,
    wrong_function,
    wrong_count,
    truncated,
    doubled,
    damaged,
    noisy,
    led_in,
)


def play(stand: Stand, line: Line, *beside: Callable[[], Awaitable[None]]) -> None:
    """Run the bus for `SECONDS` against the line."""
    stand.is_deaf = True

    async def both() -> None:
        async def begin() -> None:
            line.far = stand.far
            tasks = [asyncio.create_task(line.serve())]
            tasks += [asyncio.ensure_future(each()) for each in beside]
            line.later += tasks

        await stand.run(SECONDS, (0.0, begin))
        for task in line.later:
            task.cancel()
        await asyncio.gather(*line.later, return_exceptions=True)

    run_virtual(both())


def told_right(stand: Stand) -> int:
    """Assert that each value is of the second in which it was asked for; returns how many there were."""
    answers = stand.answers("i1")
    for answer in answers:
        values = answer.values()
        for value in values.values():
            assert value is not None
            assert abs(value - answer.when_s) <= 1.0, (answer.when_s, values)
    return len(answers)


@pytest.mark.parametrize("framing", WRAPS)
@pytest.mark.parametrize("happens", HAPPENINGS)
def test_a_value_is_the_right_one_or_there_is_none(
    happens: Callable[[Line, bytes, bytes], Awaitable[None]], framing: str
) -> None:
    driver = registers(1, framing=framing)
    stand = Stand([instrument(1, period_s=PERIOD_S, driver=driver)])
    line = Line(stand, WRAPS[framing], happens, random.Random(f"{happens.__name__} {framing}"), share=0.4)
    play(stand, line)
    assert told_right(stand) >= SECONDS / PERIOD_S / 3
    assert len(stand.of("i1")) >= SECONDS / PERIOD_S - 1
    assert len(stand.dials) == 1


@pytest.mark.parametrize("framing", WRAPS)
@pytest.mark.parametrize("thinking_s", [0.01, 0.2, 0.4])
@pytest.mark.parametrize("seed", range(3))
def test_a_second_master_on_the_line(framing: str, thinking_s: float, seed: int) -> None:
    """It asks the same slave, the same function and count, elsewhere: its answers hold 9999 and are not believed."""
    wrap, chance = WRAPS[framing], random.Random(seed)
    stand = Stand([instrument(1, period_s=1, driver=registers(1, framing=framing))])
    line = Line(stand, wrap, answered, chance)

    async def second_master() -> None:
        while True:
            await asyncio.sleep(chance.uniform(0.1, 3.0))
            await line.write(wrap(bytes.fromhex("01 03 01 00 00 02")))
            await asyncio.sleep(chance.uniform(0.5, 1.0) * thinking_s)
            await line.write(wrap(bytes.fromhex("01 03 04 27 0f 27 0f")))

    play(stand, line, second_master)
    assert told_right(stand) >= SECONDS / 2


def test_a_poll_that_is_cancelled_leaves_nothing_behind() -> None:
    """A gateway that hangs up in the middle of an exchange: the late answer comes on the next connection or never."""
    stand = Stand([instrument(1, period_s=PERIOD_S), instrument(2, period_s=PERIOD_S)])
    stand.slaves.value_of = lambda _: round(stand.clock.monotonic_s())
    stand.slaves.late_s = {1: 0.3}
    cuts = [PERIOD_S * number + 0.25 + 0.04 * number for number in range(1, 20, 2)]

    def cut() -> None:
        assert stand.far is not None
        stand.far.cut()

    run_virtual(stand.run(120, *((at_s, cut) for at_s in cuts)))
    assert told_right(stand) >= 20
    assert len(stand.dials) == len(cuts) + 1


def test_what_waits_in_a_port_that_is_opened_again_answers_nothing() -> None:
    stand = Stand([instrument(1, period_s=PERIOD_S)], gap_s=0.0)
    stand.slaves.value_of = lambda _: round(stand.clock.monotonic_s())
    stale = rtu(bytes.fromhex("01 03 04 27 0f 27 0f"))
    stand.greeting = stale * 3

    def cut() -> None:
        assert stand.far is not None
        stand.far.cut()

    run_virtual(stand.run(60, *((at_s, cut) for at_s in (9.0, 20.5, 31.0))))
    assert told_right(stand) == 13
