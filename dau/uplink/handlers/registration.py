"""The MN that the platform gives to the unit (1002, HJ 212-2025 clause 6.8)."""

from collections.abc import Mapping
from typing import Final

from dau.hj212 import Packet
from dau.store.settings import Name
from dau.uplink.desk import Act, Desk, ExeRtn, Failed
from dau.uplink.hardware import SERIAL


async def take_mn(packet: Packet, desk: Desk) -> None:
    """Take the MN in the header as our own, if this unit is the one that is meant.

    Raises:
        Failed: the serial number is another unit's, or the MN is none.
    """
    meant, ours = packet.first(f"{SERIAL}-Info"), desk.site.identity.get(SERIAL)
    if ours is None or meant != ours:
        raise Failed(ExeRtn.CONDITIONS, f"1002: {SERIAL} is {meant!r}, this unit is {ours!r}")
    mn = packet.mn or ""
    if not desk.account.platform.dialect.mn_form.fullmatch(mn):
        raise Failed(ExeRtn.CONDITIONS, f"1002: MN is {mn!r}, expected 24 digits and letters A to F")
    await desk.account.change(Name.MN, mn, packet.cn)
    desk.ring()


ACTS: Final[Mapping[str, Act]] = {"1002": take_mn}
