"""Byte pipes over TCP: to Modbus TCP instruments, serial servers and platforms."""

import asyncio
import socket
from typing import Final

from dau.link.pipe import Dial, LinkLost, LinkRefused, Pipe

READ_LIMIT: Final = 4096
"""The most bytes that one read returns; twice as many may wait unread before the sender is held back."""

CLOSE_S: Final = 2.0
"""How long a closing connection may take to hand over what was written."""

KEEPALIVE: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 60_000),
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
)
"""A peer that vanished without a word is noticed within a minute, whether we are waiting or sending."""


def dial_tcp(host: str, port: int, timeout_s: float) -> Dial:
    """Return the way to open a connection to ``host:port``, which may take at most ``timeout_s``."""
    name = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    async def dial() -> Pipe:
        try:
            async with asyncio.timeout(timeout_s):
                reader, writer = await asyncio.open_connection(host, port, limit=READ_LIMIT)
        except TimeoutError:
            raise LinkRefused(f"connecting to {name}: no answer within {timeout_s:g} s") from None
        except (OSError, UnicodeError) as error:
            raise LinkRefused(f"connecting to {name}: {error}") from error
        return TcpPipe(name, reader, writer)

    return dial


class TcpPipe:
    """One TCP connection, opened by us or accepted from a peer. See `dau.link.pipe.Pipe`."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._name = name
        self._reader = reader
        self._writer = writer
        connection: socket.socket = writer.get_extra_info("socket")
        for level, option, value in KEEPALIVE:
            connection.setsockopt(level, option, value)

    @property
    def name(self) -> str:
        """``host:port``."""
        return self._name

    async def read(self) -> bytes:
        """See `Pipe`."""
        try:
            return await self._reader.read(READ_LIMIT)
        except OSError as error:
            raise LinkLost(f"reading from {self._name}: {error}") from error

    async def write(self, data: bytes) -> None:
        """See `Pipe`."""
        if self._writer.is_closing():
            raise LinkLost(f"writing to {self._name}: the connection is closed")
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise LinkLost(f"writing to {self._name}: {error}") from error

    async def close(self) -> None:
        """See `Pipe`."""
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
        except OSError:  # also the time-out: closed is closed, however it ended
            pass
        finally:
            self._writer.transport.abort()
