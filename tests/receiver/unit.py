"""A unit that does what its script says: it speaks frames over one end of a memory pipe."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Final

from dau.hj212 import (
    Content,
    FrameReader,
    Packet,
    Received,
    dialect,
    edition_of,
    encode,
    execution_result,
    request_receipt,
)
from dau.link import MemoryPipe
from dau.receiver.orders import Ending, Order, Part, Step, Told
from tests.receiver.site import MN, Site, upload

SPAN: Final = ((("BeginTime", "20260101000000"),), (("EndTime", "20260101020000"),))
"""Content of a history request that asks for the first three hours of the year."""


@dataclass(slots=True)
class Unit:
    """The unit's end of a connection."""

    pipe: MemoryPipe
    _reader: FrameReader = field(default_factory=FrameReader)
    _came: deque[Received] = field(default_factory=deque)

    async def next(self) -> Received:
        """Return the next frame of the receiver."""
        while not self._came:
            data = await self.pipe.read()
            assert data, "the receiver closed"
            for event in self._reader.receive(data):
                assert isinstance(event, Received)
                self._came.append(event)
        return self._came.popleft()

    async def request(self) -> Packet:
        """Return the next packet of the receiver."""
        return (await self.next()).packet

    async def say(self, *packets: Packet) -> None:
        """Send packets, each in the edition its Flag claims."""
        frames = (encode(packet, dialect(edition_of(packet.flag))) for packet in packets)
        await self.pipe.write(b"".join(frames))

    async def upload(self, **fields: Any) -> Received:
        """Send an hour record of now and return its answer."""
        await self.pipe.write(upload(**fields))
        return await self.next()


def record(label: str, qn: str, **fields: Any) -> Packet:
    """Return a stored hour record as a history query returns it."""
    content: Content = ((("DataTime", label),), (("w01018-Avg", "40.1"), ("w01018-Flag", "N")))
    parts: dict[str, Any] = {"qn": qn, "st": "32", "cn": "2061", "pw": "100000", "mn": MN, "flag": 4, "cp": content}
    return Packet(**parts | fields)


async def accept(unit: Unit, exe_rtn: int = 1) -> Packet:
    """Accept a request, execute it at once, and return it."""
    request = await unit.request()
    await unit.say(request_receipt(request, 1), execution_result(request, exe_rtn))
    return request


@dataclass(slots=True)
class Asked:
    """An order under way: what was told so far, and its end."""

    told: list[Told]
    task: asyncio.Task[Ending]

    async def end(self) -> Ending:
        """Wait for the end."""
        return await self.task


def ask(site: Site, cn: str, **fields: Any) -> Asked:
    """Give an order to the receiver of a site."""
    told: list[Told] = []
    order = Order(**{"mn": MN, "cn": cn} | fields)
    return Asked(told, site.group.create_task(site.receiver.ask(order, told.append)))


async def connected(site: Site, peer: str = "10.0.0.7:40001", **fields: Any) -> Unit:
    """Return a unit that has sent one upload, so that the receiver knows it."""
    unit = Unit(site.call(peer))
    await unit.upload(**fields)
    return unit


def parts(told: list[Told]) -> list[Part | int]:
    """Which part each step plays; for `Waiting` how many are before."""
    return [each.part if isinstance(each, Step) else each.before for each in told]
