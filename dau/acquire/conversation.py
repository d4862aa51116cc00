"""Questions and answers over an open pipe: runs the generator of a driver, and listens while nobody is asked."""

import asyncio
from contextlib import suppress
from typing import Final

from dau.acquire.wiring import Instrument, Line
from dau.core.errands import Pause, Report, Work
from dau.core.instrument import Driver, Found, InstrumentError, Listener, NoReply, Query, Refused
from dau.core.told import Told
from dau.link import LinkLost, Pipe
from dau.runtime.clock import Clock

BABBLE_BYTES: Final = 4096
"""Whoever sends this much without the answer being in it is not answering: nobody listens any longer."""

GAP_LIMIT_S: Final = 1.0
"""How long a line that is never silent may hold back a request."""

UNASKED_BYTES: Final = 65536
"""How much of what nobody asked for is kept until somebody takes it; older bytes give way."""

HEARD_BYTES: Final = 1024
"""How much of it is looked at for questions of a second master: two of the longest exchanges."""


class Conversation:
    """The one user of an open pipe.

    After each poll and each part of an errand its attributes tell what happened in it: ``refusals``, in words;
    ``noise_bytes``, bytes on the line that were no answer; ``misses``, questions without an answer; ``is_answer_due``,
    true if one of those answers has no number and may still come.

    What came in unasked is kept for the listeners of the line until it is taken: all bytes between the questions, and
    those beside the answers.
    """

    def __init__(self, pipe: Pipe, line: Line, clock: Clock) -> None:
        self._pipe = pipe
        self._line = line
        self._clock = clock
        self._unasked = bytearray()
        self._asked_last = ""
        self._heard = bytearray()  # since the last exchange
        self._heard_s = 0.0
        self._forget()

    def _forget(self) -> None:
        self.refusals: list[str] = []
        self.noise_bytes = 0
        self.misses = 0
        self.is_answer_due = False

    def take_unasked(self) -> bytes:
        """Return what came in unasked since it was taken last."""
        taken = bytes(self._unasked)
        self._unasked.clear()
        return taken

    async def send(self, reply: bytes) -> None:
        """Send what an instrument that speaks by itself waits for.

        Raises:
            LinkLost: the pipe broke.
        """
        await self._pipe.write(reply)

    async def poll(self, driver: Driver, instrument: Instrument) -> tuple[Told, ...]:
        """Poll an instrument once through its driver and return its readings.

        Raises:
            NoReply: nothing believable came in time, and the driver cannot do without.
            Refused: the instrument refused, and the driver cannot do without.
            LinkLost: the pipe broke. It is closed, as it is when the poll is cancelled.
        """
        self._forget()
        steps = driver.poll()
        try:
            query = next(steps)
            while True:
                answer = await self._answer(query, instrument)
                query = steps.throw(answer) if isinstance(answer, InstrumentError) else steps.send(answer)
        except StopIteration as end:
            readings: tuple[Told, ...] = end.value
            return readings

    async def carry_on(self, work: Work, instrument: Instrument) -> Report | Pause:
        """Begin or resume an errand; returns its report, or the pause it makes now.

        Raises:
            InstrumentError: the errand failed, for any reason that the driver tells.
            LinkLost: as in `poll`.
        """
        self._forget()
        try:
            step = next(work)
            while not isinstance(step, Pause):
                answer = await self._answer(step, instrument)
                step = work.throw(answer) if isinstance(answer, InstrumentError) else work.send(answer)
        except StopIteration as end:
            report: Report = end.value
            return report
        return step

    async def _answer(self, query: Query, instrument: Instrument) -> bytes | NoReply | Refused:
        """Return the answer, or what its driver is told instead of one."""
        try:
            found = await self._ask(query, instrument)
        except NoReply as missed:
            return missed
        except (asyncio.CancelledError, LinkLost):
            await self._pipe.close()
            raise
        return Refused(found.refusal, found.code) if found.refusal else found.frame

    async def _ask(self, query: Query, instrument: Instrument) -> Found:
        if self.is_answer_due and not query.numbered:
            self.noise_bytes += await self.listen(self._line.retake_s(instrument))
        is_change = self._asked_last not in {"", instrument.driver.device} and not query.numbered
        await self._wait_for_silence(self._line.silence_s(instrument, is_change=is_change))
        await self._let_others_be_answered(query, instrument.timeout_s)
        self._heard.clear()
        self._asked_last = instrument.driver.device
        await self._pipe.write(query.request)
        patience_s = instrument.timeout_s + self._line.byte_s * (len(query.request) + query.reply_bytes)
        received = bytearray()
        found = await self._receive(query, patience_s, received)
        self._keep(_beside(found, bytes(received)))
        if found is None:
            self.noise_bytes += len(received)
            self.misses += 1
            self.is_answer_due = not query.numbered
            raise NoReply(_what_came(query, bytes(received), patience_s))
        self.noise_bytes += found.noise
        if found.refusal:
            self.refusals.append(found.refusal)
        return found

    async def _receive(self, query: Query, patience_s: float, received: bytearray) -> Found | None:
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while len(received) < BABBLE_BYTES:
                    received += await self._read()
                    if found := query.find(bytes(received)):
                        return found
        return None

    async def _wait_for_silence(self, gap_s: float) -> None:
        """Wait until nothing was heard for the gap; a line that never rests is used anyway. What came is no answer."""
        end_s = self._clock.monotonic_s() + GAP_LIMIT_S + gap_s
        while self._clock.monotonic_s() < end_s:
            heard = await self.listen(gap_s, until_heard=True)
            self.noise_bytes += heard
            if not heard:
                return

    async def _let_others_be_answered(self, query: Query, patience_s: float) -> None:
        """Wait while a second master waits for an answer that would be taken for ours."""
        while query.is_asked_already(bytes(self._heard)):
            left_s = self._heard_s + patience_s - self._clock.monotonic_s()
            if left_s <= 0:
                return
            self.noise_bytes += await self.listen(left_s, until_heard=True)

    async def listen(self, seconds: float, *, until_heard: bool = False) -> int:
        """Take what arrives within ``seconds`` as unasked and return how many bytes it was.

        Raises:
            LinkLost: the pipe broke: so an unplugged port is noticed while nobody is asked.
        """
        heard = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (until_heard and heard):
                    data = await self._read()
                    heard += len(data)
                    self._keep(data)
        return heard

    async def hear(self, listener: Listener, seconds: float) -> tuple[Told, ...]:
        """Listen until an instrument that speaks by itself has said something, and return its first message.

        Raises:
            NoReply: no complete message came within ``seconds``.
            LinkLost: the pipe broke.
        """
        self._forget()
        end_s = self._clock.monotonic_s() + seconds
        while self._clock.monotonic_s() < end_s:
            self.noise_bytes += await self.listen(end_s - self._clock.monotonic_s(), until_heard=True)
            heard = listener.hear(self.take_unasked())
            if heard.reply:
                await self.send(heard.reply)
            if heard.messages:
                self.noise_bytes = 0
                return heard.messages[0]
        raise NoReply(f"listened to {listener.device}: {self.noise_bytes} bytes came that are no message")

    def _keep(self, data: bytes) -> None:
        if not data:
            return
        self._unasked += data
        del self._unasked[:-UNASKED_BYTES]
        self._heard += data
        del self._heard[:-HEARD_BYTES]
        self._heard_s = self._clock.monotonic_s()

    async def _read(self) -> bytes:
        data = await self._pipe.read()
        if not data:
            raise LinkLost(f"reading from {self._pipe.name}: the other end closed")
        return data


def _beside(found: Found | None, received: bytes) -> bytes:
    """Return what was received beside the answer."""
    if found is None:
        return received
    before, _, behind = received.partition(found.frame)
    return before + behind if found.noise else b""


def _what_came(query: Query, received: bytes, patience_s: float) -> str:
    came = f"{len(received)} bytes that are no answer: {received[-64:].hex(' ')}" if received else "nothing"
    return f"asked {query.request.hex(' ')}: came {came} within {patience_s:.2f} s"
