"""Who the station is to one platform, and how that platform wants to be spoken to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dau.core.channels import Channel
from dau.hj212 import Dialect


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform as the uplink needs it.

    ``channels`` are those it gets, by name, in the order they are sent. ``receipts``: ask for 9014 and keep a delivery
    until it came. ``timeout_s`` and ``resends`` govern one packet (HJ 212-2017 table 1); ``backlog_per_minute`` bounds
    what is sent of the past, so that it never crowds out the present.
    """

    name: str
    dialect: Dialect
    mn: str
    st: str
    channels: Mapping[str, Channel]
    pw: str = field(repr=False)
    realtime_s: int = 60
    receipts: bool = True
    timeout_s: float = 10.0
    resends: int = 3
    backlog_per_minute: int = 600
