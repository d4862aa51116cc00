"""The SM4 keys between the station and one platform: which one to send with, and which may open what comes.

A platform gives a new key by command 1014. No packet says which key it was encrypted with, and either end may lose
power between our storing the key and its reading our answer. So a new key counts only when something encrypted with it
was acknowledged; until then a packet that nobody answers makes the ring send with the next of the keys in question.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dau.cipher import Sm4, key_bytes
from dau.core.periods import DAY_MS, HOUR_MS
from dau.database import Database
from dau.hj212 import parse_data_time, qn_from_ms
from dau.runtime.clock import Clock
from dau.store import keys
from dau.store.keys import Held, Standing


@dataclass(frozen=True, slots=True)
class _Key:
    """A key that is held, ready for work."""

    held: Held
    cipher: Sm4

    @property
    def may_send(self) -> bool:
        return self.held.standing is not Standing.PREVIOUS


class KeyRing:
    """The keys of one platform: an ``hj212.Keys`` for its connection. Nothing of a key is ever shown.

    Whoever sends something encrypted asks for ``in_use`` first, and tells afterwards what came of it: `proved` or
    `unanswered`. What is written down survives a power cut at any point.
    """

    def __init__(self, database: Database, clock: Clock, platform: str, grace_h: float) -> None:
        """See `open`, which also reads the keys."""
        self._database = database
        self._clock = clock
        self._platform = platform
        self._grace_ms = round(grace_h * HOUR_MS)
        self._keys: tuple[_Key, ...] = ()
        self._in_use: int | None = None
        self._taken: int | None = None

    @classmethod
    async def open(
        cls, database: Database, clock: Clock, platform: str, initial: str | None, grace_h: float
    ) -> "KeyRing":
        """Return the ring as it was left.

        Args:
            database: where the keys are kept.
            clock: stamps what happens to them.
            platform: whose they are.
            initial: the key of the settings file as people write it, None without one. It is taken over if the platform
                never had it: at the first start, and when the operator put another one there.
            grace_h: so long a key opens packets after it was replaced.

        Raises:
            KeyFormError: ``initial`` is no key.
            StoreError: the keys cannot be read or written.
        """
        ring = cls(database, clock, platform, grace_h)
        given = None if initial is None else key_bytes(initial)
        now_ms = clock.now_ms()

        def take(connection: sqlite3.Connection) -> None:
            if given is not None and not keys.is_known(connection, platform, given):
                keys.take_over(connection, platform, given, qn_from_ms(now_ms), now_ms)

        await ring._change(take)
        return ring

    async def load(self) -> None:
        """Hold what is stored. Needed after something that changed the keys was cancelled: it may have come to an end.

        Raises:
            StoreError: the keys cannot be read or written.
        """
        await self._change(lambda _: None)

    @property
    def in_use(self) -> int | None:
        """Number of the key that is sent with now; None if there is none, and nothing is encrypted."""
        return self._in_use

    @property
    def created(self) -> str | None:
        """SKCreateTime of the key that is sent with now."""
        return next((key.held.created for key in self._keys if key.held.id == self._in_use), None)

    def age_days(self) -> float | None:
        """Return the age of the key that is sent with in days; None if there is none or its SKCreateTime is no time."""
        created_ms = parse_data_time(self.created or "")
        return None if created_ms is None else (self._clock.now_ms() - created_ms) / DAY_MS

    def ciphers(self, mn: str | None) -> Sequence[Sm4]:  # noqa: ARG002 - one ring serves one unit
        """Return the key to send with, then all others that may have encrypted what comes."""
        oldest_ms = self._clock.now_ms() - self._grace_ms
        opening = (key for key in self._keys if key.may_send or key.held.since_ms > oldest_ms)
        return tuple(key.cipher for key in sorted(opening, key=lambda key: key.held.id != self._in_use))

    async def is_used(self, key: str, created: str) -> bool:
        """Tell whether the platform had this key before, so that it is no new one.

        A key that was given and not proved yet may be given again, and so may one with the ``created`` it has: the
        answer to that command was lost.

        Raises:
            KeyFormError: it is no key.
        """
        wanted = key_bytes(key)
        for each in self._in_question():
            if each.held.key == wanted:
                return each.held.standing is Standing.CURRENT and each.held.created != created
        return await self._database.read(lambda connection: keys.is_known(connection, self._platform, wanted))

    async def take(self, key: str, created: str, also: Callable[[sqlite3.Connection], None]) -> None:
        """Store a key that the platform gives, in one transaction with ``also``. It is not sent with before `answered`.

        Raises:
            KeyFormError: it is no key.
            StoreError: nothing was stored.
        """
        wanted = key_bytes(key)
        number = next((each.held.id for each in self._in_question() if each.held.key == wanted), None)
        now_ms = self._clock.now_ms()

        def give(connection: sqlite3.Connection) -> None:
            nonlocal number
            if number is None:
                number = keys.give(connection, self._platform, wanted, created, now_ms)
            also(connection)

        await self._change(give)
        self._taken = number

    async def answered(self) -> None:
        """The answer to the command that gave the last key went out: send with that key from now on.

        Called each time it does, also when it is repeated; only the first time matters.

        Raises:
            StoreError: it could not be noted; the key is in question as before.
        """
        number, self._taken = self._taken, None
        if number is None:
            return
        given, now_ms = number, self._clock.now_ms()
        await self._change(lambda connection: keys.answered(connection, given, now_ms))
        if given in self._order():
            self._in_use = given

    async def proved(self, number: int | None) -> None:
        """Something that was encrypted with this key was acknowledged: the platform has it. Ends a doubt for good."""
        key = next((each for each in self._in_question() if each.held.id == number), None)
        if key is None:
            return
        proven, now_ms = key.held.id, self._clock.now_ms()
        if key.held.standing is not Standing.CURRENT:
            await self._change(lambda connection: keys.prove(connection, self._platform, proven, now_ms))
        elif proven == self._in_use and any(each.held.standing is Standing.UNPROVEN for each in self._keys):
            await self._change(lambda connection: keys.put_off(connection, self._platform, now_ms))

    def unanswered(self, number: int | None) -> None:
        """Something that was encrypted with this key got no answer: if others are in question, try the next of them."""
        order = self._order()
        if number == self._in_use and number in order:
            self._in_use = order[(order.index(number) + 1) % len(order)]

    def _in_question(self) -> list[_Key]:
        """Return the keys that the platform may expect: the current one, and newer ones that are not proven."""
        return [key for key in self._keys if key.may_send]

    def _order(self) -> list[int]:
        return [key.held.id for key in self._in_question()]

    def _begin(self) -> None:
        """Send with the newest key whose command was answered."""
        ready = (key.held.id for key in self._in_question() if key.held.standing is not Standing.NEXT)
        self._in_use = next(ready, None)

    async def _change(self, change: Callable[[sqlite3.Connection], None]) -> None:
        """Change the keys and forget those beyond their grace, in one transaction; then hold what is stored."""
        now_ms = self._clock.now_ms()

        def job(connection: sqlite3.Connection) -> tuple[Held, ...]:
            change(connection)
            keys.erase(connection, self._platform, now_ms - self._grace_ms, now_ms)
            return keys.held(connection, self._platform)

        stored = await self._database.write(job)
        ready = {key.held.id: key.cipher for key in self._keys}
        self._keys = tuple(_Key(each, ready.get(each.id) or Sm4(each.key)) for each in stored)
        if self._in_use not in self._order():
            self._begin()

    def __repr__(self) -> str:
        """Show how many, and nothing of them."""
        return f"KeyRing({self._platform}, {len(self._keys)} keys)"
