"""A desk at which one handler works: a real database and account in virtual time, and instruments of a script."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.errands import CannotDo, Errand, Report, Task
from dau.core.events import Info
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.hj212 import Content, Packet
from dau.store import audit, events, samples
from dau.store.audit import Act
from dau.uplink.desk import Desk, ExeRtn, Failed, Search
from dau.uplink.identity import Platform
from dau.uplink.site import Site
from tests.uplink.stand import COD, PH, Stand, at_stand, channels, platform

PUMP = Channel("pump", "SB1", "", 0, Medium.WATER, 5, kind=ChannelKind.FACILITY)
NATIONAL = platform(channels=channels(COD, PH, PUMP))
OTHERS = ("provincial", "municipal")


@dataclass(slots=True)
class Scripted:
    """Instruments: what each task brings or how it fails, what they were told, and how long they take for it."""

    brings: Mapping[Task, Report | Exception]
    takes_s: float = 0.0
    told: list[Errand] = field(default_factory=list)

    async def perform(self, errand: Errand) -> Report:
        self.told.append(errand)
        await asyncio.sleep(self.takes_s)
        found = self.brings.get(errand.task, CannotDo(f"{errand.task} is nothing that it can"))
        if isinstance(found, Exception):
            raise found
        return found


@dataclass(slots=True)
class Office:
    """The desk, the stand that it stands on, and what can be looked up afterwards."""

    stand: Stand
    desk: Desk
    instruments: Scripted

    async def audited(self) -> list[Act]:
        return list(await self.desk.database.read(lambda connection: audit.newest(connection, 100)))[::-1]

    async def owed(self, kind: RecordKind) -> list[Record]:
        return list(await self.desk.database.read(lambda connection: events.in_span(connection, kind, 0, 1 << 62)))

    async def logged(self) -> list[str]:
        """Return what other platforms read in the log of the unit."""
        told = [record.event for record in await self.owed(RecordKind.INFO)]
        return [event.value for event in told if isinstance(event, Info) and event.code == "i21001"]

    async def sample(self, channel: str, states: State, age_s: float = 1.0) -> None:
        """Store a sample of a channel."""
        taken = Sample(channel, self.stand.clock.now_ms() - round(age_s * 1000), 1.0, 1.0, states)
        await self.desk.database.write(lambda connection: samples.add(connection, self.stand.ids, [taken], 0))


def at_desk(
    folder: Path,
    work: Callable[[Office], Coroutine[Any, Any, None]],
    brings: Mapping[Task, Report | Exception] | None = None,
    site: Site | None = None,
    identity: Platform = NATIONAL,
) -> None:
    """Run ``work`` at the desk of one platform; `OTHERS` hear of what it changes."""

    async def at(stand: Stand) -> None:
        instruments = Scripted(brings or {})
        desk = await stand.desk(identity, *OTHERS)
        desk = replace(desk, instruments=instruments, site=site or Site())
        await work(Office(stand, desk, instruments))

    at_stand(folder, at, (COD, PH, PUMP))


def request(cn: str, content: str = "", st: str = "32", flag: int = 5) -> Packet:
    """Return a request with the data area as text; items are separated by semicolons, pairs by commas."""
    items = [item.split(",") for item in content.split(";") if item]
    cp: Content = tuple(
        tuple((name, value) for name, _, value in (pair.partition("=") for pair in item)) for item in items
    )
    return Packet(qn="20260101120000001", st=st, cn=cn, pw="x", mn=NATIONAL.mn, flag=flag, cp=cp)


def printed(content: Content | None) -> str | None:
    """Return a data area as it stands in a packet."""
    if content is None:
        return None
    return ";".join(",".join(f"{name}={value}" for name, value in item) for item in content)


async def found(search: Search, packet: Packet, desk: Desk) -> list[Record]:
    return [record async for record in search(packet, desk)]


async def failure(act: Coroutine[Any, Any, object]) -> tuple[ExeRtn, str]:
    """Return how an act fails."""
    try:
        await act
    except Failed as error:
        return error.code, str(error)
    raise AssertionError("it did not fail")
