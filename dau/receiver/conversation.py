"""One connection of a unit: finds the frames, has them stored, answers those that are safely on the disk.

A connection is never closed for what it says. It ends when the peer ends it, when no frame has come for
`Limits.idle_s` (rubbish does not count, so a stranger who only talks nonsense goes too), when the peer does not take
our answers, or when the receiver stops. Memory is bounded: nothing is read before what came is stored and answered.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog

from dau.database import Database, StoreError
from dau.hj212 import Connection, Event, LocalError, Received, Role, Rubbish
from dau.link import LinkError, Pipe
from dau.receiver.journal import Contradiction, keep
from dau.receiver.meaning import answer_to, arrival_of
from dau.runtime.clock import Clock

UNITS_NAMED: Final = 64
"""So many MNs of one connection are announced in the log; a gateway carries a few, an attacker thousands."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the receiver puts up with.

    Attributes:
        idle_s: a connection without a frame for so long is closed; units without realtime data speak once an hour.
        half_frame_s: a frame that is not complete so long after its beginning is given up.
        answer_s: how long a peer may take to accept an answer.
        connections: how many connections may be open at once.
    """

    idle_s: float = 3 * 3600.0
    half_frame_s: float = 60.0
    answer_s: float = 60.0
    connections: int = 500


class End(StrEnum):
    """Why a connection ended."""

    CLOSED = "closed by the peer"
    LOST = "broken"
    IDLE = "no frame for too long"
    DEAF = "peer does not take answers"
    STOPPED = "receiver stops"


@dataclass(frozen=True, slots=True)
class Desk:
    """What every conversation works with."""

    database: Database
    clock: Clock
    limits: Limits


class Conversation:
    """What is said on one pipe. `run` it once; `stop` ends it after what was read so far is stored and answered."""

    def __init__(self, pipe: Pipe, peer: str, desk: Desk) -> None:
        self._pipe = pipe
        self._peer = peer
        self._desk = desk
        self._reader = Connection(Role.PLATFORM)
        self._log = log.bind(peer=peer)
        self._patience: asyncio.Timeout | None = None
        self._is_stopping = False
        self._frame_s = desk.clock.monotonic_s()
        self._half: tuple[int, float] | None = None  # where in the stream a frame is half received, and since when
        self._units: set[str] = set()
        self._frames = self._refused = 0

    async def run(self) -> End:
        """Converse until the end, and say why it came."""
        self._log.info("connection opened")
        end = await self._converse()
        self._log.info("connection closed", reason=end.value, frames=self._frames, refused=self._refused)
        return end

    def stop(self) -> None:
        """Ask for the end; waiting for the peer ends at once."""
        self._is_stopping = True
        if self._patience is not None:
            self._patience.reschedule(self._desk.clock.monotonic_s())

    async def _converse(self) -> End:
        try:
            while not self._is_stopping:
                data = await self._read()
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
        """Store what came, and only then answer."""
        if not await self._keep(events):
            return
        for event in events:
            if isinstance(event, Received):
                await self._answer(event)

    async def _keep(self, events: Sequence[Event]) -> bool:
        """Return whether it is on the disk."""
        if not events:
            return True
        self._note(events)
        at_ms = self._desk.clock.now_ms()
        arrivals = [arrival_of(event, at_ms, self._peer) for event in events]
        try:
            contradictions = await self._desk.database.write(lambda connection: keep(connection, arrivals))
        except StoreError as error:
            self._log.error("packets neither stored nor answered", packets=len(arrivals), error=str(error))
            return False
        self._report(contradictions)
        return True

    async def _answer(self, received: Received) -> None:
        try:
            frame = answer_to(received)
        except LocalError as error:
            self._log.warning("packet stored but cannot be answered", cn=received.packet.cn, error=str(error))
            return
        if not frame:
            return
        patience_s = 0 if self._is_stopping else self._desk.limits.answer_s  # 0: take it at once or not at all
        try:
            async with asyncio.timeout(patience_s) as self._patience:
                await self._pipe.write(frame)
        finally:
            self._patience = None

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
