"""Questions and answers over an open pipe: runs the generator of a driver, and listens while nobody is asked."""

import asyncio
from contextlib import suppress
from typing import Final

from dau.acquire.wiring import Line
from dau.core.errands import Pause, Report, Work
from dau.core.instrument import Driver, Found, InstrumentError, NoReply, Query, Refused
from dau.core.told import Told
from dau.link import LinkLost, Pipe
from dau.runtime.clock import Clock

BABBLE_BYTES: Final = 4096
"""Whoever sends this much without the answer being in it is not answering: nobody listens any longer."""

GAP_LIMIT_S: Final = 1.0
"""How long a line that is never silent may hold back a request."""


class Conversation:
    """The one user of an open pipe.

    After each poll and each part of an errand its attributes tell what happened in it: ``refusals``, in words;
    ``noise_bytes``, bytes on the line that were no answer; ``misses``, questions without an answer; ``is_answer_due``,
    true if one of those answers has no number and may still come.
    """

    def __init__(self, pipe: Pipe, line: Line, clock: Clock) -> None:
        self._pipe = pipe
        self._line = line
        self._clock = clock
        self._forget()

    def _forget(self) -> None:
        self.refusals: list[str] = []
        self.noise_bytes = 0
        self.misses = 0
        self.is_answer_due = False

    async def poll(self, driver: Driver, timeout_s: float) -> tuple[Told, ...]:
        """Poll an instrument once and return its readings.

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
                answer = await self._answer(query, timeout_s)
                query = steps.throw(answer) if isinstance(answer, InstrumentError) else steps.send(answer)
        except StopIteration as end:
            readings: tuple[Told, ...] = end.value
            return readings

    async def carry_on(self, work: Work, timeout_s: float) -> Report | Pause:
        """Begin or resume an errand; returns its report, or the pause it makes now.

        Raises:
            InstrumentError: the errand failed, for any reason that the driver tells.
            LinkLost: as in `poll`.
        """
        self._forget()
        try:
            step = next(work)
            while not isinstance(step, Pause):
                answer = await self._answer(step, timeout_s)
                step = work.throw(answer) if isinstance(answer, InstrumentError) else work.send(answer)
        except StopIteration as end:
            report: Report = end.value
            return report
        return step

    async def _answer(self, query: Query, timeout_s: float) -> bytes | NoReply | Refused:
        """Return the answer, or what its driver is told instead of one."""
        try:
            found = await self._ask(query, timeout_s)
        except NoReply as missed:
            return missed
        except (asyncio.CancelledError, LinkLost):
            await self._pipe.close()
            raise
        return Refused(found.refusal) if found.refusal else found.frame

    async def _ask(self, query: Query, timeout_s: float) -> Found:
        if self.is_answer_due and not query.numbered:
            self.noise_bytes += await self.listen(self._line.quiet_s)
        await self._wait_for_silence()
        await self._pipe.write(query.request)
        patience_s = timeout_s + self._line.byte_s * (len(query.request) + query.reply_bytes)
        received = bytearray()
        found = await self._receive(query, patience_s, received)
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

    async def _wait_for_silence(self) -> None:
        """Wait until nothing was heard for the gap, throwing away what is; a line that never rests is used anyway."""
        end_s = self._clock.monotonic_s() + GAP_LIMIT_S + self._line.gap_s
        while self._clock.monotonic_s() < end_s:
            heard = await self.listen(self._line.gap_s, until_heard=True)
            self.noise_bytes += heard
            if not heard:
                return

    async def listen(self, seconds: float, *, until_heard: bool = False) -> int:
        """Throw away what arrives within ``seconds`` and return how many bytes it was.

        Raises:
            LinkLost: the pipe broke: so an unplugged port is noticed while nobody is asked.
        """
        heard = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (until_heard and heard):
                    heard += len(await self._read())
        return heard

    async def _read(self) -> bytes:
        data = await self._pipe.read()
        if not data:
            raise LinkLost(f"reading from {self._pipe.name}: the other end closed")
        return data


def _what_came(query: Query, received: bytes, patience_s: float) -> str:
    came = f"{len(received)} bytes that are no answer: {received[-64:].hex(' ')}" if received else "nothing"
    return f"asked {query.request.hex(' ')}: came {came} within {patience_s:.2f} s"
