"""A receiver with its database in virtual time, and the frames of the units that call it."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dau.database import Database
from dau.hj212 import (
    Content,
    Packet,
    crc212,
    data_time,
    dialect,
    edition_of,
    encode,
    factor_item,
    parse_data_time,
    qn_from_ms,
)
from dau.link import MemoryPipe, pipe_pair
from dau.receiver.desk import Limits
from dau.receiver.follow_up import Habits
from dau.receiver.server import Receiver
from dau.receiver.tables import SCHEMA
from dau.runtime.clock import LoopClock
from tests.virtual_time import run_virtual

MN = "010000A8900016F000169DC0"
START_MS = parse_data_time("20260101000000") or 0
QUIET_S = 5.0


def upload(value: str = "40.1", *, number: int = 0, **fields: Any) -> bytes:
    """Return the frame of an hour record of COD; ``number`` makes label and QN, ``fields`` replace fields."""
    label = data_time(START_MS + number * 3_600_000)
    content: Content = ((("DataTime", label),), factor_item("w01018", [("Avg", value), ("Flag", "N")]))
    qn = qn_from_ms(START_MS + number)
    parts: dict[str, Any] = {"qn": qn, "st": "32", "cn": "2061", "pw": "100000", "mn": MN, "flag": 5, "cp": content}
    packet = Packet(**parts | fields)
    return encode(packet, dialect(edition_of(packet.flag)))


def frame(segment: str) -> bytes:
    """Return the frame of any segment, allowed or not, with a good length and CRC."""
    data = segment.encode()
    return b"##%04d%b%04X\r\n" % (len(data), data, crc212(data))


@dataclass(frozen=True, slots=True)
class Site:
    """A receiver that runs."""

    database: Database
    receiver: Receiver
    group: asyncio.TaskGroup

    def call(self, peer: str = "10.0.0.7:40001") -> MemoryPipe:
        """Open a connection and return the unit's end."""
        near, far = pipe_pair(peer)
        self.group.create_task(self.receiver.serve(far, peer))
        return near

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database."""

        def ask(connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
            return connection.execute(sql).fetchall()

        return await self.database.read(ask)

    async def tally(self) -> dict[str, int]:
        """Return the counts of all units and commands together."""
        return dict(await self.rows("SELECT what, sum(count) FROM tally GROUP BY what"))


def at_site(
    folder: Path,
    work: Callable[[Site], Coroutine[Any, Any, None]],
    limits: Limits | None = None,
    habits: Habits | None = None,
) -> None:
    """Run ``work`` beside a receiver in virtual time, which must stop in order afterwards."""
    database = Database(folder / "receiver.db", SCHEMA, "OFF")

    async def main() -> None:
        await database.open()
        try:
            async with asyncio.TaskGroup() as group:
                receiver = Receiver(database, LoopClock(START_MS), limits, habits)
                await work(Site(database, receiver, group))
                receiver.stop()
            assert receiver.connections == 0
        finally:
            await database.close()

    run_virtual(main(), lambda: database.busy)


async def is_quiet(pipe: MemoryPipe) -> bool:
    """Return whether nothing comes for a while."""
    try:
        async with asyncio.timeout(QUIET_S):
            await pipe.read()
    except TimeoutError:
        return True
    return False
