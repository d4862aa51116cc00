"""An old key: a new one is asked for once a day, and the alarm is given before it is too old."""

import asyncio
from pathlib import Path
from typing import Final

from structlog.testing import capture_logs

from dau.cipher import FixedKeys
from dau.core.periods import DAY_MS
from dau.hj212 import HJ2025, Packet
from dau.store import keys
from tests.uplink.duties.official import national, polite
from tests.uplink.far_end import Reaction
from tests.uplink.stand import START_MS, Stand, at_stand

KEY: Final = "k7Qd0mZx2TrW9sLp"
CREATED: Final = "20260101120000000"
ALARM: Final = (
    "平台 national 的 SM4 密钥已使用 80 天，应每 90 天更换 / "
    "the SM4 key of platform national is 80 days old, it is to be renewed every 90 days"
)


def asked(far_packets: list[Packet]) -> list[object]:
    return [packet.cp for packet in far_packets if packet.cn == "1014"]


def test_a_new_key_is_asked_for_once_a_day_when_the_old_one_is_old(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=polite, keys=FixedKeys(KEY))
        stand.start(national(), far, key=KEY)
        await asyncio.sleep(3600)
        assert far.heard == []
        stand.clock.start_ms += 74 * DAY_MS
        await asyncio.sleep(22 * 3600)
        assert far.heard == []
        await asyncio.sleep(2 * 3600)
        assert asked(far.uploads("1014")) == [((("SKCreateTime", CREATED),),)]
        far.cut()
        await asyncio.sleep(20 * 3600)
        assert len(far.uploads("1014")) == 1
        await asyncio.sleep(6 * 3600)
        assert len(far.uploads("1014")) == 2
        assert b"SKCreateTime" not in far.heard[0].raw, "the question is encrypted"

    at_stand(tmp_path, work)


def test_an_alarm_once_a_day_from_eighty_days_on(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=polite, keys=FixedKeys(KEY))
        stand.start(national(), far, "national", key=KEY)
        await asyncio.sleep(1)
        stand.clock.start_ms += 80 * DAY_MS
        await asyncio.sleep(3600)
        told = [packet.first("i21001-Info") for packet in far.uploads("3020")]
        assert told == [f"//{ALARM}//"]
        await asyncio.sleep(24 * 3600)
        assert len(far.uploads("3020")) == 2
        ages = await stand.database.read(keys.ages)
        assert ages == {"national": keys.Age(START_MS, has_newer=False)}

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    alarms = [line for line in lines if line["event"] == "key_is_old"]
    assert [(line["age_days"], line["renew_days"]) for line in alarms] == [(80, 90), (81, 90)]
    assert KEY not in str(lines)


def test_a_platform_that_knows_no_1014_is_kept(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, keys=FixedKeys(KEY))
        far.script = lambda packet: Reaction() if packet.cn == "1014" else polite(packet)
        stand.start(national(), far, key=KEY)
        await asyncio.sleep(1)
        stand.clock.start_ms += 76 * DAY_MS
        await asyncio.sleep(700)
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        assert len(far.pipes) == 1
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["saw"] for line in lines if line["event"] == "platform_does_not_hear_of_keys"] == ["given up"]
