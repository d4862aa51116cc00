"""Chooses what one platform gets next, live before backlog, and sees each delivery to its end."""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog

from dau.core.appetites import USUAL
from dau.core.periods import MINUTE_MS
from dau.core.records import RecordKind
from dau.errors import DauError
from dau.hj212 import LocalError, Packet
from dau.hj212 import State as ExchangeState
from dau.link import LinkLost
from dau.runtime.bell import Bell
from dau.runtime.clock import BEAT_S
from dau.store import outbox
from dau.store.outbox import Delivery, DeliveryState
from dau.uplink.compose import compose
from dau.uplink.desk import Desk
from dau.uplink.identity import Platform
from dau.uplink.line import Line
from dau.uplink.proving import tell

LIVE_MS: Final = 5 * MINUTE_MS
"""What became due within this time is live and goes first; everything older is backlog."""

LOOK_S: Final = 30.0
"""A delivery that stepped aside is due again without a bell: how often to look for one. Half of the first pause."""

FIRST_PAUSE_MS: Final = MINUTE_MS
LONGEST_PAUSE_MS: Final = 16 * MINUTE_MS
"""A record that was not acknowledged steps aside, so that one the platform cannot digest holds up no other."""

DEAF_S: Final = 16 * 60.0
"""A platform that takes other records and no answer comes to this kind: so long it is not told of that kind again."""

log = structlog.get_logger(__name__)


class NotTaken(DauError):
    """The platform answered others, and this record not: that is no reason to give up the connection."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to send next; ``is_live``: it has just become due, and is not sent again for what went wrong before."""

    delivery: Delivery
    is_live: bool


class Sender:
    """The sending side of one platform, over one connection after another."""

    def __init__(self, desk: Desk, bell: Bell) -> None:
        self._desk = desk
        self._account = desk.account
        self._database = desk.database
        self._clock = desk.clock
        self._bell = bell
        self._backlog_free_s = 0.0
        self._deaf_until_s: dict[RecordKind, float] = {}
        self._is_heard = False
        self._log = log.bind(platform=desk.account.platform.name)

    @property
    def _platform(self) -> Platform:
        return self._account.platform

    async def run(self, line: Line, beat: Callable[[], None], succeeded: Callable[[], None]) -> None:
        """Send what is owed over ``line``; ``succeeded`` is called after each delivery that reached its end.

        Nothing is sent before the platform has given the station its MN.

        Raises:
            LinkLost: the connection broke, or the platform left a packet unanswered through all resends.
        """
        self._is_heard = False
        while True:
            beat()
            line.check()
            if not self._platform.mn:
                await self.expire()
                await self._rest(line, beat)
                continue
            choice = await self._next()
            if choice is None:
                await self._rest(line, beat)
            elif self._is_stale(choice.delivery):
                await self.expire()
            elif await self._deliver(line, choice, beat):
                succeeded()

    async def _rest(self, line: Line, beat: Callable[[], None]) -> None:
        """Wait for the bell, but look at least every `LOOK_S`, and as soon as the backlog may go on."""
        now_s = self._clock.monotonic_s()
        end_s = min(now_s + LOOK_S, self._backlog_free_s if self._backlog_free_s > now_s else now_s + LOOK_S)
        while (left_s := end_s - self._clock.monotonic_s()) > 0:
            beat()
            line.check()
            if await self._bell.wait(min(BEAT_S, left_s)):
                return

    async def expire(self) -> None:
        """Give up the live values that are too old to be worth sending; statistics never expire."""
        now_ms = self._clock.now_ms()
        before_ms = now_ms - self._live_age_ms()
        await self._database.write(
            lambda connection: outbox.expire_live(connection, self._platform.name, before_ms, now_ms)
        )

    def _live_age_ms(self) -> int:
        return 2 * self._platform.realtime_s * 1000

    def _is_stale(self, delivery: Delivery) -> bool:
        record = delivery.record
        too_old = record.span.start_ms < self._clock.now_ms() - self._live_age_ms()
        return record.kind is RecordKind.REALTIME and too_old

    async def _next(self) -> Choice | None:
        """Return the oldest live delivery, or the oldest of the backlog if its rate allows one now."""
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        backlog_allowed = now_s >= self._backlog_free_s

        def pick(connection: sqlite3.Connection) -> Choice | None:
            since_ms, name = now_ms - LIVE_MS, self._platform.name
            live = outbox.next_delivery(connection, name, now_ms, since_ms, live=True)
            if live is not None:
                return Choice(live, is_live=True)
            late = outbox.next_delivery(connection, name, now_ms, since_ms, live=False) if backlog_allowed else None
            return None if late is None else Choice(late, is_live=False)

        choice = await self._database.read(pick)
        if choice is not None and not choice.is_live:
            self._backlog_free_s = max(now_s, self._backlog_free_s) + 60.0 / self._platform.backlog_per_minute
        return choice

    async def _deliver(self, line: Line, choice: Choice, beat: Callable[[], None]) -> bool:
        """Tell one record. Returns whether its delivery ended; else it has stepped aside.

        Raises:
            LinkLost: the connection broke, or counts as broken; the delivery has stepped aside.
        """
        delivery = choice.delivery
        kind = delivery.record.kind
        if self._clock.monotonic_s() < self._deaf_until_s.get(kind, 0.0):
            await self._step_aside(delivery)
            return False
        try:
            packets = self._compose(choice)
            for packet in packets:
                await self._tell(line, packet, delivery, beat)
        except LocalError as error:
            self._log.error("record_cannot_be_told", kind=kind.value, error=str(error))
            await self._step_aside(delivery)
            return False
        except NotTaken as error:
            self._log.warning("platform_does_not_take_this_kind", kind=kind.value, error=str(error))
            await self._step_aside(delivery)
            return False
        except LinkLost:
            await self._step_aside(delivery)
            raise
        state = DeliveryState.ACKNOWLEDGED if self._platform.receipts and packets else DeliveryState.SENT
        qn, at_ms = (packets[-1].qn or "") if packets else "", self._clock.now_ms()
        await self._database.write(lambda connection: outbox.finish(connection, delivery, state, qn, at_ms))
        return True

    def _compose(self, choice: Choice) -> Sequence[Packet]:
        record, now_ms = choice.delivery.record, self._clock.now_ms()
        return compose(record, self._platform, now_ms, self._account.qns(), backfilled=not choice.is_live)

    async def _tell(self, line: Line, packet: Packet, delivery: Delivery, beat: Callable[[], None]) -> None:
        """Send one packet to its end.

        Raises:
            NotTaken: it got no receipt, and its kind is one that this platform does not seem to take.
            LinkLost: it got no receipt.
        """
        kind = delivery.record.kind
        exchange = await tell(self._desk, line, packet, delivery.record.id, beat)
        if exchange.state is ExchangeState.DONE:
            self._is_heard = self._is_heard or packet.needs_answer
            return
        answer = "no receipt" if exchange.code is None else f"a refusal with code {exchange.code}"
        failure = (
            f"platform {self._platform.name}: sent {packet.cn} QN {packet.qn} {exchange.sendings} times,"
            f" saw {answer}, expected 9014"
        )
        if kind in USUAL or not self._is_heard:
            raise LinkLost(failure)
        self._deaf_until_s[kind] = self._clock.monotonic_s() + DEAF_S
        raise NotTaken(failure)

    async def _step_aside(self, delivery: Delivery) -> None:
        pause_ms = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(delivery.attempts, 10))
        next_try_ms = self._clock.now_ms() + pause_ms
        await self._database.write(lambda connection: outbox.postpone(connection, delivery, next_try_ms))
