"""Chooses what one platform gets next, live before backlog, and sees each delivery to its end."""

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from typing import Final

import structlog

from dau.core.periods import MINUTE_MS
from dau.core.records import RecordKind
from dau.hj212 import LocalError
from dau.hj212.exchange import State as ExchangeState
from dau.link import LinkLost
from dau.runtime.bell import Bell
from dau.runtime.clock import BEAT_S
from dau.store import outbox
from dau.store.outbox import Delivery, DeliveryState
from dau.uplink.compose import compose
from dau.uplink.desk import Desk
from dau.uplink.identity import Platform
from dau.uplink.line import Line

LIVE_MS: Final = 5 * MINUTE_MS
"""What became due within this time is live and goes first; everything older is backlog."""

LOOK_S: Final = 30.0
"""A delivery that stepped aside is due again without a bell: how often to look for one. Half of the first pause."""

FIRST_PAUSE_MS: Final = MINUTE_MS
LONGEST_PAUSE_MS: Final = 16 * MINUTE_MS
"""A record that was not acknowledged steps aside, so that one the platform cannot digest holds up no other."""

log = structlog.get_logger(__name__)


class Sender:
    """The sending side of one platform, over one connection after another."""

    def __init__(self, desk: Desk, bell: Bell) -> None:
        self._account = desk.account
        self._database = desk.database
        self._clock = desk.clock
        self._bell = bell
        self._backlog_free_s = 0.0
        self._log = log.bind(platform=desk.account.platform.name)

    @property
    def _platform(self) -> Platform:
        return self._account.platform

    async def run(self, line: Line, beat: Callable[[], None], succeeded: Callable[[], None]) -> None:
        """Send what is owed over ``line``; ``succeeded`` is called after each delivery that reached its end.

        Raises:
            LinkLost: the connection broke, or the platform left a packet unanswered through all resends.
        """
        while True:
            beat()
            line.check()
            delivery = await self._next()
            if delivery is None:
                await self._rest(line, beat)
            elif self._is_stale(delivery):
                await self.expire()
            else:
                await self._deliver(line, delivery, beat)
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

    async def _next(self) -> Delivery | None:
        """Return the oldest live delivery, or the oldest of the backlog if its rate allows one now."""
        now_ms, now_s = self._clock.now_ms(), self._clock.monotonic_s()
        backlog_allowed = now_s >= self._backlog_free_s

        def pick(connection: sqlite3.Connection) -> tuple[Delivery | None, bool]:
            since_ms = now_ms - LIVE_MS
            live = outbox.next_delivery(connection, self._platform.name, now_ms, since_ms, live=True)
            if live is not None or not backlog_allowed:
                return live, True
            return outbox.next_delivery(connection, self._platform.name, now_ms, since_ms, live=False), False

        delivery, is_live = await self._database.read(pick)
        if delivery is not None and not is_live:
            self._backlog_free_s = max(now_s, self._backlog_free_s) + 60.0 / self._platform.backlog_per_minute
        return delivery

    async def _deliver(self, line: Line, delivery: Delivery, beat: Callable[[], None]) -> None:
        try:
            packets = compose(delivery.record, self._platform, self._clock.now_ms(), self._next_qns())
        except LocalError as error:
            self._log.error("record_cannot_be_told", kind=delivery.record.kind.value, error=str(error))
            await self._step_aside(delivery)
            return
        try:
            for packet in packets:
                exchange = await line.tell(packet, delivery.record.id, beat)
                if exchange.state is not ExchangeState.DONE:
                    answer = "no receipt" if exchange.code is None else f"a refusal with code {exchange.code}"
                    raise LinkLost(
                        f"platform {self._platform.name}: sent {packet.cn} QN {packet.qn} {exchange.sendings} times,"
                        f" saw {answer}, expected 9014"
                    )
        except LinkLost:
            await self._step_aside(delivery)
            raise
        state = DeliveryState.ACKNOWLEDGED if self._platform.receipts else DeliveryState.SENT
        qn, at_ms = packets[-1].qn or "", self._clock.now_ms()
        await self._database.write(lambda connection: outbox.finish(connection, delivery, state, qn, at_ms))

    async def _step_aside(self, delivery: Delivery) -> None:
        pause_ms = min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << min(delivery.attempts, 10))
        next_try_ms = self._clock.now_ms() + pause_ms
        await self._database.write(lambda connection: outbox.postpone(connection, delivery, next_try_ms))

    def _next_qns(self) -> Iterator[str]:
        return (self._account.next_qn() for _ in itertools.count())
