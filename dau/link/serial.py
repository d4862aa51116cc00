"""Byte pipes over serial ports, pseudo terminals included: the only door to pyserial."""

import asyncio
import errno
import termios
from contextlib import suppress
from typing import Final, Literal

import serial
import serial_asyncio_fast

from dau.link.pipe import Dial, LinkError, LinkLost, LinkRefused, Pipe, PortBusy, PortMissing

READ_LIMIT: Final = 4096
"""The most bytes that one read returns; twice as many may wait unread before the port is no longer read."""

MISSING: Final = frozenset({errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO})
"""No such path, or a path whose adapter or other end is gone."""

BUSY: Final = frozenset({errno.EBUSY, errno.EAGAIN})
"""Opened exclusively by the system or locked by another program."""

Parity = Literal["N", "E", "O"]


def dial_serial(path: str, baud: int, data_bits: Literal[7, 8], parity: Parity, stop_bits: Literal[1, 2]) -> Dial:
    """Return the way to open the serial port at ``path``, for us alone.

    A pseudo terminal takes any ``baud`` and ignores it, and refuses a ``parity`` other than "N".
    """

    def open_port() -> serial.Serial:
        return serial.Serial(path, baud, bytesize=data_bits, parity=parity, stopbits=stop_bits, exclusive=True)

    async def dial() -> Pipe:
        loop = asyncio.get_running_loop()
        try:
            return await _pipe(path, await loop.run_in_executor(None, open_port))
        except (OSError, ValueError, termios.error) as error:
            raise _refusal(path, error) from error

    return dial


async def _pipe(path: str, port: serial.Serial) -> Pipe:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=READ_LIMIT)
    protocol = asyncio.StreamReaderProtocol(reader)
    try:
        transport, _ = await serial_asyncio_fast.connection_for_serial(loop, lambda: protocol, port)
    except BaseException:  # it configures the port once more, and some ports refuse only then
        port.close()
        raise
    return SerialPipe(path, reader, asyncio.StreamWriter(transport, protocol, reader, loop))


def _refusal(path: str, error: Exception) -> LinkError:
    # termios.error is no OSError, but carries the number of the system's error first, as SerialException may.
    number = getattr(error, "errno", None) or (error.args[0] if error.args else None)
    if number in MISSING:
        return PortMissing(f"serial port {path} is not there: {error}")
    if number in BUSY:
        return PortBusy(f"serial port {path} is held by another program: {error}")
    if number == errno.EACCES:
        return LinkRefused(f"serial port {path} is not ours to open: {error}; expected: a member of its group")
    return LinkRefused(f"serial port {path} cannot be used with these settings: {error}")


class SerialPipe:
    """One open serial port. See `dau.link.pipe.Pipe`."""

    def __init__(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._path = path
        self._reader = reader
        self._writer = writer

    @property
    def name(self) -> str:
        """The path of the port."""
        return self._path

    async def read(self) -> bytes:
        """See `Pipe`. An unplugged adapter and a pseudo terminal whose master closed are both a lost link."""
        try:
            return await self._reader.read(READ_LIMIT)
        except (OSError, termios.error) as error:
            raise LinkLost(f"reading from {self._path}: {error}") from error

    async def write(self, data: bytes) -> None:
        """See `Pipe`."""
        if self._writer.is_closing():
            raise LinkLost(f"writing to {self._path}: the port is closed")
        try:
            self._writer.write(data)
            await self._writer.drain()
        except (OSError, termios.error) as error:
            raise LinkLost(f"writing to {self._path}: {error}") from error

    async def close(self) -> None:
        """See `Pipe`. What the system has not sent yet is dropped: waiting for a line without a reader has no end."""
        if not self._writer.is_closing():
            self._writer.transport.abort()
        with suppress(OSError, termios.error):  # why the port is closing was already told by read or write
            await self._writer.wait_closed()
