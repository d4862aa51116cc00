"""The door of a running receiver for other programs of this machine: a socket beside the database.

Whoever may write to the socket (its owner: mode 0600) hands in one order for each connection and is told, line by
line, what becomes of it. The lines are those of `dau.receiver.door_lines`. A visitor who leaves gives up his order.
"""

import asyncio
import errno
import os
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import structlog

from dau.database import StoreError
from dau.link import LinkError, PortBusy
from dau.receiver.door_lines import ORDER_LIMIT, BadLine, ending_line, read_order, told_line
from dau.receiver.orders import Ending, Outcome, Told
from dau.receiver.server import Receiver

VISITORS: Final = 32
"""So many may stand in the door; one more is told that it is busy."""

ORDER_S: Final = 10.0
"""How long a visitor may take to say what he wants, and to take the last word."""

LEAVE_S: Final = 2.0
"""How long visitors may take to go when the door closes."""

UNREAD_LIMIT: Final = 4_000_000
"""Bytes a visitor may leave unread; a month of minute records, if he sleeps. Then he is taken for gone."""

log = structlog.get_logger(__name__)


def door_of(database: Path) -> Path:
    """Return where the receiver that writes ``database`` has its door."""
    return database.with_name(f"{database.name}.sock")


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """Yield an address for the socket at ``path``, which may be longer than the 107 bytes a socket address holds."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


@asynccontextmanager
async def open_door(path: Path, receiver: Receiver) -> AsyncIterator[None]:
    """Let visitors in while the block runs. At its end those who are still told something are heard out first.

    Raises:
        PortBusy: another receiver has its door there.
        LinkError: no socket can be made there.
    """
    visits: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visit = _turn_away(writer) if len(visits) >= VISITORS else _visit(reader, writer, receiver)
        task = asyncio.create_task(visit, name="visit at the door")
        visits.add(task)
        task.add_done_callback(visits.discard)

    with _frame(path) as door:
        server = await asyncio.start_unix_server(accept, sock=door, limit=ORDER_LIMIT)
        try:
            yield
        finally:
            server.close()
            await _leave(visits)


async def _leave(visits: set[asyncio.Task[None]]) -> None:
    if visits:
        _, slow = await asyncio.wait(visits, timeout=LEAVE_S)
        for visit in slow:
            visit.cancel()
        await asyncio.gather(*slow, return_exceptions=True)


@contextmanager
def _frame(path: Path) -> Iterator[socket.socket]:
    """Put a socket at ``path``, where that of a dead receiver may lie, and take it away again."""
    with ExitStack() as stack:
        try:
            address = stack.enter_context(short_address(path))
            door = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            _bind(door, path, address)
        except OSError as error:
            raise LinkError(f"cannot open the door {path}: {error.strerror}") from error
        try:
            yield door
        finally:
            path.unlink(missing_ok=True)


def _bind(door: socket.socket, path: Path, address: str) -> None:
    door.setblocking(False)
    os.fchmod(door.fileno(), 0o600)  # before it has a name: at no moment may anybody else come in
    if _is_taken(path, address):
        raise PortBusy(f"cannot open the door {path}: another receiver is running on the same database")
    door.bind(address)


def _is_taken(path: Path, address: str) -> bool:
    """Tell whether somebody answers at ``path``; what a dead one left is cleared away.

    Raises:
        LinkError: something else than a socket lies there.
        OSError: it cannot be found out.
    """
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise LinkError(f"cannot open the door {path}: something lies there that is no socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.setblocking(False)
            probe.connect(address)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno == errno.ECONNREFUSED:
            path.unlink()
            return False
        return error.errno == errno.EAGAIN  # too many are knocking: it lives
    return True


async def _turn_away(writer: asyncio.StreamWriter) -> None:
    await _last_word(writer, Ending(Outcome.BUSY, detail=str(VISITORS)))


async def _visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receiver: Receiver) -> None:
    try:
        ending = await _carry_out(reader, writer, receiver)
        if ending:
            await _last_word(writer, ending)
    except Exception:  # a bug that one order brings out must not end the service of the others
        log.exception("visit failed")
    finally:
        writer.transport.abort()


async def _last_word(writer: asyncio.StreamWriter, ending: Ending) -> None:
    try:
        async with asyncio.timeout(ORDER_S):
            writer.write(ending_line(ending))
            writer.close()
            await writer.wait_closed()
    except OSError:  # he left, or does not listen (a time-out is one too): there is nobody to tell
        writer.transport.abort()


async def _carry_out(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, receiver: Receiver) -> Ending | None:
    """Read an order and see to it as long as the visitor stays; None if he left."""
    try:
        async with asyncio.timeout(ORDER_S):
            order = read_order(await reader.readuntil(b"\n"))
    except BadLine as error:
        return Ending(Outcome.IMPOSSIBLE, detail=str(error))
    except asyncio.LimitOverrunError:
        return Ending(Outcome.IMPOSSIBLE, detail=f"order: a line longer than {ORDER_LIMIT} bytes")
    except (asyncio.IncompleteReadError, OSError):
        return Ending(Outcome.IMPOSSIBLE, detail=f"order: no whole line within {ORDER_S:g} s")
    asked = asyncio.create_task(receiver.ask(order, lambda told: _tell(writer, told)), name="order")
    left = asyncio.create_task(_leaving(reader), name="visitor leaves")
    try:
        await asyncio.wait((asked, left), return_when=asyncio.FIRST_COMPLETED)
        return await asked if asked.done() else None
    except StoreError as error:
        return Ending(Outcome.IMPOSSIBLE, detail=str(error))
    finally:
        asked.cancel()
        left.cancel()
        await asyncio.gather(asked, left, return_exceptions=True)


async def _leaving(reader: asyncio.StreamReader) -> None:
    """Wait until the visitor leaves. What he still says is not listened to."""
    try:
        while await reader.read(ORDER_LIMIT):
            pass
    except OSError:
        return


def _tell(writer: asyncio.StreamWriter, told: Told) -> None:
    if writer.transport.get_write_buffer_size() > UNREAD_LIMIT:
        log.warning("visitor does not listen", unread=writer.transport.get_write_buffer_size())
        writer.transport.abort()
    elif not writer.is_closing():
        writer.write(told_line(told))
