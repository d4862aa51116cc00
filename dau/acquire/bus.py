"""One bus: the task that owns the pipe to some instruments and asks them in turn."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from math import inf
from typing import Any, Final, NoReturn, Protocol, TypeVar

import structlog

from dau.acquire.agenda import LONGEST_S, Agenda, Entry
from dau.acquire.conversation import Conversation
from dau.acquire.counts import InstrumentCounts
from dau.acquire.timetable import Moment
from dau.acquire.turns import LineState, Standing, Turn, Turns
from dau.acquire.wiring import Instrument, Line
from dau.core.errands import CannotDo, Doer, Errand, Pause, Report
from dau.core.instrument import Heard, InstrumentError, Listener, NoReply, Refused
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Told
from dau.link import LinkError, LinkLost, Pipe, PortMissing
from dau.runtime.clock import BEAT_S, Clock

REOPEN_S: Final = (1.0, 2.0, 5.0, 10.0)
"""Pauses before a line is opened again. A missing port is looked for every second: looking costs nothing. A line that
worked and was lost is opened again at once: many a gateway hangs up on whoever was quiet for a while.
"""

SETTLE_S: Final = 0.3
"""After a live instrument missed nobody is asked for this long, so that a slightly late answer meets no question."""

Result = TypeVar("Result")
log = structlog.get_logger(__name__)


class Sink(Protocol):
    """Who takes what the instruments said."""

    async def __call__(self, instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        """Take the readings of one poll, complete at ``at_ms`` (milliseconds UTC).

        None means silence of all channels of the instrument at its due time ``at_ms``.
        """


class Bus:
    """Polls the instruments of one line, for ever, and tells them to do things in between.

    Args:
        line: how to open the line and how to treat it.
        instruments: those on it.
        clock: for waiting and stamping.
        sink: gets every answer, and silence for every due time without one, also while the line cannot be opened.
    """

    def __init__(self, line: Line, instruments: Sequence[Instrument], clock: Clock, sink: Sink) -> None:
        self._line = line
        self._instruments = instruments
        self._clock = clock
        self._sink = sink
        self._turns = Turns(instruments, 0.0, random.Random(line.name))
        self._agenda = Agenda(self._turns.quiet_until_s)
        self._served_s = -inf  # when the last errand left the bus
        self._resting: asyncio.Timeout | None = None
        self._beat: Callable[[], None] = lambda: None
        self._asked: Turn | None = None
        self._state = LineState.CLOSED
        self._is_proven = False  # somebody answered since the line was opened
        self._failures = 0
        self._failure = ""
        self._log = log.bind(bus=line.name)

    @property
    def instruments(self) -> Sequence[Instrument]:
        """Those on the line."""
        return self._instruments

    @property
    def is_open(self) -> bool:
        """True while the line is open."""
        return self._state is LineState.OPEN

    def instrument_counts(self) -> Mapping[str, InstrumentCounts]:
        """Return what was counted for each instrument since the bus was made."""
        return {turn.instrument.name: turn.counts for turn in self._turns.all}

    async def run(self, beat: Callable[[], None]) -> NoReturn:
        """Open the line again and again and poll on it, until cancelled. Calls ``beat`` every `BEAT_S`."""
        self._beat = beat
        self._turns.begin(self._clock.monotonic_s())
        try:
            while True:
                await self._open_and_serve()
        finally:
            self._state = LineState.CLOSED
            self._agenda.give_up_all(f"bus {self._line.name} has stopped")

    async def _open_and_serve(self) -> None:
        self._state = LineState.OPENING
        try:
            pipe = await self._attend(self._line.dial())
            try:
                await self._serve(pipe)
            finally:
                await pipe.close()
        except LinkError as error:
            pause_s = self._note_failure(error)
        self._turns.forget()
        if pause_s:
            self._state = LineState.CLOSED
            self._agenda.give_up_all(self._closed())
            await self._attend(self._clock.sleep(pause_s))

    def _closed(self) -> str:
        return f"bus {self._line.name} is closed: {self._failure or 'it has not been opened yet'}"

    def _note_failure(self, error: LinkError) -> float:
        if isinstance(error, LinkLost) and self._is_proven:
            pause_s = 0.0
        elif isinstance(error, PortMissing):
            pause_s = REOPEN_S[0]
        else:
            pause_s = REOPEN_S[min(self._failures, len(REOPEN_S) - 1)]
            self._failures += 1
        self._is_proven = False
        if str(error) != self._failure:
            self._failure = str(error)
            self._log.warning("bus_closed", error=self._failure, kind=type(error).__name__)
        return pause_s

    async def _serve(self, pipe: Pipe) -> NoReturn:
        conversation = Conversation(pipe, self._line, self._clock)
        self._log.info("bus_open", pipe=pipe.name)
        self._state = LineState.OPEN
        self._turns.opened(self._clock.monotonic_s())
        while True:
            await self._hear(conversation)
            now_s = self._clock.monotonic_s()
            turn, entry = self._turns.next(now_s), self._agenda.next(now_s)
            if entry is not None and entry.goes_before(turn, self._served_s):
                await self._carry_on(entry, conversation)
            elif turn is not None:
                await self._poll(turn, conversation)
            else:
                await self._attend(self._rest(conversation))

    async def _hear(self, conversation: Conversation) -> None:
        """Give what came in unasked to those who speak by themselves, and hand on what they said."""
        data = conversation.take_unasked()
        for turn in self._turns.listening if data else ():
            heard = turn.listener.hear(data) if turn.listener else Heard()
            if heard.reply:
                await conversation.send(heard.reply)
            for message in heard.messages:
                if turn.standing is not Standing.LIVE:
                    self._log.info("instrument_speaks", instrument=turn.instrument.name)
                self._prove()
                self._turns.spoke(turn, self._clock.monotonic_s())
                await self._sink(turn.instrument.name, message, self._clock.now_ms())

    async def _rest(self, conversation: Conversation) -> None:
        """Listen while nobody is to be asked; no longer than until something is heard or an errand comes."""
        next_s = min(self._turns.next_turn_s(), self._agenda.next_s())
        with suppress(TimeoutError):
            async with asyncio.timeout(min(BEAT_S, next_s - self._clock.monotonic_s())) as self._resting:
                await conversation.listen(BEAT_S, until_heard=True)
        self._resting = None

    # ------------------------------------------------------------------------------------------------- one instrument

    async def _poll(self, turn: Turn, conversation: Conversation) -> None:
        began_s = self._clock.monotonic_s()
        turn.count(polls=1, retries=int(turn.attempts > 0))
        self._asked = turn
        try:
            readings = await self._ask(turn, conversation)
            if readings is not None:
                await self._take_answer(turn, readings, conversation.refusals)
            if conversation.is_answer_due:
                await self._keep_quiet(turn, conversation)
            if readings is None:
                await self._take_silence(turn, began_s)
        finally:
            self._asked = None

    async def _ask(self, turn: Turn, conversation: Conversation) -> Sequence[Told] | None:
        instrument, driver = turn.instrument, turn.instrument.driver
        assert not isinstance(driver, Listener), "never asked"
        try:
            return await self._attend(conversation.poll(driver, instrument))
        except NoReply as error:
            if turn.standing is not Standing.SILENT:
                self._log.info("no_answer", instrument=instrument.name, error=str(error))
            return None
        except Refused:
            return [Reading(channel, None, State.FAULT) for channel in driver.channels]
        finally:
            turn.count(
                misses=int(conversation.misses > 0),
                noise_bytes=conversation.noise_bytes,
                refusals=len(conversation.refusals),
            )

    async def _take_answer(self, turn: Turn, readings: Sequence[Told], refusals: Sequence[str]) -> None:
        name = turn.instrument.name
        if turn.standing is not Standing.LIVE:
            self._log.info("instrument_answers", instrument=name)
        if refusals and list(refusals) != list(turn.refusals):
            self._log.warning("instrument_refuses", instrument=name, refusals=list(refusals))
        turn.refusals = refusals
        self._prove()
        self._turns.answered(turn, self._now())
        await self._sink(name, readings, self._clock.now_ms())

    def _prove(self) -> None:
        """Note that somebody is there: the line works."""
        self._is_proven, self._failures, self._failure = True, 0, ""

    async def _keep_quiet(self, turn: Turn, conversation: Conversation) -> None:
        retake_s = self._line.retake_s(turn.instrument)
        self._turns.quiet(turn, self._clock.monotonic_s() + retake_s)
        if turn.standing is Standing.LIVE:
            heard = await self._attend(conversation.listen(min(SETTLE_S, retake_s)))
            turn.count(noise_bytes=heard)

    async def _take_silence(self, turn: Turn, began_s: float) -> None:
        was_silent = turn.standing is Standing.SILENT
        silent_ms = self._turns.missed(turn, began_s, self._now())
        if silent_ms is None:
            return
        if not was_silent:
            self._note_silent(turn)
        await self._sink(turn.instrument.name, None, silent_ms)

    def _note_silent(self, turn: Turn) -> None:
        self._log.warning("instrument_silent", instrument=turn.instrument.name, device=turn.device)

    # -------------------------------------------------------------------------------------------------------- errands

    async def perform(self, instrument: str, errand: Errand) -> Report:
        """Have an instrument of this bus carry out an errand, between two polls.

        Raises:
            CannotDo: it has no such errand.
            InstrumentBusy: too many errands wait for the bus, or this one was not begun within `WAIT_S`.
            InstrumentError: the instrument did not answer or refused, or the line is closed.
        """
        turn = next(turn for turn in self._turns.all if turn.instrument.name == instrument)
        driver = turn.instrument.driver
        if not isinstance(driver, Doer) or errand.task not in driver.tasks:
            raise CannotDo(f"{instrument}: {errand.task} is no task of this instrument")
        if self._state is LineState.CLOSED:
            raise InstrumentError(f"{instrument}: {errand.task} not begun: {self._closed()}")
        entry = self._agenda.add(turn, driver, errand, self._clock.monotonic_s())
        if self._resting is not None:
            self._resting.reschedule(0.0)  # a time in the past: now
            self._resting = None
        try:
            return await entry.outcome
        finally:
            self._agenda.leave(entry)

    async def _carry_on(self, entry: Entry, conversation: Conversation) -> None:
        turn = entry.turn
        outcome = await self._part_of(entry, conversation)
        now_s = self._served_s = self._clock.monotonic_s()
        turn.count(noise_bytes=conversation.noise_bytes)
        if not isinstance(outcome, InstrumentError) and not conversation.misses:
            self._turns.heard(turn)
        if isinstance(outcome, Pause) and now_s + outcome.seconds - entry.came_s > LONGEST_S:
            outcome = NoReply(f"{entry.name} given up: it did not end within {LONGEST_S:g} s")
        if isinstance(outcome, Pause):
            entry.ready_s = now_s + outcome.seconds
        else:
            self._finish(entry, outcome)
        if conversation.is_answer_due:
            await self._keep_quiet(turn, conversation)

    async def _part_of(self, entry: Entry, conversation: Conversation) -> Report | Pause | InstrumentError:
        """Carry an errand on until it pauses or ends."""
        try:
            work = entry.begin(self._clock.monotonic_s())
            return await self._attend(conversation.carry_on(work, entry.turn.instrument))
        except InstrumentError as error:
            return error
        except LinkLost as error:
            self._finish(entry, InstrumentError(f"{entry.name} begun, its end unknown: {error}"))
            raise

    def _finish(self, entry: Entry, result: Report | InstrumentError) -> None:
        entry.turn.count(errands=1)
        if not self._agenda.finish(entry, result):
            self._log.info("errand_without_listener", errand=entry.name, result=str(result))

    # ----------------------------------------------------------------------------------------------------------- time

    def _now(self) -> Moment:
        return Moment(self._clock.monotonic_s(), self._clock.now_ms())

    async def _attend(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what ``work`` gives. While it waits the task shows that it lives, and unused due times pass."""
        task = asyncio.create_task(work, name=f"bus {self._line.name}")
        try:
            while not task.done():
                self._beat()
                await self._let_pass()
                now_s = self._clock.monotonic_s()
                passing_s = self._turns.next_passing_s(now_s, self._asked, self._state)
                await asyncio.wait({task}, timeout=min(BEAT_S, max(0.0, passing_s - now_s)))
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _let_pass(self) -> None:
        self._agenda.give_up_late(self._clock.monotonic_s())
        for turn, due_ms in self._turns.passed(self._now(), self._asked, self._state):
            if turn.listener and turn.standing is not Standing.SILENT and self._state is LineState.OPEN:
                turn.standing = Standing.SILENT
                self._note_silent(turn)
            await self._sink(turn.instrument.name, None, due_ms)
