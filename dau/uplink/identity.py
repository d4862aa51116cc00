"""Who the station is to one platform, and how that platform wants to be spoken to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dau.core.channels import Channel
from dau.core.states import State
from dau.hj212 import Dialect
from dau.uplink.letters import HJ2017_LETTERS


@dataclass(frozen=True, slots=True)
class Factor:
    """How a platform knows one channel: code on the wire, unit it reckons in, decimals, and the unit of amounts.

    ``st`` is the system code of its packets where that is not the platform's own: 45 for conditions of the plant and 44
    for electricity (HJ 212-2025 table 7). ``total_unit`` is empty where nothing is summed. ``tags`` are the texts for
    numbers of a condition where they are not the usual ones.
    """

    code: str
    unit: str
    digits: int
    total_unit: str = ""
    st: str | None = None
    tags: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a platform may make the station do.

    ``refused`` are the commands that it may not use, ``told`` whether it hears of what other platforms changed (3020,
    log ``i21001``). ``qn_tolerance_s`` is how much older than the newest request a request may be.
    """

    refused: frozenset[str] = frozenset()
    told: bool = True
    qn_tolerance_s: float = 300.0


@dataclass(frozen=True, slots=True)
class Duties:
    """What the station does towards a platform without being asked.

    ``heartbeat_s``: seconds between two heartbeats; 0: none. ``asks_clock_h``: hours between two requests to be told
    the time (1013); 0: never. ``registers``: sends its hardware identity and waits for its MN while it has none
    (1001, 1002). ``asks_key_days``: age of the key at which a new one is asked for (1014).
    """

    heartbeat_s: float = 0.0
    asks_clock_h: float = 0.0
    registers: bool = False
    asks_key_days: float = 75.0


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform as the uplink needs it.

    ``channels`` are those it gets, by name, in the order they are sent; ``factors`` how it knows each of them, a
    channel without one is told as it is. ``receipts``: ask for 9014 and keep a delivery until it came. ``timeout_s``
    and ``resends`` govern one packet (HJ 212-2017 table 1); ``backlog_per_minute`` bounds what is sent of the past, so
    that it never crowds out the present. ``old_codes`` are the edition's codes for those of 2017, where they differ.
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
    minute_min: int = 10
    factors: Mapping[str, Factor] = field(default_factory=dict)
    letters: Mapping[State, str] = field(default_factory=lambda: HJ2017_LETTERS)
    old_codes: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = Policy()
    duties: Duties = Duties()
