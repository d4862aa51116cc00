"""A unit that does what its script says: it speaks frames over one end of a memory pipe."""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from dau.cipher import Sm4
from dau.hj212 import (
    Content,
    Data,
    FrameReader,
    Kind,
    Packet,
    Received,
    Role,
    as_upload,
    command,
    data_time,
    decode,
    dialect,
    edition_of,
    encode,
    execution_result,
    flag_of,
    notice_receipt,
    parse_data_time,
    qn_from_ms,
    request_receipt,
    shall_encrypt,
)
from dau.link import MemoryPipe
from dau.receiver.orders import Ending, Order, Part, Step, Told
from tests.receiver.site import MN, START_MS, Site, upload

SPAN: Final = ((("BeginTime", "20260101000000"),), (("EndTime", "20260101020000"),))
"""Content of a history request that asks for the first three hours of the year."""


@dataclass(slots=True)
class Unit:
    """The unit's end of a connection; with ``keys``, the current one first, it encrypts what 2025 wants encrypted."""

    pipe: MemoryPipe
    keys: list[Sm4] = field(default_factory=list)
    _reader: FrameReader = field(init=False)
    _came: deque[Received] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self._reader = FrameReader(keys=self)

    def ciphers(self, mn: str | None) -> list[Sm4]:
        """Return the keys of the unit: it is an `hj212.Keys` for its reader."""
        del mn
        return self.keys

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
        await self.pipe.write(b"".join(map(self.frame, packets)))

    def frame(self, packet: Packet) -> bytes:
        """Return a packet as this unit sends it."""
        rules = dialect(edition_of(packet.flag))
        cipher = self.keys[0] if self.keys and shall_encrypt(packet.cn, Role.UNIT, rules) else None
        return encode(packet, rules, cipher)

    async def upload(self, **fields: Any) -> Received:
        """Send an hour record of now and return its answer."""
        await self.say(decode(upload(**fields)).packet)
        return await self.next()

    async def perform(self) -> Packet:
        """Do the next thing that the receiver wants, as a unit of the edition in which it is asked; return it."""
        asked = await self.request()
        await self.say(*replies(asked))
        return asked


def replies(asked: Packet) -> list[Packet]:
    """Return what a unit that has everything answers to a request or notice, in the layout of its edition."""
    row = command(asked.cn, edition_of(asked.flag))
    assert row is not None and row.down is not None
    if row.down is Kind.NOTICE:
        return [notice_receipt(asked)]
    count = {Data.NONE: 0, Data.ONE: 1, Data.MANY: 3}[row.data]
    data = [_data(asked, number, row.data) for number in range(count)]
    return [request_receipt(asked, 1), *data, execution_result(asked, 1)]


def _data(asked: Packet, number: int, how: Data) -> Packet:
    """Return one packet of data: in 2005 without QN and Flag, in a history with a QN of its own."""
    begin = (parse_data_time(asked.first("BeginTime") or "") or START_MS) + number * 3_600_000
    rules = dialect(edition_of(asked.flag))
    qn = asked.qn if how is Data.ONE else qn_from_ms(START_MS + 86_400_000 + number)
    items: Content = ((("DataTime", data_time(begin)),), (("w01018-Avg", "40.1"), ("w01018-Flag", "N")))
    flag = flag_of(asked.version)
    packet = Packet(qn=qn, st="32", cn=asked.cn, pw=asked.pw, mn=asked.mn, flag=flag, cp=items)
    return as_upload(packet, rules)


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


async def connected(site: Site, peer: str = "10.0.0.7:40001", keys: Sequence[Sm4] = (), **fields: Any) -> Unit:
    """Return a unit that has sent one upload, so that the receiver knows it."""
    unit = Unit(site.call(peer), list(keys))
    await unit.upload(**fields)
    return unit


def parts(told: list[Told]) -> list[Part | int]:
    """Which part each step plays; for `Waiting` how many are before."""
    return [each.part if isinstance(each, Step) else each.before for each in told]
