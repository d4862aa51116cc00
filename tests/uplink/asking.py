"""A platform that asks: requests with rising QNs over the connection of a far end, and what the unit answers."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

from dau.hj212 import (
    HJ2005,
    HJ2017,
    HJ2025,
    Content,
    Deviation,
    Dialect,
    Packet,
    encode,
    flag_of,
    qn_from_ms,
    result_code,
)
from dau.store import audit
from dau.store.audit import Act
from dau.uplink.identity import Platform
from tests.uplink.far_end import FarEnd, Script, receipt
from tests.uplink.stand import PW, START_MS, Stand, platform

EDITIONS = (HJ2005, HJ2017, HJ2025)
OURS = frozenset({Deviation.MN_FORM, Deviation.PW_FORM, Deviation.FACTOR_CODE})
"""What the settings decide: the tests keep theirs in editions that print such things otherwise."""


def area(**values: str) -> Content:
    """Return a content of one item for each value."""
    return tuple(((name, value),) for name, value in values.items())


def answers_of(packets: list[Packet]) -> list[tuple[str, int | None]]:
    """Return the command of each packet, and the code it carries."""
    return [(packet.cn, result_code(packet)) for packet in packets]


DONE = [("9011", 1), ("9012", 1)]


def ended(code: int) -> list[tuple[str, int | None]]:
    """Return how a request without data is answered that ended with a code."""
    return [("9011", 1), ("9012", code)]


@dataclass(slots=True)
class Asker:
    """The platform's side. ``asked`` holds every request as it was sent."""

    stand: Stand
    far_end: FarEnd
    identity: Platform
    pw: str = PW
    asked: list[Packet] = field(default_factory=list)

    def request(self, cn: str, content: Content = (), **fields: Any) -> Packet:
        """Return a request like those of the standard's examples, with some fields of its own."""
        number = len(self.asked) + 1
        packet = Packet(
            qn=qn_from_ms(START_MS + number),
            st=self.identity.st,
            cn=cn,
            pw=self.pw,
            mn=self.identity.mn,
            flag=flag_of(self.identity.dialect.version, answer=True),
            cp=content,
        )
        return replace(packet, **fields)

    async def ask(self, cn: str, content: Content = (), **fields: Any) -> list[Packet]:
        """Send a request and return everything that the unit sends within a second."""
        return await self.say(self.request(cn, content, **fields))

    async def say(self, *packets: Packet, seconds: float = 1.0) -> list[Packet]:
        """Send requests in one breath and return everything that the unit sends within some seconds."""
        heard = len(self.far_end.heard)
        self.asked += packets
        frames = [encode(packet, replace(self.identity.dialect, required=frozenset())) for packet in packets]
        await self.far_end.say(b"".join(frames))
        await asyncio.sleep(seconds)
        return [one.packet for one in self.far_end.heard[heard:]]

    async def audited(self) -> list[Act]:
        """Return the audit log, oldest first."""
        return list(await self.stand.database.read(lambda connection: audit.newest(connection, 1000)))[::-1]


async def asker(
    stand: Stand, dialect: Dialect = HJ2017, *told: str, script: Script = receipt, **settings: Any
) -> Asker:
    """Connect a unit to a platform that asks; ``told`` are the platforms that hear of changes."""
    identity = platform(dialect=dialect, **settings)
    far_end = FarEnd(stand.group, script=script, dialect=dialect, allows=OURS)
    stand.start(identity, far_end, *told)
    await asyncio.sleep(1)
    return Asker(stand, far_end, identity)
