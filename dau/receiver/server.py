"""Takes connections of many units: on one TCP port, or handed in as pipes."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from dau.database import Database
from dau.hj212 import data_time
from dau.link import LinkError, Pipe, PortBusy, TcpPipe
from dau.link.tcp import READ_LIMIT
from dau.receiver.conversation import Conversation
from dau.receiver.desk import Desk, Limits
from dau.receiver.follow_up import Habits
from dau.receiver.journal import last_heard_ms
from dau.receiver.keyring import KeyRing
from dau.receiver.numbers import Numbers
from dau.receiver.orders import Ending, Order, Outcome, Tell
from dau.runtime.clock import Clock

NAMED: Final = 8
"""So many units without an MN are named to somebody who means none of them."""

Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]

log = structlog.get_logger(__name__)


class Receiver:
    """The other end of many units. Each connection is a task of the caller that runs `serve`.

    Args:
        database: open, with `dau.receiver.tables.SCHEMA`.
        clock: stamps the arrival of packets.
        limits: see `Limits`.
        habits: what it asks units by itself.
    """

    def __init__(
        self, database: Database, clock: Clock, limits: Limits | None = None, habits: Habits | None = None
    ) -> None:
        self._desk = Desk(
            database,
            clock,
            limits or Limits(),
            Numbers(database, clock),
            KeyRing(database, clock),
            habits or Habits(),
        )
        self._open: set[Conversation] = set()
        self._is_stopping = False

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._open)

    async def serve(self, pipe: Pipe, peer: str) -> None:
        """Converse with the unit at the other end of ``pipe`` until the connection ends; the pipe is closed."""
        try:
            await self._serve(pipe, peer)
        except Exception:  # a bug that the bytes of one unit bring out must not end the service of the others
            log.exception("conversation failed", peer=peer)
        finally:
            await pipe.close()

    async def ask(self, order: Order, tell: Tell) -> Ending:
        """Send a unit a request or a notice, and follow the exchange to its end; ``tell`` hears each step at once.

        Raises:
            StoreError: the unit is not connected, and the database cannot tell whether it ever was.
        """
        units = self._desk.units
        unit = units.find(order.unit, order.serial)
        if unit:
            return await unit.line.ask(order, tell)
        if not order.unit and units.new:
            known = ", ".join(each.serial or "?" for each in units.new[:NAMED])
            return Ending(Outcome.IMPOSSIBLE, detail=f"{len(units.new)} units without an MN are connected: {known}")
        heard_ms = await self._desk.database.read(lambda connection: last_heard_ms(connection, order.unit))
        if heard_ms is None:
            return Ending(Outcome.UNKNOWN)
        return Ending(Outcome.AWAY, detail=data_time(heard_ms))

    def stop(self) -> None:
        """Take no further connection and end those that are open, after what they have read is stored and answered."""
        self._is_stopping = True
        for conversation in self._open:
            conversation.stop()

    async def _serve(self, pipe: Pipe, peer: str) -> None:
        if self._is_stopping or len(self._open) >= self._desk.limits.connections:
            log.warning("connection refused", peer=peer, open=len(self._open), limit=self._desk.limits.connections)
            return
        conversation = Conversation(pipe, peer, self._desk)
        self._open.add(conversation)
        try:
            await conversation.run()
        finally:
            self._open.discard(conversation)


@asynccontextmanager
async def listening(host: str, port: int, receiver: Receiver) -> AsyncIterator[str]:
    """Serve whoever connects to ``host:port`` while the block runs, and stop in order at its end.

    Yields:
        the address really listened on, for port 0 too.

    Raises:
        PortBusy: another program listens there.
        LinkError: the address does not exist here or is not allowed.
    """
    # Not a TaskGroup: that would wrap every error of the block in a group. `serve` raises nothing that could be missed.
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("peername")
        peer = address_text(*address[:2]) if address else "a peer already gone"
        task = asyncio.create_task(receiver.serve(TcpPipe(peer, reader, writer), peer), name=f"unit at {peer}")
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await _start(accept, host, port)
    try:
        yield address_text(*server.sockets[0].getsockname()[:2])
    finally:
        server.close()
        receiver.stop()
        await asyncio.gather(*tasks)


async def _start(accept: Accept, host: str, port: int) -> asyncio.Server:
    try:
        return await asyncio.start_server(accept, host, port, limit=READ_LIMIT)
    except OSError as error:
        kind = PortBusy if error.errno == errno.EADDRINUSE else LinkError
        number = error.errno or 0  # below zero: the name is unknown, and only the text says so
        found = os.strerror(number) if number > 0 else error.strerror
        raise kind(f"cannot listen on {address_text(host, port)}: {found}") from error


def address_text(host: str, port: int) -> str:
    """Return ``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
