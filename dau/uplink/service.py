"""Serves the requests of one platform over one connection: handshake, execution beside the uploads, result."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import structlog

from dau.core.instrument import InstrumentError
from dau.database import DatabaseDamaged, StoreError
from dau.hj212 import (
    Data,
    Kind,
    LocalError,
    Packet,
    Role,
    command,
    edition_of,
    execution_result,
    notice_receipt,
    request_receipt,
)
from dau.hj212.fields import EXE_RTN, QN_RTN
from dau.link import LinkLost
from dau.store import requests
from dau.store.audit import Act as Deed
from dau.store.requests import Taken
from dau.uplink.desk import Desk, ExeRtn, QnRtn
from dau.uplink.execution import Ending, execute
from dau.uplink.handlers import search_of
from dau.uplink.line import Line
from dau.uplink.verdict import RESEND_S, Look, judge

WAITING: Final = 8
"""Most accepted requests that wait to be carried out; one more is refused."""

ARRIVALS: Final = 256
"""Most requests that wait for a first look. They come faster than they can be refused only in a flood."""

LAST_S: Final = 2.0
"""How long a command whose connection broke may go on: what it is storing is stored, and how it ended with it."""

NEW_KEY: Final = "1014"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A packet that answers nothing, and what the platform means by it: None where no platform sends that command."""

    packet: Packet
    is_damaged: bool
    kind: Kind | None


@dataclass(slots=True)
class Recent:
    """The requests of this connection: which are carried out now, and when each came (monotonic seconds).

    The time tells a resend from a repeat also while a command sets the clock on the wall.
    """

    running: set[str] = field(default_factory=set)
    came_s: dict[str, float] = field(default_factory=dict)

    def begin(self, qn: str, now_s: float) -> None:
        """Note a request that was accepted; those that came long ago are forgotten."""
        self.running.add(qn)
        self.came_s = {known: at_s for known, at_s in self.came_s.items() if now_s - at_s <= RESEND_S}
        self.came_s[qn] = now_s


class Service:
    """Takes what a platform asks over one connection; ``run`` it beside the listening.

    Acts are carried out one after another, and searches likewise: a search of hours holds up no other command.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._arrivals: asyncio.Queue[Arrival] = asyncio.Queue(ARRIVALS)
        self._acts: asyncio.Queue[Arrival] = asyncio.Queue(WAITING)
        self._searches: asyncio.Queue[Arrival] = asyncio.Queue(WAITING)
        self._recent = Recent()
        self._is_flooded = False
        self._log = log.bind(platform=desk.account.platform.name)

    def take(self, packet: Packet, *, is_damaged: bool = False) -> None:
        """Take a packet that is no answer. Never waits: in a flood it is dropped, and the log tells so once."""
        row = command(packet.cn, edition_of(packet.flag))
        kind = row.kind(Role.PLATFORM) if row else None
        if kind in (Kind.REPLY, Kind.INTERACTION):
            self._log.warning("answer_to_nothing", cn=packet.cn, found=packet.qn)
        elif self._arrivals.full():
            if not self._is_flooded:
                self._log.warning("requests_dropped_in_a_flood", cn=packet.cn)
            self._is_flooded = True
        else:
            self._is_flooded = self._is_flooded and not self._arrivals.empty()
            self._arrivals.put_nowait(Arrival(packet, is_damaged, kind))

    async def run(self, line: Line) -> None:
        """Serve until the connection breaks.

        Raises:
            DatabaseDamaged: nothing can go on.
        """
        jobs = [
            asyncio.create_task(self._each(self._arrivals, lambda arrival: self._receive(arrival, line))),
            asyncio.create_task(self._each(self._acts, lambda arrival: self._serve(arrival, line))),
            asyncio.create_task(self._each(self._searches, lambda arrival: self._serve(arrival, line))),
        ]
        try:
            done, _ = await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
            for job in done:
                job.result()
        except LinkLost:
            return
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    async def _each(self, queue: asyncio.Queue[Arrival], step: Callable[[Arrival], Awaitable[None]]) -> None:
        while True:
            arrival = await queue.get()
            try:
                await step(arrival)
            except DatabaseDamaged:
                raise
            except StoreError as error:  # nothing is answered of which no evidence can be kept; the platform asks again
                self._log.warning("request_not_served", cn=arrival.packet.cn, error=str(error))

    async def _receive(self, arrival: Arrival, line: Line) -> None:
        """Answer a request at first, and have it carried out if it is accepted."""
        request = arrival.packet
        if arrival.is_damaged:
            await self._refuse(arrival, QnRtn.CRC, line)
            return
        queue = self._searches if search_of(request) else self._acts
        look = self._look(request, queue.full())
        verdict = await self._desk.database.write(lambda connection: judge(connection, look))
        if verdict.taken is not None:
            await self._answer_again(arrival, verdict.taken, line)
        elif verdict.code is not QnRtn.ACCEPTED:
            await self._refuse(arrival, verdict.code, line)
        else:
            self._recent.begin(request.qn or "", self._desk.clock.monotonic_s())
            if arrival.kind is not Kind.NOTICE:
                await self._answer(request_receipt(request, verdict.code), line)
            queue.put_nowait(arrival)

    def _look(self, request: Packet, is_busy: bool) -> Look:
        came_s, now_s = self._recent.came_s.get(request.qn or ""), self._desk.clock.monotonic_s()
        return Look(
            request,
            self._desk.account.platform,
            self._desk.clock.now_ms(),
            is_busy,
            None if came_s is None else now_s - came_s,
        )

    async def _answer_again(self, arrival: Arrival, taken: Taken, line: Line) -> None:
        """Give the same answers again. What a break of the connection cut short has failed: it is not begun anew."""
        request, ended = arrival.packet, taken.exe_rtn
        if ended is None and request.qn not in self._recent.running:
            ended = ExeRtn.FAILED
            await self._finish(request, ended)
        if arrival.kind is not Kind.NOTICE:
            await self._answer(request_receipt(request, taken.qn_rtn), line)
        if ended is not None:
            await self._answer_end(arrival, ended, line)

    async def _refuse(self, arrival: Arrival, code: QnRtn, line: Line) -> None:
        """Say why not; a notice that is refused gets no answer. Either way it is audited."""
        request = arrival.packet
        if arrival.kind is not Kind.NOTICE:
            await self._answer(request_receipt(request, code), line)
        is_known = command(request.cn, edition_of(request.flag)) is not None
        if await self._desk.account.note_refusal(request.cn if is_known else "?", code, _words(QN_RTN, code)):
            self._log.warning("request_refused", cn=request.cn, code=int(code))

    async def _serve(self, arrival: Arrival, line: Line) -> None:
        """Carry out an accepted request and answer its end. What it changed counts from then on."""
        request = arrival.packet
        is_act = search_of(request) is None
        working = asyncio.create_task(self._carry_out(request, line))
        try:
            ending = await asyncio.shield(working)
            await self._answer_end(arrival, ending.code, line)
            await self._audit_failure(request, ending)
        finally:
            await _end(working, LAST_S if is_act else 0.0)
            self._recent.running.discard(request.qn or "")
            if is_act:  # the end of a search says nothing about a command that runs beside it
                self._desk.account.settle()
            self._desk.ring()

    async def _carry_out(self, request: Packet, line: Line) -> Ending:
        """Carry out a request and note how it ended: a resend hears of it, whatever became of the connection."""
        ending = await execute(request, self._desk, line)
        await self._finish(request, ending.code)
        self._recent.running.discard(request.qn or "")
        return ending

    async def _finish(self, request: Packet, code: ExeRtn) -> None:
        name, qn = self._desk.account.platform.name, request.qn or ""
        await self._desk.database.write(lambda connection: requests.finish(connection, name, qn, code))

    async def _answer_end(self, arrival: Arrival, code: int, line: Line) -> None:
        """Send the 9012; a notice gets its 9013, and only if it was heeded. A new key is sent with from then on."""
        if arrival.kind is not Kind.NOTICE:
            await self._answer(execution_result(arrival.packet, code), line)
            if arrival.packet.cn == NEW_KEY and code == ExeRtn.DONE:
                await self._desk.keys.answered()
        elif code == ExeRtn.DONE:
            await self._answer(notice_receipt(arrival.packet), line)

    async def _answer(self, answer: Packet, line: Line) -> None:
        try:
            await line.send(answer)
        except LocalError as error:  # it would have to echo what nobody can send
            self._log.warning("request_cannot_be_answered", cn=answer.cn, error=str(error))

    async def _audit_failure(self, request: Packet, ending: Ending) -> None:
        """Audit what was to change something and did not. What an instrument refused is audited where it was asked."""
        row = command(request.cn, edition_of(request.flag))
        error = ending.error
        if error is None or isinstance(error, InstrumentError | StoreError) or (row and row.data is not Data.NONE):
            return
        result = f"ExeRtn={ending.code} {_words(EXE_RTN, ending.code)}: {error}"
        account = self._desk.account
        subject = request.first("PolId") or ""
        await account.note(
            Deed(self._desk.clock.now_ms(), account.platform.name, request.cn, subject, None, None, result)
        )


async def _end(task: "asyncio.Task[Ending]", last_s: float) -> None:
    """Let a task come to its end within some seconds, else cancel it; it leaves nothing behind."""
    if not task.done():
        await asyncio.wait([task], timeout=last_s)
        task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _words(table: Mapping[int, tuple[str, str]], code: int) -> str:
    return " / ".join(table.get(code, ("", "")))
