"""What the units of one connection are asked: one order after the other, each followed to its end."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from dau.database import StoreError
from dau.hj212 import Edition, LocalError, ProtocolError, Received, data_time
from dau.link import LinkError
from dau.receiver.desk import Desk
from dau.receiver.follow_up import CLOCK
from dau.receiver.inquiry import Inquiry
from dau.receiver.journal import keep
from dau.receiver.meaning import outgoing, sent_as
from dau.receiver.orders import (
    Ending,
    Order,
    Outcome,
    Outgoing,
    Tell,
    Waiting,
    exchange_for,
    new_password,
    packet_for,
    without_secrets_of,
)
from dau.receiver.renewal import RENEWAL, Renewal
from dau.receiver.units import Unit
from dau.runtime.clock import Clock

log = structlog.get_logger(__name__)


class Asking:
    """The asking side of one connection. `ask` may be called by many tasks at once; they take turns.

    Args:
        desk: what every conversation works with.
        peer: the address, for the record.
        write: hands a frame to the connection.
    """

    def __init__(self, desk: Desk, peer: str, write: Callable[[bytes], Awaitable[None]]) -> None:
        self._desk = desk
        self._peer = peer
        self._write = write
        self._turn = asyncio.Lock()
        self._orders = 0
        self._inquiry: Inquiry | None = None
        self._is_cut = False

    async def ask(self, order: Order, tell: Tell) -> Ending:
        """Carry out an order and say how it ended. When cancelled, the rest of the exchange is stored, not followed."""
        if self._orders >= self._desk.limits.orders:
            return Ending(Outcome.BUSY, detail=str(self._orders))
        if self._orders:
            tell(Waiting(self._orders))
        self._orders += 1
        try:
            async with self._turn:
                return await self._carry_out(order, tell)
        finally:
            self._orders -= 1

    def hear(self, received: Received, answer: Outgoing | None) -> None:
        """Take what came on the connection and is stored, and what it is answered with."""
        if self._inquiry:
            self._inquiry.hear(received, answer)

    def cut(self) -> None:
        """Note that the connection has ended: so does every order."""
        self._is_cut = True
        if self._inquiry:
            self._inquiry.cut()

    async def keep(self, sent: Outgoing) -> None:
        """Store what is about to be sent. See `dau.receiver.inquiry.Way`."""
        entry = sent_as(sent, self._desk.clock.now_ms(), self._peer)
        await self._desk.database.write(lambda connection: keep(connection, (entry,)))

    async def write(self, frame: bytes) -> None:
        """Send it. See `dau.receiver.inquiry.Way`."""
        async with asyncio.timeout(self._desk.limits.answer_s):
            await self._write(frame)

    async def _carry_out(self, order: Order, tell: Tell) -> Ending:
        unit = self._desk.units.find(order.unit, order.serial)
        if self._is_cut or unit is None:
            return Ending(Outcome.LOST)
        told = {"mn": order.mn, "cn": order.cn, "peer": self._peer}
        try:
            ending = await (self._renew if order.cn == RENEWAL else self._follow)(order, unit, tell)
        except ProtocolError as error:
            ending = Ending(Outcome.IMPOSSIBLE, detail=without_secrets_of(order, str(error)))
        except StoreError as error:
            ending = Ending(Outcome.IMPOSSIBLE, detail=f"nothing is sent that cannot be stored: {error}")
        except LinkError as error:
            ending = Ending(Outcome.LOST, detail=str(error))
        except TimeoutError:
            ending = Ending(Outcome.LOST, detail="the unit does not take what is sent")
        if ending.outcome is Outcome.DONE:
            self._note_change(order, unit)
        log.info("order ended", outcome=ending.outcome.value, code=ending.code, **told)
        return ending

    async def _follow(self, order: Order, unit: Unit, tell: Tell) -> Ending:
        order = _with_time(order, self._desk.clock)
        packet = packet_for(order, unit.manner, await self._desk.numbers.next())
        spoken = outgoing(packet, self._desk.keys.cipher_for(packet))
        self._inquiry = Inquiry(exchange_for(order, packet), spoken, self._desk.clock, tell)
        log.info("order begins", mn=order.mn, cn=order.cn, qn=packet.qn, peer=self._peer)
        try:
            return await self._inquiry.follow(self)
        finally:
            self._inquiry = None

    async def _renew(self, order: Order, unit: Unit, tell: Tell) -> Ending:
        """Give the unit a new key, which nobody else makes and nobody else sees."""
        if unit.manner.edition is not Edition.E2025:
            raise LocalError(
                f"unit {order.mn} speaks edition {unit.manner.edition}, expected 2025: others have no keys"
            )
        if order.cp:
            raise LocalError("command 1014 with a content, expected none: the receiver makes the key")
        renewal = Renewal(self._desk.database, self._desk.clock, self._desk.keys)
        offer = await renewal.offer(order.mn)
        ending = await self._follow(replace(order, cp=offer.content), unit, tell)
        return await renewal.settle(offer, ending)

    def _note_change(self, order: Order, unit: Unit) -> None:
        if pw := new_password(order):
            self._desk.units.rekey(order.unit, pw)
        if not order.unit and order.mn:
            self._desk.units.rename(unit, order.mn)


def _with_time(order: Order, clock: Clock) -> Order:
    """Return a 1012 with the time of its sending, unless it says what time to set."""
    if order.cn != CLOCK or any(name == "SystemTime" for item in order.cp for name, _ in item):
        return order
    return replace(order, cp=(*order.cp, (("SystemTime", data_time(clock.now_ms())),)))
