"""What serves the commands of one platform: what a handler is given, what it may ask of the station, how it fails."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, Protocol

from dau.core.errands import Errand, Report
from dau.core.records import Record
from dau.database import Database
from dau.errors import DauError
from dau.hj212 import Content, Packet
from dau.runtime.clock import Clock
from dau.uplink.account import Account
from dau.uplink.keyring import KeyRing
from dau.uplink.site import Site


class QnRtn(IntEnum):
    """Answer to a request (HJ 212-2017 table 7)."""

    ACCEPTED = 1
    REFUSED = 2
    PW = 3
    MN = 4
    ST = 5
    FLAG = 6
    QN = 7
    CN = 8
    CRC = 9
    UNKNOWN = 100


class ExeRtn(IntEnum):
    """Result of a request (HJ 212-2017 table 6)."""

    DONE = 1
    FAILED = 2
    CONDITIONS = 3
    TIMEOUT = 4
    BUSY = 5
    SYSTEM = 6
    NO_DATA = 100


class Failed(DauError):
    """A command could not be carried out: the code that the platform gets, and the reason for the audit log."""

    def __init__(self, code: ExeRtn, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Instruments(Protocol):
    """The instruments of the station, as far as a command may reach them."""

    async def perform(self, errand: Errand) -> Report:
        """Have the instrument that feeds the channel of the errand carry it out, through the queue of its bus.

        Raises:
            CannotDo: it has no such errand.
            InstrumentBusy: too much waits for its bus already.
            InstrumentError: it did not answer, or refused.
        """


@dataclass(frozen=True, slots=True)
class Desk:
    """What a session and its handlers work with. ``ring`` wakes every sender after something became owed.

    ``under_way`` holds the orders that instruments took and that last longer than their request, a calibration of an
    hour say: they go on when the connection ends.
    """

    account: Account
    keys: KeyRing
    database: Database
    clock: Clock
    instruments: Instruments
    ring: Callable[[], None]
    site: Site = field(default_factory=Site)
    under_way: set[asyncio.Task[Any]] = field(default_factory=set)


Act = Callable[[Packet, Desk], Awaitable[Content | None]]
"""Carries out a request and returns its data, None if it has none. Raises `Failed`."""

Search = Callable[[Packet, Desk], AsyncIterator[Record]]
"""Carries out a history request: yields the records that answer it, oldest first. Raises `Failed`."""
