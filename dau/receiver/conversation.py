"""One connection of a unit: finds the frames, has them stored, answers those that are safely on the disk.

The same connection carries what its units are asked (`dau.receiver.asking`), beside the uploads. An exchange hears of a
packet when that is on the disk, like everybody else.

A connection is never closed for what it says. It ends when the peer ends it, when no frame has come for
`Limits.idle_s` (rubbish does not count, so a stranger who only talks nonsense goes too), when the peer does not take
our answers, or when the receiver stops. Memory is bounded: nothing is read before what came is stored and answered.
"""

import asyncio
from collections.abc import Sequence
from enum import StrEnum
from itertools import zip_longest
from typing import Final

import structlog

from dau.database import StoreError
from dau.hj212 import Connection, Event, LocalError, Received, Role, Rubbish
from dau.link import LinkError, Pipe
from dau.receiver.asking import Asking
from dau.receiver.desk import Desk
from dau.receiver.follow_up import order_after
from dau.receiver.journal import Contradiction, Entry, keep
from dau.receiver.meaning import answer_to, arrival_of, outgoing, sent_as
from dau.receiver.orders import SERIAL, Order, Outgoing, manner_of
from dau.receiver.unit_keys import note_use

UNITS_NAMED: Final = 64
"""So many MNs of one connection are announced and can be asked; a gateway carries a few, an attacker thousands."""

log = structlog.get_logger(__name__)


class End(StrEnum):
    """Why a connection ended."""

    CLOSED = "closed by the peer"
    LOST = "broken"
    IDLE = "no frame for too long"
    DEAF = "peer does not take answers"
    STOPPED = "receiver stops"


class Conversation:
    """What is said on one pipe. `run` it once; `stop` ends it after what was read so far is stored and answered."""

    def __init__(self, pipe: Pipe, peer: str, desk: Desk) -> None:
        self._pipe = pipe
        self._peer = peer
        self._desk = desk
        self._reader = Connection(Role.PLATFORM, keys=desk.keys)
        self._log = log.bind(peer=peer)
        self._patience: asyncio.Timeout | None = None
        self._is_stopping = False
        self._frame_s = desk.clock.monotonic_s()
        self._half: tuple[int, float] | None = None  # where in the stream a frame is half received, and since when
        self._units: set[str] = set()
        self._frames = self._refused = 0
        self._writing = asyncio.Lock()
        self._asking = Asking(desk, peer, self._write)
        self._follow_ups: dict[tuple[str, str], asyncio.Task[None]] = {}

    async def run(self) -> End:
        """Converse until the end, and say why it came."""
        self._log.info("connection opened")
        try:
            end = await self._converse()
        finally:
            self._desk.units.forget(self._asking)
            self._asking.cut()
            for task in self._follow_ups.values():
                task.cancel()
            await asyncio.gather(*self._follow_ups.values(), return_exceptions=True)
        self._log.info("connection closed", reason=end.value, frames=self._frames, refused=self._refused)
        return end

    def stop(self) -> None:
        """Ask for the end; waiting for the peer ends at once."""
        self._is_stopping = True
        if self._patience is not None and not self._patience.expired():
            self._patience.reschedule(self._desk.clock.monotonic_s())

    async def _converse(self) -> End:
        try:
            while not self._is_stopping:
                data = await self._read()
                await self._desk.keys.look()
                if data == b"":
                    await self._take(self._reader.receive_end())
                    return End.CLOSED
                if data is None and self._has_ended_waiting():
                    break
                events = self._reader.give_up() if data is None else self._reader.receive(data)
                self._watch_half_frame()
                await self._take(events)
        except LinkError:
            await self._keep(self._reader.receive_end())
            return End.LOST
        except TimeoutError:
            return End.STOPPED if self._is_stopping else End.DEAF
        return End.STOPPED if self._is_stopping else End.IDLE

    async def _read(self) -> bytes | None:
        """Return what came, ``b""`` at the end of the stream, None when patience ended first."""
        until_s = self._frame_s + self._desk.limits.idle_s
        if self._half is not None:
            until_s = min(until_s, self._half[1] + self._desk.limits.half_frame_s)
        try:
            async with asyncio.timeout_at(until_s) as self._patience:
                return await self._pipe.read()
        except TimeoutError:
            return None
        finally:
            self._patience = None

    def _has_ended_waiting(self) -> bool:
        idle_s = self._desk.clock.monotonic_s() - self._frame_s
        return self._is_stopping or idle_s >= self._desk.limits.idle_s

    def _watch_half_frame(self) -> None:
        place = self._reader.pending_at
        if place is None:
            self._half = None
        elif self._half is None or self._half[0] != place:
            self._half = (place, self._desk.clock.monotonic_s())

    async def _take(self, events: Sequence[Event]) -> None:
        """Store what came with what answers it, and only then answer."""
        answers = [self._answer_to(event) for event in events]
        if not await self._keep(events, answers):
            return
        for event, answer in zip(events, answers, strict=True):
            if isinstance(event, Received):
                self._asking.hear(event, answer)
            if answer:
                await self._answer(answer.raw)
            if isinstance(event, Received):
                self._follow_up(event)

    def _follow_up(self, received: Received) -> None:
        """Ask the unit what its packet gives reason for, beside everything else and once at a time."""
        order = order_after(received, self._desk.habits)
        if order is None or (order.mn, order.cn) in self._follow_ups:
            return
        key = order.mn, order.cn
        task = asyncio.create_task(self._ask_by_itself(order), name=f"{order.cn} to {order.mn}")
        self._follow_ups[key] = task
        task.add_done_callback(lambda _: self._follow_ups.pop(key, None))

    async def _ask_by_itself(self, order: Order) -> None:
        try:
            await self._asking.ask(order, lambda _: None)
        except Exception:  # a bug that one order brings out must not end the service of the unit
            log.exception("order failed", mn=order.mn, cn=order.cn, peer=self._peer)

    def _answer_to(self, event: Event) -> Outgoing | None:
        answer = answer_to(event) if isinstance(event, Received) else None
        if answer is None:
            return None
        try:
            return outgoing(answer)
        except LocalError as error:
            self._log.warning("packet cannot be answered", cn=answer.cn, error=str(error))
            return None

    async def _keep(self, events: Sequence[Event], answers: Sequence[Outgoing | None] = ()) -> bool:
        """Return whether it is on the disk."""
        if not events:
            return True
        self._note(events)
        at_ms = self._desk.clock.now_ms()
        entries = self._entries(events, answers, at_ms)
        used = [key for event in events if isinstance(event, Received) and (key := self._desk.keys.key_of(event))]
        try:
            contradictions, has_changed_keys = await self._desk.database.write(
                lambda connection: (keep(connection, entries), note_use(connection, used, at_ms))
            )
        except StoreError as error:
            self._log.error("packets neither stored nor answered", packets=len(events), error=str(error))
            return False
        if has_changed_keys:
            await self._desk.keys.look(at_once=True)
        self._report(contradictions)
        return True

    def _entries(self, events: Sequence[Event], answers: Sequence[Outgoing | None], at_ms: int) -> list[Entry]:
        entries: list[Entry] = []
        for event, answer in zip_longest(events, answers):
            has_key = isinstance(event, Received) and self._desk.keys.has_current(event.packet.mn)
            entries.append(arrival_of(event, at_ms, self._peer, has_key))
            if answer:
                entries.append(sent_as(answer, at_ms, self._peer))
        return entries

    async def _answer(self, frame: bytes) -> None:
        patience_s = 0 if self._is_stopping else self._desk.limits.answer_s  # 0: take it at once or not at all
        try:
            async with asyncio.timeout(patience_s) as self._patience:
                await self._write(frame)
        finally:
            self._patience = None

    async def _write(self, frame: bytes) -> None:
        async with self._writing:  # answers and requests are written by different tasks
            await self._pipe.write(frame)

    def _note(self, events: Sequence[Event]) -> None:
        for event in events:
            if isinstance(event, Received):
                self._frames += 1
                self._name_unit(event)
            else:
                if not self._refused:  # the first one of a connection; the others are counted
                    kind = "rubbish" if isinstance(event, Rubbish) else event.error.fault.value
                    self._log.warning("bytes refused", kind=kind, size=len(event.raw))
                self._refused += 1
            if not isinstance(event, Rubbish):
                self._frame_s = self._desk.clock.monotonic_s()

    def _name_unit(self, received: Received) -> None:
        mn = received.packet.mn or ""
        if mn not in self._units and len(self._units) < UNITS_NAMED:
            self._units.add(mn)
            self._log.info("unit speaks", mn=mn, edition=received.edition.value)
        manner = manner_of(received)
        if manner and mn in self._units:
            self._desk.units.hear(mn, self._asking, manner, "" if mn else received.packet.first(SERIAL) or "")

    def _report(self, contradictions: Sequence[Contradiction]) -> None:
        for each in contradictions:
            packet, datum = each.packet, each.datum
            self._log.warning(
                "datum differs from the one stored",
                mn=packet.mn,
                cn=packet.cn,
                data_time=packet.data_time,
                factor=datum.factor,
                field=datum.field,
                before=each.before,
                now=datum.value,
            )
