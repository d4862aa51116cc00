"""Questions and answers over an open pipe in virtual time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from dau.acquire.conversation import BABBLE_BYTES, Conversation
from dau.acquire.wiring import Instrument, Line
from dau.core.instrument import Driver, NoReply, Poll, Refused
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Told
from dau.link import LinkLost, MemoryPipe, Pipe, dial_memory, pipe_pair
from dau.link.record import Piece, ReplayedPipe, parse_piece
from dau.runtime.clock import LoopClock
from drivers.modbus_map import Options, build
from drivers.modbus_map.frames import with_crc
from tests.virtual_time import run_virtual

REQUEST = with_crc(bytes.fromhex("01 03 00 00 00 02"))
ANSWER = with_crc(bytes.fromhex("01 03 04 41 48 00 00"))
STALE = with_crc(bytes.fromhex("01 03 04 42 c8 00 00"))
POINT = {"channel": "cod", "address": 0, "type": "f32"}
Play = Callable[[MemoryPipe], Awaitable[None]]


def meter(**keys: object) -> Driver:
    return build(Options.model_validate({"slave": 1, "point": [POINT], **keys}), "meter")


async def poll(conversation: Conversation, driver: Driver) -> tuple[Told, ...]:
    return await conversation.poll(driver, Instrument("meter", driver, 1, 1.0, 0))


def converse(
    play: Play, driver: Driver | None = None, *, gap_s: float = 0.05, quiet_s: float = 2.0, byte_s: float = 0.0
) -> tuple[tuple[Told, ...] | Exception, Conversation, float]:
    """Poll once while ``play`` is the other end; returns what came out, the conversation, and how long it took."""

    async def both() -> tuple[tuple[Told, ...] | Exception, Conversation, float]:
        near, far = pipe_pair("wire")
        clock = LoopClock(0)
        conversation = Conversation(near, Line("line", dial_memory(id), gap_s, quiet_s, byte_s), clock)
        other = asyncio.ensure_future(play(far))
        outcome: tuple[Told, ...] | Exception
        try:
            outcome = await poll(conversation, driver or meter())
        except (NoReply, Refused, LinkLost) as error:
            outcome = error
        took_s = clock.monotonic_s()
        other.cancel()
        await asyncio.gather(other, return_exceptions=True)
        return outcome, conversation, took_s

    return run_virtual(both())


async def request(far: MemoryPipe) -> bytes:
    received = b""
    while len(received) < 8:
        received += await far.read()
    return received


def answering(*pieces: bytes | float) -> Play:
    """Answer one request with these pieces; a number is a pause."""

    async def play(far: MemoryPipe) -> None:
        await request(far)
        for piece in pieces:
            if isinstance(piece, bytes):
                await far.write(piece)
            else:
                await asyncio.sleep(piece)

    return play


GOOD = (Reading("cod", 12.5),)


def test_an_answer() -> None:
    outcome, conversation, took_s = converse(answering(0.3, ANSWER))
    assert outcome == GOOD
    assert took_s == pytest.approx(0.35)
    assert (conversation.noise_bytes, conversation.misses, conversation.is_answer_due) == (0, 0, False)


def test_an_answer_in_single_bytes() -> None:
    pieces = [piece for byte in ANSWER for piece in (bytes([byte]), 0.01)]
    assert converse(answering(*pieces))[0] == GOOD


def test_noise_around_the_answer_is_counted() -> None:
    outcome, conversation, _ = converse(answering(b"\x00\xff", ANSWER + b"\x00"))
    assert outcome == GOOD
    assert conversation.noise_bytes == 3


def test_an_echo_is_no_noise() -> None:
    outcome, conversation, _ = converse(answering(REQUEST[:3], 0.001, REQUEST[3:], 0.1, ANSWER))
    assert outcome == GOOD
    assert conversation.noise_bytes == 0


def test_silence() -> None:
    outcome, conversation, took_s = converse(answering())
    assert str(outcome) == "asked 01 03 00 00 00 02 c4 0b: came nothing within 1.00 s"
    assert isinstance(outcome, NoReply)
    assert took_s == pytest.approx(1.05)
    assert (conversation.misses, conversation.is_answer_due) == (1, True)


def test_what_came_instead_of_an_answer_is_told() -> None:
    outcome, conversation, _ = converse(answering(ANSWER[:-1] + b"\x00"))
    assert str(outcome) == (
        "asked 01 03 00 00 00 02 c4 0b: came 9 bytes that are no answer: 01 03 04 41 48 00 00 6e 00 within 1.00 s"
    )
    assert conversation.noise_bytes == 9


def test_a_long_answer_on_a_slow_line_has_the_time_it_needs() -> None:
    outcome, _, took_s = converse(answering(1.4, ANSWER), byte_s=0.03)
    assert outcome == GOOD
    assert took_s == pytest.approx(1.4 + 3.5 * 0.03)  # the line is silent for 3.5 bytes before the request


def test_what_was_on_the_line_before_is_thrown_away() -> None:
    async def play(far: MemoryPipe) -> None:
        await far.write(STALE)
        await asyncio.sleep(0.04)
        await far.write(STALE)
        await answering(0.1, ANSWER)(far)

    outcome, conversation, took_s = converse(play)
    assert outcome == GOOD
    assert conversation.noise_bytes == 2 * len(STALE)
    assert took_s == pytest.approx(0.04 + 0.05 + 0.1)


def test_a_line_that_never_rests_is_used_anyway() -> None:
    async def play(far: MemoryPipe) -> None:
        while True:
            await far.write(b"\x55")
            await asyncio.sleep(0.02)

    outcome, conversation, took_s = converse(play)
    assert isinstance(outcome, NoReply)
    assert took_s < 2.2
    assert conversation.noise_bytes > 90


def test_nobody_listens_to_a_babbler_for_long() -> None:
    async def play(far: MemoryPipe) -> None:
        await request(far)
        while True:
            await far.write(b"\x01\x03\x04" * 50)
            await asyncio.sleep(0.001)

    outcome, _, took_s = converse(play)
    assert isinstance(outcome, NoReply)
    assert took_s < 0.05 + 0.002 * BABBLE_BYTES / 150


def test_a_refusal_reaches_the_driver() -> None:
    outcome, conversation, _ = converse(answering(with_crc(b"\x01\x83\x02")))
    assert outcome == (Reading("cod", None, State.FAULT),)
    assert conversation.refusals == ["slave 1 refuses to read holding 0 to 1: exception 2 (illegal address)"]


class Stubborn:
    """A driver that can do without nothing."""

    channels = ("cod",)
    device = "slave 1"

    def queries(self) -> list[Any]:
        return list(meter().queries())

    def poll(self) -> Poll:
        yield from self.queries()
        return ()


def test_a_refusal_that_the_driver_lets_pass() -> None:
    outcome, _, _ = converse(answering(with_crc(b"\x01\x83\x02")), Stubborn())
    assert isinstance(outcome, Refused)
    assert str(outcome) == "slave 1 refuses to read holding 0 to 1: exception 2 (illegal address)"


class Persistent(Stubborn):
    """A driver that asks again after a missed answer."""

    def poll(self) -> Poll:
        (query,) = meter().queries()
        try:
            yield query
        except NoReply:
            frame = yield query
            return (Reading("cod", float(frame[3])),)
        return ()


def test_a_late_answer_never_answers_the_next_question() -> None:
    async def play(far: MemoryPipe) -> None:
        await request(far)
        await asyncio.sleep(1.5)
        await far.write(STALE)
        await request(far)
        await far.write(ANSWER)

    outcome, conversation, took_s = converse(play, Persistent())
    assert outcome == (Reading("cod", 0x41),)
    assert conversation.noise_bytes == len(STALE)
    assert took_s == pytest.approx(0.05 + 1.0 + 2.0 + 0.05, abs=0.01)


def test_with_numbered_answers_nobody_waits() -> None:
    points = [POINT, {"channel": "ph", "address": 10, "type": "u16"}]

    async def play(far: MemoryPipe) -> None:
        late = (await far.read())[:2]
        await asyncio.sleep(0.2)
        await far.write(late + bytes.fromhex("0000 0007 01 03 04 41480000"))
        second = (await far.read())[:2]
        await far.write(late + bytes.fromhex("0000 0005 01 03 02 ffff"))
        await far.write(second + bytes.fromhex("0000 0005 01 03 02 0007"))

    outcome, conversation, took_s = converse(play, meter(framing="tcp", point=points), gap_s=0.0)
    assert outcome == (Reading("cod", 12.5), Reading("ph", 7.0))
    assert took_s == pytest.approx(0.2)
    assert conversation.noise_bytes == 11
    assert not conversation.is_answer_due


def test_the_other_end_closes() -> None:
    async def play(far: MemoryPipe) -> None:
        await request(far)
        await far.close()

    outcome, _, took_s = converse(play)
    assert str(outcome) == "reading from wire: the other end closed"
    assert took_s == pytest.approx(0.05)


def test_a_cut_pipe() -> None:
    async def play(far: MemoryPipe) -> None:
        await request(far)
        far.cut()

    outcome, _, _ = converse(play)
    assert str(outcome) == "reading from wire: the pipe is cut"


def run(work: Coroutine[Any, Any, None]) -> None:
    run_virtual(work)


def test_cancelled_in_the_middle_the_link_is_closed() -> None:
    async def cancelled() -> None:
        near, far = pipe_pair("wire")
        conversation = Conversation(near, Line("line", dial_memory(id), 0.05, 2.0), LoopClock(0))
        polling = asyncio.create_task(poll(conversation, meter()))
        await request(far)
        polling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await polling
        assert await far.read() == b""
        with pytest.raises(LinkLost):
            await near.write(b"x")

    run(cancelled())


def test_listening_notices_a_lost_link() -> None:
    async def listening() -> None:
        near, far = pipe_pair("wire")
        conversation = Conversation(near, Line("line", dial_memory(id), 0.05, 2.0), LoopClock(0))
        await far.write(b"noise")
        assert await conversation.listen(1.0) == 5
        await far.close()
        with pytest.raises(LinkLost, match="the other end closed"):
            await conversation.listen(1.0)

    run(listening())


RECORDED = """
1767225600250 > 01 03 00 00 00 02 c4 0b
1767225600290 < 00 01 03 04
1767225600291 < 41 48 00 00 6e 19
"""


def test_a_recorded_conversation_is_a_test_case() -> None:
    async def replayed() -> tuple[Told, ...]:
        pieces: list[Piece] = [parse_piece(line) for line in RECORDED.strip().splitlines()]
        pipe: Pipe = ReplayedPipe(pieces)
        line = Line("line", dial_memory(id), 0.0, 2.0)
        return await poll(Conversation(pipe, line, LoopClock(0)), meter())

    assert run_virtual(replayed()) == GOOD
