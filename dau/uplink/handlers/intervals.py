"""How often live values and interval records are told (1061 to 1064). Ranges are those of the fields in ``hj212``."""

from collections.abc import Mapping
from typing import Final

from dau.hj212 import Content, Packet
from dau.store.settings import Name
from dau.uplink.desk import Act, Desk


async def read_realtime(packet: Packet, desk: Desk) -> Content:  # noqa: ARG001 - it asks for nothing else
    """Return the seconds between two live values."""
    return ((("RtdInterval", str(desk.account.platform.realtime_s)),),)


async def set_realtime(packet: Packet, desk: Desk) -> None:
    """Change the seconds between two live values; the next one goes by them."""
    await desk.account.change(Name.REALTIME_S, _number(packet, "RtdInterval"), packet.cn)


async def read_minutes(packet: Packet, desk: Desk) -> Content:  # noqa: ARG001 - it asks for nothing else
    """Return the minutes of an interval record."""
    return ((("MinInterval", str(desk.account.platform.minute_min)),),)


async def set_minutes(packet: Packet, desk: Desk) -> None:
    """Change the minutes of an interval record."""
    await desk.account.change(Name.MINUTE_MIN, _number(packet, "MinInterval"), packet.cn)


def _number(packet: Packet, field: str) -> str:
    """Return a number as it is stored: 0060 is 60."""
    return str(int(packet.first(field) or ""))


ACTS: Final[Mapping[str, Act]] = {
    "1061": read_realtime,
    "1062": set_realtime,
    "1063": read_minutes,
    "1064": set_minutes,
}
