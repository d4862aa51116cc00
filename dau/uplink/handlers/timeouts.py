"""How long an answer is waited for, and how often a packet without one is sent again (1000)."""

from collections.abc import Mapping
from typing import Final

from dau.hj212 import Packet
from dau.store.settings import Name
from dau.uplink.desk import Act, Desk, ExeRtn, Failed


async def set_timeouts(packet: Packet, desk: Desk) -> None:
    """Change both.

    Raises:
        Failed: not to wait at all is no time-out.
    """
    timeout_s, resends = int(packet.first("OverTime") or ""), int(packet.first("ReCount") or "")
    if timeout_s < 1:
        raise Failed(ExeRtn.CONDITIONS, f"1000: OverTime {timeout_s}, expected 1 to 99 s")
    await desk.account.change(Name.TIMEOUT_S, str(timeout_s), packet.cn)
    await desk.account.change(Name.RESENDS, str(resends), packet.cn)


ACTS: Final[Mapping[str, Act]] = {"1000": set_timeouts}
