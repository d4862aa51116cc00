"""The password of the platform (1072): the new one is stored before the result goes out, and counts after it."""

from collections.abc import Mapping
from typing import Final

from dau.hj212 import Packet, is_password
from dau.store.settings import Name
from dau.uplink.desk import Act, Desk, ExeRtn, Failed


async def set_password(packet: Packet, desk: Desk) -> None:
    """Change the password. In 2005 the new one is called PW, like the old one in the header.

    Raises:
        Failed: it could stand in no packet. The message does not show it.
    """
    new = packet.first("NewPW") or packet.first("PW") or ""
    if not is_password(new):
        raise Failed(
            ExeRtn.CONDITIONS, "1072: the new password, expected 1 to 24 letters, digits or signs but ; & # = ,"
        )
    await desk.account.change(Name.PW, new, packet.cn)


ACTS: Final[Mapping[str, Act]] = {"1072": set_password}
