"""The key ring against a platform that has taken the new key or has not: no power cut anywhere parts the two."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.cipher import KeyFormError, Sm4, key_bytes
from dau.core.periods import DAY_MS, HOUR_MS
from dau.database import Database
from dau.runtime.clock import SystemClock
from dau.store import keys
from dau.store.schema import STATION
from dau.uplink.keyring import KeyRing

AREA: Final = b"DataTime=20260101120000;w01018-Rtd=40.1"
FIRST: Final = "k7Qd0mZx2TrW9sLp"
CREATED: Final = "20260101000000000"
KEYS: Final = tuple(f"{number}nEw-kEy*{number * 7919:07}" for number in range(9))


@dataclass
class Wall(SystemClock):
    """A wall clock that is set."""

    ms: int = 1_767_240_000_000

    def now_ms(self) -> int:
        return self.ms


@dataclass
class Unit:
    """The unit's side of the keys, which may lose power: what is left of it then is the database."""

    database: Database
    clock: Wall = field(default_factory=Wall)
    initial: str | None = FIRST
    _ring: KeyRing | None = None

    @property
    def ring(self) -> KeyRing:
        assert self._ring is not None
        return self._ring

    async def start(self) -> "Unit":
        self._ring = await KeyRing.open(self.database, self.clock, "national", self.initial, 24)
        return self

    async def take(self, key: str) -> None:
        await self.ring.take(key, CREATED, lambda _: None)

    async def change(self, key: str) -> None:
        await self.take(key)
        await self.ring.answered()


@pytest.fixture
async def unit(tmp_path: Path) -> AsyncIterator[Unit]:
    database = Database(tmp_path / "station.db", STATION, "OFF")
    await database.open()
    yield await Unit(database).start()
    await database.close()


def opens(ring: KeyRing, key: str) -> list[int]:
    """Return the places in the ring of the ciphers that open what was sealed with ``key``."""
    sealed = Sm4.of_text(key).seal(AREA)
    return [place for place, cipher in enumerate(ring.ciphers(None)) if cipher.open(sealed) == AREA]


async def test_the_key_of_the_settings_is_taken_over_once(unit: Unit) -> None:
    assert opens(unit.ring, FIRST) == [0]
    assert unit.ring.created == "20260101120000000"
    await unit.start()
    assert opens(unit.ring, FIRST) == [0]
    assert len(unit.ring.ciphers(None)) == 1


async def test_no_key_at_all(tmp_path: Path) -> None:
    database = Database(tmp_path / "station.db", STATION, "OFF")
    await database.open()
    ring = await KeyRing.open(database, Wall(), "national", None, 24)
    assert (ring.ciphers(None), ring.in_use, ring.created, ring.age_days()) == ((), None, None, None)
    await database.close()


async def test_a_file_that_holds_no_key_is_refused(unit: Unit) -> None:
    unit.initial = "short"
    with pytest.raises(KeyFormError, match="SM4 key of 5 characters, expected 16 ASCII characters or 32 hexadecimal"):
        await unit.start()


async def test_a_new_key_is_sent_with_after_the_answer_went_out(unit: Unit) -> None:
    await unit.take(KEYS[0])
    assert opens(unit.ring, FIRST) == [0]
    assert opens(unit.ring, KEYS[0]) == [1]
    await unit.ring.answered()
    assert opens(unit.ring, KEYS[0]) == [0]
    assert opens(unit.ring, FIRST) == [1]
    await unit.ring.proved(unit.ring.in_use)
    await unit.start()
    assert opens(unit.ring, KEYS[0]) == [0]
    assert unit.ring.created == CREATED


async def test_a_replaced_key_opens_within_its_grace_and_is_then_forgotten(unit: Unit) -> None:
    await unit.change(KEYS[0])
    await unit.ring.proved(unit.ring.in_use)
    unit.clock.ms += 24 * HOUR_MS - 1
    assert opens(unit.ring, FIRST) == [1]
    unit.clock.ms += 1
    assert opens(unit.ring, FIRST) == []
    await unit.start()
    await unit.database.close()
    left = b"".join(path.read_bytes() for path in unit.database.path.parent.iterdir())
    assert key_bytes(KEYS[0]) in left
    assert key_bytes(FIRST) not in left


async def test_the_key_of_the_file_is_not_taken_again_after_it_was_replaced_and_forgotten(unit: Unit) -> None:
    await unit.change(KEYS[0])
    await unit.ring.proved(unit.ring.in_use)
    unit.clock.ms += 2 * DAY_MS
    await unit.start()
    await unit.start()
    assert opens(unit.ring, KEYS[0]) == [0]
    assert await unit.ring.is_used(FIRST, CREATED)


async def test_another_key_in_the_file_counts_at_once(unit: Unit) -> None:
    await unit.change(KEYS[0])
    unit.initial = KEYS[1]
    await unit.start()
    assert opens(unit.ring, KEYS[1]) == [0]
    assert opens(unit.ring, KEYS[0]) == [1]
    unit.ring.unanswered(unit.ring.in_use)
    assert opens(unit.ring, KEYS[1]) == [0]


async def test_the_receipt_of_an_older_packet_proves_nothing_of_the_new_key(unit: Unit) -> None:
    before = unit.ring.in_use
    await unit.change(KEYS[0])
    await unit.ring.proved(before)
    unit.ring.unanswered(before)
    assert opens(unit.ring, KEYS[0]) == [0]


async def test_a_key_may_be_given_again_while_its_answer_may_be_lost(unit: Unit) -> None:
    assert not await unit.ring.is_used(KEYS[0], CREATED)
    await unit.take(KEYS[0])
    assert not await unit.ring.is_used(KEYS[0], "20260102000000000")
    await unit.change(KEYS[0])
    assert len(unit.ring.ciphers(None)) == 2
    await unit.ring.proved(unit.ring.in_use)
    assert not await unit.ring.is_used(KEYS[0], CREATED)
    assert await unit.ring.is_used(KEYS[0], "20260102000000000")
    assert await unit.ring.is_used(FIRST, CREATED)


async def test_what_belongs_to_the_new_key_is_stored_with_it_or_not_at_all(unit: Unit) -> None:
    def fail(_: sqlite3.Connection) -> None:
        raise ZeroDivisionError("the audit log refuses")

    with pytest.raises(ZeroDivisionError, match="the audit log refuses"):
        await unit.ring.take(KEYS[0], CREATED, fail)
    assert len(unit.ring.ciphers(None)) == 1
    await unit.start()
    assert len(unit.ring.ciphers(None)) == 1


async def test_a_platform_that_gives_key_after_key_is_bounded(unit: Unit) -> None:
    for key in KEYS:
        await unit.change(key)
    assert len(unit.ring.ciphers(None)) == 1 + keys.UNPROVEN_KEPT
    assert opens(unit.ring, KEYS[-1]) == [0]
    assert opens(unit.ring, KEYS[-1 - keys.UNPROVEN_KEPT]) == []


async def test_nothing_of_a_key_is_shown(unit: Unit) -> None:
    held = await unit.database.read(lambda connection: keys.held(connection, "national"))
    shown = f"{unit.ring!r} {held!r} {unit.ring.ciphers(None)!r} {vars(unit.ring)!r}"
    assert FIRST not in shown
    assert "KeyRing(national, 1 keys)" in shown


STEPS: Final = st.lists(
    st.sampled_from(["give", "hand over", "answer", "cut", "connect anew", "send", "send lost", "a day passes"]),
    max_size=14,
)


@settings(max_examples=60)
@given(steps=STEPS, is_tolerant=st.booleans())
def test_no_power_cut_parts_unit_and_platform(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str], is_tolerant: bool
) -> None:
    """Whatever of a change happened, in whatever order: soon a packet gets its receipt, and both ends agree."""
    path = tmp_path_factory.mktemp("ring") / "station.db"

    async def main() -> None:
        database = Database(path, STATION, "OFF")
        await database.open()
        try:
            await Change(await Unit(database).start(), is_tolerant).play(steps)
        finally:
            await database.close()

    asyncio.run(main())


@dataclass
class Change:
    """A unit and a platform that renew the key, one step after the other.

    The platform switches when the 9012 reaches it. A tolerant one also when something reaches it that is sealed with
    the key that it gave, and for a day it reads what is sealed with the key before.
    """

    unit: Unit
    is_tolerant: bool
    has: str = FIRST
    before: str = FIRST
    switched_ms: int = 0
    given: list[str] = field(default_factory=list)
    is_taken: bool = False

    async def play(self, steps: Sequence[str]) -> None:
        for step in steps:
            await self.step(step)
        await self.meet()
        self.unit.clock.ms += 2 * DAY_MS
        await self.meet()
        await self.unit.start()
        await self.meet()

    async def meet(self) -> None:
        """See that a packet gets its receipt within one round for each key in question, and replies can be read."""
        rounds = 0
        while not await self.send():
            rounds += 1
            assert rounds <= keys.UNPROVEN_KEPT + 1, "the two ends are parted"
        assert opens(self.unit.ring, self.has), "what the platform sends cannot be opened"

    async def step(self, step: str) -> None:
        if step == "give" and len(self.given) < keys.UNPROVEN_KEPT:
            self.given.append(KEYS[len(self.given)])
            await self.unit.take(self.given[-1])
            self.is_taken = True
        elif step == "hand over" and self.is_taken and self.has != self.given[-1]:
            self.switch()
        elif step == "answer":
            await self.unit.ring.answered()
        elif step == "cut":
            await self.unit.start()
            self.is_taken = False
        elif step == "connect anew":
            await self.unit.ring.load()
        elif step in ("send", "send lost"):
            await self.send(lost=step == "send lost")
        elif step == "a day passes":
            self.unit.clock.ms += DAY_MS

    async def send(self, lost: bool = False) -> bool:
        """Send one packet with all its resends, and tell the ring what came of it."""
        ring = self.unit.ring
        number, cipher = ring.in_use, ring.ciphers(None)[0]
        sealed = cipher.seal(AREA)
        read = [key for key in self.reads() if Sm4.of_text(key).open(sealed) == AREA]
        if lost or not read:
            ring.unanswered(number)
            return False
        if read[0] not in (self.has, self.before):
            self.switch()
        await ring.proved(number)
        return True

    def switch(self) -> None:
        self.before, self.has, self.switched_ms = self.has, self.given[-1], self.unit.clock.ms

    def reads(self) -> set[str]:
        if not self.is_tolerant:
            return {self.has}
        in_grace = self.unit.clock.ms < self.switched_ms + DAY_MS
        return {self.has, *self.given[-1:], *([self.before] if in_grace else [])}
