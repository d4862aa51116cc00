"""Uploads that a platform switches on and off: live values (2011, 2012) and running states (2021, 2022)."""

from collections.abc import Mapping
from typing import Final

from dau.hj212 import Packet
from dau.store.settings import Name
from dau.uplink.desk import Act, Desk


def _switch(name: Name, value: str) -> Act:
    async def switch(packet: Packet, desk: Desk) -> None:
        await desk.account.change(name, value, packet.cn)

    return switch


ACTS: Final[Mapping[str, Act]] = {"2011": _switch(Name.REALTIME_ON, "1"), "2021": _switch(Name.FACILITIES_ON, "1")}
NOTICES: Final[Mapping[str, Act]] = {"2012": _switch(Name.REALTIME_ON, "0"), "2022": _switch(Name.FACILITIES_ON, "0")}
