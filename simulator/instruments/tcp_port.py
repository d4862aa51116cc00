"""A listening port with instruments behind it: Modbus TCP, or a serial server that carries RTU over TCP."""

import asyncio
from collections.abc import Callable
from typing import Final

from dau.words import text
from simulator.clock import now_ms
from simulator.errors import PlugError
from simulator.instruments.multidrop import Multidrop
from simulator.instruments.speaker import Note, Speaker

READ_BYTES: Final = 4096


class TcpPort:
    """Instruments at ``host:port``; each connection is a line of its own, as with a serial server's sessions."""

    def __init__(self, address: str, slaves: Callable[[], Multidrop], note: Note) -> None:
        """``slaves`` makes the line of a new connection."""
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._slaves = slaves
        self._note = note
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
    def port(self) -> int:
        """The port really listened on (another than asked for if that was 0)."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server else self._port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        speaker = Speaker(lambda data: _send(writer, data), self._note)
        slaves = self._slaves()
        try:
            while data := await reader.read(READ_BYTES):
                speaker.speak(slaves.answer(data, now_ms()))
        except (ConnectionError, asyncio.CancelledError):
            pass  # broken by the station, or unplugged by us: both end the connection here
        finally:
            speaker.hush()
            writer.transport.abort()
            self._connections.discard(task)


def _send(writer: asyncio.StreamWriter, data: bytes) -> bool:
    if writer.is_closing():
        return False
    writer.write(data)
    return True
