"""A pseudo terminal whose master side is the far end of the wire."""

import asyncio
import os
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Terminal:
    """The master side: what is on the wire. Opened under a path that can be plugged out and in again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.master = self._slave = -1
        self.plug_in()

    def plug_in(self) -> None:
        """Make the port appear."""
        self.master, self._slave = os.openpty()  # without an open slave side the master side cannot be read
        tty.setraw(self._slave)
        os.set_blocking(self.master, False)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._slave))

    def unplug(self) -> None:
        """Make the port vanish, as a USB adapter does."""
        self.path.unlink()
        os.close(self.master)
        os.close(self._slave)
        self.master = -1

    # The master side as a `dau.link.Pipe`.

    @property
    def name(self) -> str:
        return "master"

    async def read(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        loop.add_reader(self.master, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self.master)
        return os.read(self.master, 4096)

    async def write(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.001)

    async def close(self) -> None:
        return None


@contextmanager
def terminal(path: Path) -> Iterator[Terminal]:
    """Plug in a terminal at ``path`` for a while."""
    plugged = Terminal(path)
    try:
        yield plugged
    finally:
        if plugged.master >= 0:
            plugged.unplug()
