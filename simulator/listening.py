"""A TCP port with something behind it that can be plugged in and pulled out, with all its connections."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from dau.words import text
from simulator.errors import PlugError

READ_BYTES: Final = 65536


class Visit(Protocol):
    """One connection of somebody who called."""

    def take(self, data: bytes) -> None:
        """Take what came."""

    def end(self) -> None:
        """Say nothing more: the connection is about to be broken, or was."""


class ListeningPort:
    """A port at ``host:port``; ``welcome`` makes the visit of each new connection."""

    def __init__(self, address: str, welcome: Callable[[asyncio.StreamWriter], Visit]) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._welcome = welcome
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def plug(self) -> None:
        """Listen.

        Raises:
            PlugError: another program has the port, or the address is not ours.
        """
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self._port)
        except OSError as problem:
            address = f"{self._host}:{self._port}"
            raise PlugError(text("sim.plug.listen", address=address, problem=problem.strerror)) from problem

    async def unplug(self) -> None:
        """Stop listening and break every connection."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def address(self) -> str:
        """Where it really listens (another port than asked for if that was 0)."""
        port = self._server.sockets[0].getsockname()[1] if self._server else self._port
        return f"{self._host}:{port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        visit = self._welcome(writer)
        try:
            while data := await reader.read(READ_BYTES):
                visit.take(data)
        except (ConnectionError, asyncio.CancelledError):
            pass  # broken by who called, or unplugged by us: both end the connection here
        finally:
            visit.end()
            writer.transport.abort()
            self._connections.discard(task)
