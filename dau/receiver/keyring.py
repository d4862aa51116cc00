"""The keys of all units at work: opens what they encrypt, encrypts what they are asked.

What is in the file counts. It is looked at again every second in which something comes, because `dau receive keys set`
writes to it beside a running receiver.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from dau.cipher import Sm4
from dau.database import Database, StoreError
from dau.hj212 import Packet, Received, Role, dialect, edition_of, shall_encrypt
from dau.receiver.unit_keys import GRACE_MS, Standing, UnitKey, all_keys
from dau.runtime.clock import Clock

LOOK_S: Final = 1.0
"""The file is not looked at more often than that."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Held:
    """A key with its cipher, which is made once."""

    row: UnitKey
    cipher: Sm4 = field(repr=False)


class KeyRing:
    """An `hj212.Keys` for the whole receiver. Use it on the event loop."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[str, list[_Held]] = {}
        self._next_look_s: float | None = None
        self._looking = asyncio.Lock()

    def ciphers(self, mn: str | None) -> Sequence[Sm4]:
        """Return the current key of a unit, then those sent to it, then previous ones within their grace."""
        return [each.cipher for each in self._usable(mn)]

    def key_of(self, received: Received) -> UnitKey | None:
        """Return the key that opened a packet which came just now, None if none had to."""
        usable = self._usable(received.packet.mn)
        return usable[received.key].row if received.key is not None and received.key < len(usable) else None

    def has_current(self, mn: str | None) -> bool:
        """Tell whether a unit has a key."""
        return self._current(mn) is not None

    def cipher_for(self, packet: Packet) -> Sm4 | None:
        """Return what encrypts a packet of the platform, None if it goes out in plaintext."""
        edition = edition_of(packet.flag)
        current = self._current(packet.mn)
        if current is None or not shall_encrypt(packet.cn, Role.PLATFORM, dialect(edition)):
            return None
        return current.cipher

    async def look(self, *, at_once: bool = False) -> None:
        """Look at the file again, unless that was just done and is not wanted ``at_once``.

        If it cannot be read, the keys are those of before.
        """
        async with self._looking:  # who comes meanwhile waits: before the first look no key is known
            now_s = self._clock.monotonic_s()
            if not at_once and self._next_look_s is not None and now_s < self._next_look_s:
                return
            self._next_look_s = now_s + LOOK_S
            try:
                await self.reload()
            except StoreError as error:
                log.error("keys of units not read", error=str(error))

    async def reload(self) -> None:
        """Look at the file now.

        Raises:
            StoreError: it cannot be read.
        """
        rows = await self._database.read(all_keys)
        made = {(each.row.id, each.row.key): each.cipher for held in self._held.values() for each in held}
        self._held = {}
        for row in rows:
            cipher = made.get((row.id, row.key)) or Sm4(row.key)
            self._held.setdefault(row.mn, []).append(_Held(row, cipher))

    def _usable(self, mn: str | None) -> list[_Held]:
        held = self._held.get(mn or "")
        if held is None:
            return []
        oldest_ms = self._clock.now_ms() - GRACE_MS
        return [each for each in held if each.row.standing is not Standing.PREVIOUS or each.row.since_ms >= oldest_ms]

    def _current(self, mn: str | None) -> _Held | None:
        first = next(iter(self._held.get(mn or "", ())), None)
        return first if first and first.row.standing is Standing.CURRENT else None
