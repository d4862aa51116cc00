"""One open connection to a platform: packets out, answers in, and every frame kept as evidence."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import structlog

from dau.database import StoreError
from dau.hj212 import (
    Action,
    Connection,
    Event,
    Exchange,
    Fault,
    Packet,
    Received,
    Rejected,
    RemoteError,
    Role,
    answered_qn,
    is_interaction,
)
from dau.hj212.segment import read_segment
from dau.link import LinkLost, Pipe
from dau.runtime.clock import BEAT_S
from dau.store import wire
from dau.uplink.desk import Desk
from dau.uplink.evidence import evidence_of

TAKE_S: Final = 10.0
"""How long the other end may leave a frame untaken before the connection counts as broken."""

HALF_FRAME_S: Final = 3.0
"""How long a frame may stop in its middle before what there is of it is judged; good frames may wait behind it."""

ANSWERS: Final = 64
"""Most answers that wait for one exchange to look at them; more are reported and dropped."""

log = structlog.get_logger(__name__)


class OnRequest(Protocol):
    """Hears of every packet that answers nothing. Never waits."""

    def __call__(self, packet: Packet, *, is_damaged: bool = False) -> None:
        """Take a packet; ``is_damaged`` tells that its CRC was wrong, so that nothing in it can be relied on."""


@dataclass(slots=True, eq=False)
class _Asking:
    """An exchange that runs, and the answers that came for it; None: there will be no more."""

    exchange: Exchange
    receipt: str
    answers: asyncio.Queue[Packet | None] = field(default_factory=lambda: asyncio.Queue(ANSWERS))

    def end(self) -> None:
        if self.answers.full():
            self.answers.get_nowait()
        self.answers.put_nowait(None)


class Line:
    """The connection that ``pipe`` is, from the moment it opened.

    ``listen`` must run beside ``tell``: it takes in what arrives. When the connection breaks, both end: ``listen``
    returns and ``tell`` raises `LinkLost`. Several exchanges may run at once: an answer is known by the QN it names.

    Attributes:
        heard_s: when bytes came last (monotonic clock); at first when the connection opened.
    """

    def __init__(self, desk: Desk, pipe: Pipe, on_request: OnRequest) -> None:
        platform = desk.account.platform
        self._desk = desk
        self._pipe = pipe
        self._on_request = on_request
        self._name = platform.name
        self.heard_s = desk.clock.monotonic_s()
        self._connection = Connection(Role.UNIT, platform.dialect, desk.keys)
        self._answers_bad_crc = platform.dialect.answers_bad_crc
        self._asking: list[_Asking] = []
        self._sending = asyncio.Lock()
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
                self.heard_s = self._desk.clock.monotonic_s()
                await self._take(self._connection.receive(data))
            await self._take(self._connection.receive_end())
            self._lost = LinkLost(f"platform {self._name}: {self._pipe.name} closed the connection")
        except LinkLost as error:
            self._lost = error
        except StoreError as error:
            self._lost = LinkLost(f"platform {self._name}: what it sent cannot be kept: {error}")
        finally:
            if self._lost is None:
                self._lost = LinkLost(f"platform {self._name}: nobody listens to it any more")
            for asking in self._asking:
                asking.end()

    async def _read(self) -> bytes:
        while self._connection.pending_at is not None:
            try:
                async with asyncio.timeout(HALF_FRAME_S):
                    return await self._pipe.read()
            except TimeoutError:
                await self._take(self._connection.give_up())
        return await self._pipe.read()

    async def tell(
        self, packet: Packet, record: int | None, beat: Callable[[], None], receipt: str = "9014"
    ) -> Exchange:
        """Send one upload or notice, again while resends remain, and return the exchange in its final state.

        Args:
            packet: what is sent.
            record: the record it tells, for the evidence; None if it is none.
            beat: called at least every `BEAT_S` while waiting.
            receipt: the answer expected, 9013 for a notice.

        Raises:
            LocalError: the packet cannot be written.
            LinkLost: the connection broke before the exchange ended.
            StoreError: nothing is sent of which no evidence can be kept.
        """
        platform = self._desk.account.platform
        exchange = Exchange(packet, timeout_s=platform.timeout_s, resends=platform.resends, receipt=receipt)
        frame = self._connection.send(packet)
        asking = _Asking(exchange, receipt)
        self._asking.append(asking)
        try:
            await self._ask(asking, frame, record, beat)
        finally:
            self._asking.remove(asking)
        return exchange

    async def send(self, packet: Packet, record: int | None = None) -> None:
        """Send a packet that wants no answer.

        Raises:
            LocalError, LinkLost, StoreError: as for `tell`.
        """
        await self._send(self._connection.send(packet), record)

    async def _ask(self, asking: _Asking, frame: bytes, record: int | None, beat: Callable[[], None]) -> None:
        exchange = asking.exchange
        action = Action.SEND
        deadline_s = 0.0
        while action is not Action.FINISH:
            if action is Action.SEND:
                await self._send(frame, record)
                action = exchange.sent()
                deadline_s = self._desk.clock.monotonic_s() + exchange.timeout_s
                continue
            answer = await self._answer_before(asking, deadline_s, beat)
            action = exchange.on_timeout() if answer is None else exchange.on_packet(answer)

    async def _answer_before(self, asking: _Asking, deadline_s: float, beat: Callable[[], None]) -> Packet | None:
        while (left_s := deadline_s - self._desk.clock.monotonic_s()) > 0:
            beat()
            try:
                async with asyncio.timeout(min(left_s, BEAT_S)):
                    answer = await asking.answers.get()
            except TimeoutError:
                continue
            if answer is None:
                self.check()
            return answer
        return None

    async def _send(self, frame: bytes, record: int | None) -> None:
        """Keep a frame, then hand it to the link; one after another, so that no two of them mingle."""
        async with self._sending:
            self.check()
            await self._keep_sent(frame, record)
            try:
                async with asyncio.timeout(TAKE_S):
                    await self._pipe.write(frame)
            except TimeoutError:
                self._lost = LinkLost(
                    f"platform {self._name}: {self._pipe.name} did not take {len(frame)} bytes within {TAKE_S:g} s"
                )
                raise self._lost from None

    async def _keep_sent(self, frame: bytes, record: int | None) -> None:
        at_ms = self._desk.clock.now_ms()
        kept = evidence_of(frame)
        await self._desk.database.write(lambda connection: wire.add_sent(connection, self._name, at_ms, record, kept))

    async def _take(self, events: Iterable[Event]) -> None:
        """Keep what came, whatever it is, and react to it. The log never shows its bytes: they may hold a password."""
        for event in events:
            await self._keep(event)
            if isinstance(event, Received):
                self._react(event.packet)
            elif isinstance(event, Rejected):
                self._log.warning("platform_sent_bad_frame", fault=event.error.fault.value, size=len(event.raw))
                self._react_to_damage(event)
            else:
                self._log.warning("platform_sent_rubbish", size=len(event.raw))

    async def _keep(self, event: Event) -> None:
        at_ms = self._desk.clock.now_ms()
        sealed = event.packet if isinstance(event, Received) and event.is_encrypted else None
        kept = evidence_of(event.raw, sealed)
        await self._desk.database.write(lambda connection: wire.add_received(connection, self._name, at_ms, None, kept))

    def _react(self, packet: Packet) -> None:
        """Answers go to the exchange that waits for them; everything else is asked of the station."""
        is_awaited = any(asking.receipt == packet.cn for asking in self._asking)
        if is_interaction(packet.cn) or is_awaited:
            self._take_answer(packet)
        else:
            self._on_request(packet)

    def _react_to_damage(self, rejected: Rejected) -> None:
        """A frame whose CRC is wrong is passed on as far as it can be read, if the platform wants to hear of it."""
        if rejected.error.fault is not Fault.CRC or not self._answers_bad_crc:
            return
        start, end = rejected.raw.find(b"##") + 6, rejected.raw.rfind(b"&&") + 2
        try:
            packet = read_segment(rejected.raw[start:end], lambda _: None).packet
        except RemoteError:
            return
        if not is_interaction(packet.cn):
            self._on_request(packet, is_damaged=True)

    def _take_answer(self, answer: Packet) -> None:
        """Hand an answer to its exchange; what belongs to none is reported and not kept waiting."""
        found = answered_qn(answer)
        asking = self._asked_by(found, answer.cn)
        if asking is not None and not asking.answers.full():
            named = answer if found is not None else replace(answer, qn=asking.exchange.packet.qn)
            asking.answers.put_nowait(named)
        elif self._asking:
            expected = ", ".join(str(each.exchange.packet.qn) for each in self._asking)
            self._log.warning("answer_with_wrong_qn", cn=answer.cn, found=found, expected=expected)
        else:
            self._log.warning("answer_to_nothing", cn=answer.cn, found=found)

    def _asked_by(self, qn: str | None, cn: str) -> _Asking | None:
        """Return the exchange that an answer belongs to. One that names no QN belongs to the only one that waits."""
        if qn is not None:
            return next((each for each in self._asking if each.exchange.packet.qn == qn), None)
        waiting = [each for each in self._asking if is_interaction(cn) or each.receipt == cn]
        return waiting[0] if len(waiting) == 1 else None
