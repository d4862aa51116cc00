"""One open connection to a platform: packets out, answers in, and every frame kept as evidence."""

import asyncio
from collections.abc import Callable

import structlog

from dau.database import Database, StoreError
from dau.hj212 import (
    COMMANDS,
    Action,
    Connection,
    Event,
    Exchange,
    Kind,
    Packet,
    Received,
    Rejected,
    Role,
    is_interaction,
    request_receipt,
)
from dau.link import LinkLost, Pipe
from dau.runtime.clock import BEAT_S, Clock
from dau.store import wire
from dau.uplink.identity import Platform

REFUSED = 2
"""QnRtn for a request that this unit does not carry out."""

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
        self._lost: LinkLost | None = None
        self._log = log.bind(platform=platform.name)

    def check(self) -> None:
        """Raise `LinkLost` if the connection is known to be broken."""
        if self._lost is not None:
            raise self._lost

    async def listen(self) -> None:
        """Take in what the platform sends until the connection breaks."""
        try:
            while data := await self._pipe.read():
                for event in self._connection.receive(data):
                    await self._take(event)
            self._lost = LinkLost(f"platform {self._platform.name}: {self._pipe.name} closed the connection")
        except LinkLost as error:
            self._lost = error
        except StoreError as error:
            self._lost = LinkLost(f"platform {self._platform.name}: what it sent cannot be kept: {error}")
        self._answers.put_nowait(None)

    async def tell(self, packet: Packet, record: int | None, beat: Callable[[], None]) -> Exchange:
        """Send one upload, again while resends remain, and return the exchange in its final state.

        Raises:
            LinkLost: the connection broke before the exchange ended.
        """
        exchange = Exchange(packet, timeout_s=self._platform.timeout_s, resends=self._platform.resends)
        frame = self._connection.send(packet)
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
                self._log.warning("answer_with_wrong_qn", cn=answer.cn, found=answer.qn, expected=packet.qn)
        return exchange

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
        await self._pipe.write(frame)

    async def _take(self, event: Event) -> None:
        if isinstance(event, Rejected):
            self._log.warning("platform_sent_bad_frame", fault=event.error.fault.value, size=len(event.raw))
        elif isinstance(event, Received):
            await self._keep(event)
            await self._react(event.packet)
        else:
            self._log.warning("platform_sent_rubbish", size=len(event.raw), begins=event.raw[:16].hex(" "))

    async def _keep(self, event: Received) -> None:
        at_ms = self._clock.now_ms()
        await self._database.write(
            lambda connection: wire.add_received(connection, self._platform.name, at_ms, None, event.raw)
        )

    async def _react(self, packet: Packet) -> None:
        """Answers go to whoever waits for them; a request is refused in so many words, never left unanswered."""
        if is_interaction(packet.cn):
            self._answers.put_nowait(packet)
            return
        self._log.warning("platform_asks_for_what_is_not_served", cn=packet.cn)
        command = COMMANDS.get(packet.cn)
        if command is None or command.down is Kind.REQUEST:
            await self._send(self._connection.send(request_receipt(packet, REFUSED)), None)
