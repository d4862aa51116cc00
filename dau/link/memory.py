"""Byte pipes inside one process: for instruments and platforms of tests, and wherever two parts talk without a system.

A pipe here keeps the same promises as a real one: bytes may arrive in other pieces than they were written, nothing is
lost or invented, closing one end is an orderly end for the other, and `MemoryPipe.cut` is the pulled cable. It does not
imitate speed or a full buffer: what is written can be read at once.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from dau.link.pipe import Dial, LinkLost, Pipe

READ_LIMIT: Final = 4096


class _OneWay:
    """The bytes under way in one direction, and what became of that direction."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.is_ended = False  # by the writing end, in order
        self.is_unread = False  # the reading end was closed
        self.is_cut = False
        self.change = asyncio.Event()

    def set_cut(self) -> None:
        self.is_cut = True
        self.change.set()


class MemoryPipe:
    """One of two ends. See `dau.link.pipe.Pipe`."""

    def __init__(self, name: str, incoming: _OneWay, outgoing: _OneWay) -> None:
        self._name = name
        self._incoming = incoming
        self._outgoing = outgoing

    @property
    def name(self) -> str:
        """The name given to the pair."""
        return self._name

    def cut(self) -> None:
        """Break the pipe: from now on both ends are lost, and what has not been read is gone."""
        self._incoming.set_cut()
        self._outgoing.set_cut()

    async def read(self) -> bytes:
        """See `Pipe`."""
        way = self._incoming
        while not (way.waiting or way.is_ended or way.is_unread or way.is_cut):
            way.change.clear()
            await way.change.wait()
        if way.is_cut or way.is_unread:
            raise LinkLost(f"reading from {self._name}: the pipe is {'cut' if way.is_cut else 'closed'}")
        data = bytes(way.waiting[:READ_LIMIT])
        del way.waiting[:READ_LIMIT]
        return data

    async def write(self, data: bytes) -> None:
        """See `Pipe`."""
        way = self._outgoing
        if way.is_cut or way.is_ended or way.is_unread:
            raise LinkLost(f"writing to {self._name}: the pipe is {'cut' if way.is_cut else 'closed'}")
        way.waiting += data
        way.change.set()

    async def close(self) -> None:
        """See `Pipe`."""
        self._incoming.is_unread = True
        self._incoming.change.set()
        self._outgoing.is_ended = True
        self._outgoing.change.set()


def pipe_pair(name: str = "memory") -> tuple[MemoryPipe, MemoryPipe]:
    """Return two ends of one new pipe: what is written into one is read from the other."""
    there, back = _OneWay(), _OneWay()
    return MemoryPipe(name, back, there), MemoryPipe(name, there, back)


def dial_memory(accept: Callable[[MemoryPipe], object], name: str = "memory") -> Dial:
    """Return a way to open a new pair each time.

    ``accept`` is given the far end; it may raise a `LinkError` to refuse.
    """

    async def dial() -> Pipe:
        near, far = pipe_pair(name)
        accept(far)
        return near

    return dial
