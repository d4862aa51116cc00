"""The change of a unit's key by command 1014 (HJ 212-2025 clause 6.4.3): what survives a power cut at any point of it.

The new key is on the disk before it is sent. From then on it opens packets; it encrypts what is sent to the unit only
when the unit has confirmed it, by 9012 or by using it. A key whose fate is unknown is kept, for the unit may have it.
"""

import secrets
import sqlite3
import string
from dataclasses import dataclass, field
from typing import Final

import structlog

from dau.database import Database, StoreError
from dau.hj212 import Content, LocalError, qn_from_ms
from dau.receiver.keyring import KeyRing
from dau.receiver.orders import Ending, Outcome
from dau.receiver.unit_keys import add_next, drop, promote, repeat_next
from dau.runtime.clock import Clock

RENEWAL: Final = "1014"
ALPHABET: Final = string.ascii_letters + string.digits
"""Letters and digits only: what stands between separators must not hold one. 16 of them are 95 bits."""

KEY_LENGTH: Final = 16

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Offer:
    """A new key that is on the disk; ``content`` carries it to the unit. ``is_repeated``: it was sent before."""

    number: int
    created: str
    content: Content = field(repr=False)
    is_repeated: bool = False


class Renewal:
    """Changes keys, one exchange after the other."""

    def __init__(self, database: Database, clock: Clock, keys: KeyRing) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys

    async def offer(self, mn: str) -> Offer:
        """Make a new key for a unit and store it. Where many were never confirmed, one of them is offered again.

        Raises:
            LocalError: the unit has none that would protect it on its way, or no other can be offered.
            StoreError: it is not stored.
        """
        await self._keys.reload()
        if not self._keys.has_current(mn):
            raise LocalError(f"unit {mn} has no key, expected one (dau receive keys set) that encrypts the new one")
        new = "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
        at_ms = self._clock.now_ms()
        created = qn_from_ms(at_ms)

        def store(connection: sqlite3.Connection) -> Offer:
            number = add_next(connection, mn, new.encode("ascii"), at_ms, created)
            if number is not None:
                return Offer(number, created, _content(created, new))
            key = repeat_next(connection, mn, at_ms)
            if key is None:
                raise LocalError(f"too many keys of unit {mn} are not confirmed, expected dau receive keys set")
            return Offer(key.id, key.created, _content(key.created, key.key.decode("ascii")), is_repeated=True)

        offer = await self._database.write(store)
        await self._keys.reload()
        return offer

    async def settle(self, offer: Offer, ending: Ending) -> Ending:
        """Note what became of the key, and return the ending with its creation time if the unit has it now.

        A key that the unit refuses now it may have taken before, if it was offered before.
        """
        at_ms = self._clock.now_ms()
        try:
            if ending.outcome is Outcome.DONE:
                await self._database.write(lambda connection: promote(connection, offer.number, at_ms))
            elif ending.outcome is Outcome.REFUSED and not offer.is_repeated:
                await self._database.write(lambda connection: drop(connection, offer.number))
            await self._keys.reload()
        except StoreError as error:  # the key stays one that was sent: the first packet it opens settles it
            log.error("end of a key change not stored", error=str(error))
        if ending.outcome is not Outcome.DONE:
            return ending
        return Ending(ending.outcome, ending.code, detail=offer.created)


def _content(created: str, key: str) -> Content:
    return ((("SKCreateTime", created), ("NewSK", key)),)
