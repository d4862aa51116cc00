"""What a request asks about, read from its data area: the channel of a PolId, or the reason why there is none."""

from dataclasses import dataclass

from dau.hj212 import Packet
from dau.uplink.desk import Desk, ExeRtn, Failed
from dau.uplink.naming import channel_of


@dataclass(frozen=True, slots=True)
class Asked:
    """A channel of the platform, and the code by which the request called it: the answer does so too."""

    channel: str
    code: str


def asked_channel(packet: Packet, desk: Desk) -> Asked:
    """Return what the PolId of a request means.

    Raises:
        Failed: it has none, or one that is no factor of this platform.
    """
    asked = maybe_channel(packet, desk)
    if asked is None:
        raise Failed(ExeRtn.CONDITIONS, f"{packet.cn} without PolId, expected the code of a factor")
    return asked


def maybe_channel(packet: Packet, desk: Desk) -> Asked | None:
    """Return what the PolId of a request means, None if it has none: what it asks then concerns the unit itself.

    Raises:
        Failed: its PolId is no factor of this platform.
    """
    code = packet.first("PolId")
    if not code:
        return None
    channel = channel_of(desk.account.platform, code)
    if channel is None:
        raise Failed(ExeRtn.CONDITIONS, f"{packet.cn} for PolId {code!r}, which is no factor of this platform")
    return Asked(channel, code)
