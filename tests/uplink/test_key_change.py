"""A key is renewed while uploads go on: over the wire, through lost answers and power cuts, and nothing is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from dau.cipher import FixedKeys, Sm4
from dau.hj212 import HJ2025, Connection, Packet, Role
from dau.store import audit
from tests.uplink.duties.official import national, polite, request
from tests.uplink.far_end import FarEnd, Reaction, silence
from tests.uplink.stand import START_MS, Stand, at_stand

OLD: Final = "k7Qd0mZx2TrW9sLp"
NEW: Final = "x4T!kq0Zb7Lw_m2R"
UNIT: Final = national(timeout_s=5.0, resends=1)


@dataclass
class PlatformKeys:
    """The one key that the platform has; it opens nothing else."""

    key: str = OLD
    cipher: Sm4 = field(init=False)

    def __post_init__(self) -> None:
        self.switch(self.key)

    def switch(self, key: str) -> None:
        self.key, self.cipher = key, Sm4.of_text(key)

    def ciphers(self, mn: str | None) -> Sequence[Sm4]:
        return (self.cipher,)


@dataclass
class Change:
    """A platform with one key, which it renews by 1014."""

    stand: Stand
    keys: PlatformKeys = field(default_factory=PlatformKeys)
    hears_results: bool = True
    cuts_on: str = ""
    far: FarEnd = field(init=False)

    def __post_init__(self) -> None:
        self.far = self.stand.far_end(dialect=HJ2025, keys=self.keys, script=self.react, may_misread=True)

    def react(self, packet: Packet) -> Reaction:
        if packet.cn == self.cuts_on:
            self.cuts_on = ""
            return Reaction(cuts=True)
        if packet.cn == "9012" and packet.first("ExeRtn") == "1" and self.hears_results:
            self.keys.switch(NEW)
        return polite(packet)

    async def give(self, key: str = NEW, qn: str = "20260101120030000") -> None:
        packet = request(qn, "1014", ("SKCreateTime", "20260101120029000"), ("NewSK", key))
        await self.far.say(Connection(Role.PLATFORM, HJ2025, FixedKeys(self.keys.key)).send(packet))

    def results(self) -> list[str | None]:
        return [one.packet.first("ExeRtn") for one in self.far.heard if one.packet.cn == "9012"]

    async def settled(self) -> None:
        """See that minutes get through, and that nothing of either key is in plain sight."""
        for minute in range(3):
            await self.stand.owe_minutes(1, since_ms=self.stand.clock.start_ms + (10 + minute) * 60_000)
        await asyncio.sleep(200)
        assert set(await self.stand.states()) == {"acknowledged"}
        assert self.stand.desks["national"].keys.ciphers(None)[0].seal(bytes(16)) == self.keys.cipher.seal(bytes(16))


def test_a_new_key_is_in_use_as_soon_as_the_platform_heard_the_result(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        change = Change(stand)
        stand.start(UNIT, change.far, "national", key=OLD)
        await stand.owe_minutes(2)
        await asyncio.sleep(30)
        await change.give()
        await asyncio.sleep(15)
        assert change.results() == ["1"]
        assert change.far.uploads("3020")[0].first("i21001-Info") is not None
        misread = len(change.far.misread)
        assert misread <= 2, "what was under way with the old key, and its resend"
        await change.settled()
        assert len(change.far.misread) == misread
        assert len(change.far.pipes) == 1
        acts = await stand.database.read(lambda connection: audit.newest(connection, 10))
        assert [(act.what, act.after, act.result) for act in acts] == [("1014", "***", "done")]
        assert [row for row in await stand.rows("SELECT frame FROM wire") if NEW.encode() in row[0]] == []
        assert await stand.rows("SELECT standing FROM sm4_key ORDER BY id") == [("previous",), ("current",)]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert NEW not in str(lines)
    assert OLD not in str(lines)


def test_the_result_is_lost_and_the_platform_keeps_the_old_key(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        change = Change(stand, hears_results=False)
        stand.start(UNIT, change.far, key=OLD)
        await asyncio.sleep(30)
        await change.give()
        await asyncio.sleep(10)
        await change.settled()
        assert change.far.misread != []
        assert change.keys.key == OLD

    at_stand(tmp_path, work)


def test_the_platform_gives_the_key_again_after_it_lost_the_result(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        change = Change(stand, hears_results=False)
        stand.start(UNIT, change.far, key=OLD)
        await asyncio.sleep(30)
        await change.give()
        await asyncio.sleep(10)
        change.hears_results = True
        await change.give(qn="20260101120040000")
        await asyncio.sleep(10)
        assert change.results() == ["1", "1"]
        await change.settled()
        assert change.keys.key == NEW

    at_stand(tmp_path, work)


@pytest.mark.parametrize("cuts_on", ["9011", "9012"])
@pytest.mark.parametrize("hears_results", [True, False])
def test_the_line_is_cut_on_an_answer(tmp_path: Path, cuts_on: str, hears_results: bool) -> None:
    async def work(stand: Stand) -> None:
        change = Change(stand, hears_results=hears_results)
        stand.start(UNIT, change.far, key=OLD)
        await asyncio.sleep(30)
        change.cuts_on = cuts_on
        await change.give()
        if cuts_on == "9012" and hears_results:
            await asyncio.sleep(0.001)
            change.keys.switch(NEW)
        await asyncio.sleep(10)
        assert len(change.far.pipes) >= 2
        await change.settled()

    at_stand(tmp_path, work)


@pytest.mark.parametrize("has_switched", [True, False])
@pytest.mark.parametrize("after_s", [0.0, 0.001, 0.05, 0.2, 5.0, 9.0])
def test_power_is_lost_in_the_middle(tmp_path: Path, after_s: float, has_switched: bool) -> None:
    keys = PlatformKeys()

    async def first(stand: Stand) -> None:
        change = Change(stand, keys, hears_results=has_switched)
        stand.start(UNIT, change.far, key=OLD)
        await asyncio.sleep(1)
        await change.give()
        await asyncio.sleep(after_s)

    async def second(stand: Stand) -> None:
        change = Change(stand, keys)
        stand.start(UNIT, change.far, key=OLD)
        await change.settled()

    at_stand(tmp_path, first)
    at_stand(tmp_path, second)


def test_a_silent_platform_makes_no_doubt_of_a_proven_key(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        change = Change(stand)
        stand.start(UNIT, change.far, key=OLD)
        await stand.owe_minutes(1)
        await asyncio.sleep(30)
        change.far.script = silence
        await stand.owe_minutes(1, since_ms=START_MS)
        await asyncio.sleep(120)
        assert change.far.misread == []
        change.far.script = change.react
        await change.settled()

    at_stand(tmp_path, work)
