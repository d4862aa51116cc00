"""A serial port that is none: a pseudo terminal whose far end the station opens by a link in the file system."""

import asyncio
import contextlib
import errno
import os
import select
import tty
from pathlib import Path
from typing import Final

from dau.words import text
from simulator.clock import now_ms
from simulator.errors import PlugError
from simulator.instruments.multidrop import Answering
from simulator.instruments.speaker import Note, Speaker

LOOK_AGAIN_S: Final = 0.02
"""While nobody has the far end open a read fails at once; this is how often we look whether somebody came."""


class SerialPort:
    """The slaves' end of a line. The station may open and close its end as often as it likes."""

    def __init__(self, link: Path, slaves: Answering, note: Note) -> None:
        """``link`` is the name under which the station finds the port while it is plugged in."""
        self._link = link
        self._slaves = slaves
        self._speaker = Speaker(self._send, note)
        self._near: int | None = None
        self._reading: asyncio.Task[None] | None = None

    async def plug(self) -> None:
        """Make the port and its link.

        Raises:
            PlugError: the link cannot be made.
        """
        near, far = os.openpty()
        try:
            # The far end is left closed: what a station sets on it (exclusive use above all) ends with the station.
            tty.setraw(far)
            os.set_blocking(near, False)
            self._link.parent.mkdir(parents=True, exist_ok=True)
            if self._link.is_symlink():
                self._link.unlink()
            self._link.symlink_to(os.ttyname(far))
        except OSError as problem:
            os.close(near)
            raise PlugError(text("sim.plug.link", link=self._link, problem=problem.strerror)) from problem
        finally:
            os.close(far)
        self._near = near
        self._reading = asyncio.create_task(self._listen(near), name=f"serial port {self._link.name}")

    async def unplug(self) -> None:
        """Take the port away: whoever has it open sees it break, and the name is gone."""
        if self._near is None or self._reading is None:
            return
        self._reading.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._reading
        self._speaker.hush()
        self._link.unlink(missing_ok=True)
        os.close(self._near)
        self._near = None

    def say(self, data: bytes) -> bool:
        """Say something unasked; returns whether anybody could hear it."""
        return self._send(data)

    async def _listen(self, near: int) -> None:
        while True:
            try:
                data = os.read(near, 4096)
            except BlockingIOError:
                await _readable(near)
            except OSError as problem:
                if problem.errno != errno.EIO:  # EIO: the far end is closed
                    raise
                await asyncio.sleep(LOOK_AGAIN_S)
            else:
                self._speaker.speak(self._slaves.answer(data, now_ms()))

    def _send(self, data: bytes) -> bool:
        if self._near is None or _is_far_end_closed(self._near):
            return False
        with contextlib.suppress(BlockingIOError):
            return os.write(self._near, data) == len(data)
        return False


async def _readable(descriptor: int) -> None:
    """Return when the descriptor has something to read (or broke)."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(descriptor, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


def _is_far_end_closed(near: int) -> bool:
    poll = select.poll()
    poll.register(near, select.POLLOUT)
    return any(event & select.POLLHUP for _, event in poll.poll(0))
