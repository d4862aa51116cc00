"""One open connection to a platform: packets out, answers in, and every frame kept as evidence."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import structlog

from dau.database import Database, StoreError
from dau.hj212 import (
    COMMANDS,
    Action,
    Connection,
    Event,
    Exchange,
    Kind,
    LocalError,
    Packet,
    Received,
    Rejected,
    Role,
    answered_qn,
    is_interaction,
    request_receipt,
)
from dau.link import LinkLost, Pipe
from dau.runtime.clock import BEAT_S, Clock
from dau.store import wire
from dau.uplink.identity import Platform

REFUSED: Final = 2
"""QnRtn for a request that this unit does not carry out."""

TAKE_S: Final = 10.0
"""How long the other end may leave a frame untaken before the connection counts as broken."""

HALF_FRAME_S: Final = 3.0
"""How long a frame may stop in its middle before what there is of it is judged; good frames may wait behind it."""

log = structlog.get_logger(__name__)


class Line:
    """The connection that ``pipe`` is, from the moment it opened.

    ``listen`` must run beside ``tell``: it takes in what arrives. When the connection breaks, both end: ``listen``
    returns and ``tell`` raises `LinkLost`.
    """

    def __init__(self, platform: Platform, pipe: Pipe, database: Database, clock: Clock) -> None:
        self._platform = platform
        self._pipe = pipe
        self._database = database
        self._clock = clock
        self._connection = Connection(Role.UNIT, platform.dialect)
        self._answers: asyncio.Queue[Packet | None] = asyncio.Queue()
        self._is_asking = False
        self._lost: LinkLost | None = None
        self._log = log.bind(platform=platform.name)

    def check(self) -> None:
        """Raise `LinkLost` if the connection is known to be broken."""
        if self._lost is not None:
            raise self._lost

    async def listen(self) -> None:
        """Take in what the platform sends until the connection breaks."""
        try:
            while data := await self._read():
                await self._take(self._connection.receive(data))
            await self._take(self._connection.receive_end())
            self._lost = LinkLost(f"platform {self._platform.name}: {self._pipe.name} closed the connection")
        except LinkLost as error:
            self._lost = error
        except StoreError as error:
            self._lost = LinkLost(f"platform {self._platform.name}: what it sent cannot be kept: {error}")
        finally:
            if self._lost is None:
                self._lost = LinkLost(f"platform {self._platform.name}: nobody listens to it any more")
            self._answers.put_nowait(None)

    async def _read(self) -> bytes:
        while self._connection.pending_at is not None:
            try:
                async with asyncio.timeout(HALF_FRAME_S):
                    return await self._pipe.read()
            except TimeoutError:
                await self._take(self._connection.give_up())
        return await self._pipe.read()

    async def tell(self, packet: Packet, record: int | None, beat: Callable[[], None]) -> Exchange:
        """Send one upload, again while resends remain, and return the exchange in its final state.

        Raises:
            LinkLost: the connection broke before the exchange ended.
        """
        exchange = Exchange(packet, timeout_s=self._platform.timeout_s, resends=self._platform.resends)
        frame = self._connection.send(packet)
        self._is_asking = True
        try:
            await self._ask(exchange, frame, record, beat)
        finally:
            self._is_asking = False
        return exchange

    async def _ask(self, exchange: Exchange, frame: bytes, record: int | None, beat: Callable[[], None]) -> None:
        action = Action.SEND
        deadline_s = 0.0
        while action is not Action.FINISH:
            if action is Action.SEND:
                await self._send(frame, record)
                action = exchange.sent()
                deadline_s = self._clock.monotonic_s() + exchange.timeout_s
                continue
            answer = await self._answer_before(deadline_s, beat)
            action = exchange.on_timeout() if answer is None else exchange.on_packet(answer)
            if action is Action.WRONG_QN and answer is not None:
                self._log.warning(
                    "answer_with_wrong_qn", cn=answer.cn, found=answered_qn(answer), expected=exchange.packet.qn
                )

    async def _answer_before(self, deadline_s: float, beat: Callable[[], None]) -> Packet | None:
        while (left_s := deadline_s - self._clock.monotonic_s()) > 0:
            beat()
            try:
                async with asyncio.timeout(min(left_s, BEAT_S)):
                    answer = await self._answers.get()
            except TimeoutError:
                continue
            if answer is None:
                self.check()
            return answer
        return None

    async def _send(self, frame: bytes, record: int | None) -> None:
        self.check()
        at_ms = self._clock.now_ms()
        await self._database.write(
            lambda connection: wire.add_sent(connection, self._platform.name, at_ms, record, frame)
        )
        try:
            async with asyncio.timeout(TAKE_S):
                await self._pipe.write(frame)
        except TimeoutError:
            raise LinkLost(
                f"platform {self._platform.name}: {self._pipe.name} did not take {len(frame)} bytes within {TAKE_S:g} s"
            ) from None

    async def _take(self, events: Iterable[Event]) -> None:
        """Keep what came, whatever it is, and react to it. The log never shows its bytes: they may hold a password."""
        for event in events:
            await self._keep(event.raw)
            if isinstance(event, Received):
                await self._react(event.packet)
            elif isinstance(event, Rejected):
                self._log.warning("platform_sent_bad_frame", fault=event.error.fault.value, size=len(event.raw))
            else:
                self._log.warning("platform_sent_rubbish", size=len(event.raw))

    async def _keep(self, raw: bytes) -> None:
        at_ms = self._clock.now_ms()
        await self._database.write(
            lambda connection: wire.add_received(connection, self._platform.name, at_ms, None, raw)
        )

    async def _react(self, packet: Packet) -> None:
        """Answers go to whoever waits for them; a request is refused in so many words, never left unanswered."""
        if is_interaction(packet.cn):
            self._take_answer(packet)
            return
        self._log.warning("platform_asks_for_what_is_not_served", cn=packet.cn)
        command = COMMANDS.get(packet.cn)
        if command is None or command.down is Kind.REQUEST:
            await self._refuse(packet)

    def _take_answer(self, answer: Packet) -> None:
        """Hand an answer to the exchange that runs; where none runs it is reported and not kept waiting."""
        if self._is_asking:
            self._answers.put_nowait(answer)
        else:
            self._log.warning("answer_to_nothing", cn=answer.cn, found=answered_qn(answer))

    async def _refuse(self, request: Packet) -> None:
        try:
            frame = self._connection.send(request_receipt(request, REFUSED))
        except LocalError as error:
            self._log.warning("request_cannot_be_answered", cn=request.cn, error=str(error))
            return
        await self._send(frame, None)
