"""What a platform gets next: live before backlog, oldest first, never faster than asked, nothing lost."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from dau.core.channels import Channel, Medium
from dau.core.periods import DAY_MS, MINUTE_MS
from dau.hj212 import Packet, data_time, join, parse_data_time
from dau.uplink.sender import LOOK_S
from tests.uplink.far_end import Reaction, hanging_up, receipt, silence
from tests.uplink.stand import START_MS, Stand, at_stand, channels, platform

MINUTE_S: Final = 60.0
MANY: Final = [Channel(f"c{number:02}", f"w{number:05}", "mg/L", 3, Medium.WATER, 5) for number in range(60)]


def minutes(first_ms: int, number: int) -> list[str]:
    return [data_time(first_ms + minute * MINUTE_MS) for minute in range(number)]


def test_what_is_live_goes_before_the_backlog_which_goes_oldest_first(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        await stand.owe_minutes(20)
        stand.start(platform(backlog_per_minute=6000), national)
        await asyncio.sleep(30)
        owed = minutes(START_MS - 20 * MINUTE_MS, 20)
        live = owed[14:]  # what became due in the last five minutes
        assert national.labels("2051") == live + owed[:14]

    at_stand(tmp_path, work)


def test_a_live_value_overtakes_the_backlog(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        await stand.owe_minutes(100, since_ms=START_MS - 60 * MINUTE_MS)
        stand.start(platform(backlog_per_minute=60), national)
        for _ in range(5):
            await asyncio.sleep(9.5)  # between two of the backlog, which go at whole seconds
            await stand.owe_live()
            await asyncio.sleep(0.2)
            assert national.uploads()[-1].cn == "2011"
            await asyncio.sleep(0.3)
        assert len(national.labels("2011")) == 5
        assert len(national.labels("2051")) < 60

    at_stand(tmp_path, work)


@pytest.mark.parametrize("per_minute", [6, 60])
def test_the_backlog_goes_no_faster_than_asked_and_no_slower(tmp_path: Path, per_minute: int) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(backlog_per_minute=per_minute), national)
        await asyncio.sleep(3600)  # what was not used in a quiet hour is not made up for
        await stand.owe_minutes(200, since_ms=START_MS - DAY_MS)
        await asyncio.sleep(3 * MINUTE_S)
        times = [one.at_s for one in national.heard]
        assert min(later - earlier for earlier, later in pairwise(times)) >= 60 / per_minute - 0.001
        assert len(times) in (3 * per_minute, 3 * per_minute + 1)

    at_stand(tmp_path, work)


def test_an_expired_live_value_is_never_sent_and_a_statistic_never_expires(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(is_up=False)
        stand.start(platform(realtime_s=60), national)
        await stand.owe_live()
        await stand.owe_minutes(1)
        await asyncio.sleep(3 * 3600)
        national.is_up = True
        await stand.owe_live()
        await asyncio.sleep(2 * MINUTE_S)
        assert national.labels("2051") == minutes(START_MS - MINUTE_MS, 1)
        assert national.labels("2011") == [data_time(START_MS + 3 * 3600 * 1000)]
        assert await stand.states() == ["expired", "acknowledged", "acknowledged"]
        (done,) = await stand.rows("SELECT done_ms - due_ms FROM delivery WHERE state = 'expired'")
        assert 120_000 < done[0] < 200_000

    at_stand(tmp_path, work)


def test_a_live_value_that_goes_stale_while_connected_is_given_up(tmp_path: Path) -> None:
    """A platform that needs long for everything else: what cannot be live any more is not sent."""

    async def work(stand: Stand) -> None:
        national = stand.far_end(script=silence)
        await stand.owe_live()
        await asyncio.sleep(30)
        await stand.owe_live()
        stand.start(platform(realtime_s=30, resends=3), national)
        await asyncio.sleep(200)
        assert national.labels("2011") == [data_time(START_MS)] * 4 + [data_time(START_MS + 30_000)] * 4
        assert await stand.states() == ["expired", "expired"]

    at_stand(tmp_path, work)


def test_a_wall_clock_that_steps_on_expires_the_live_values_before_they_are_sent(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await asyncio.sleep(1)
        await stand.owe_live()
        stand.clock.start_ms += 3_600_000
        await asyncio.sleep(10)
        assert national.uploads() == []
        assert await stand.states() == ["expired"]

    at_stand(tmp_path, work)


def test_no_receipt_asked_for(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        await stand.owe_minutes(3)
        stand.start(platform(receipts=False), national)
        await asyncio.sleep(1)
        assert [packet.flag for packet in national.uploads()] == [4, 4, 4]
        rows = await stand.rows("SELECT state, qn, done_ms - ? FROM delivery", START_MS)
        assert rows == [("sent", packet.qn, 0) for packet in national.uploads()]
        assert national.said == []

    at_stand(tmp_path, work)


def test_a_large_station_sends_sub_packets_each_with_its_own_receipt(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(channels=channels(*MANY)), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(5)
        parts = national.uploads()
        assert len(parts) > 2
        assert [(part.pnum, part.pno) for part in parts] == [(len(parts), 1 + place) for place in range(len(parts))]
        assert [part.flag for part in parts] == [7] * len(parts)
        assert len({part.qn for part in parts}) == len(parts) == len(national.said)
        assert all(len(one.raw) <= 1024 + 12 for one in national.heard)
        assert codes(join(parts)) == [channel.factor for channel in MANY]
        assert await stand.rows("SELECT state, qn FROM delivery") == [("acknowledged", parts[-1].qn)]
        times = [one.at_s for one in national.heard]
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.049  # each after the receipt before it

    at_stand(tmp_path, work, MANY)


def codes(packet: Packet) -> list[str]:
    return [item[0][0].partition("-")[0] for item in packet.cp[1:]]


def test_a_large_record_is_resumed_as_a_whole_after_a_cut(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        national.script = lambda packet: receipt(packet) if packet.pno == 1 else Reaction(cuts=True)
        stand.start(platform(channels=channels(*MANY)), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(30)
        assert [part.pno for part in national.uploads()] == [1, 2]
        assert await stand.states() == ["waiting"]
        national.script = receipt
        await asyncio.sleep(60)
        again = national.uploads()[2:]
        assert codes(join(again)) == [channel.factor for channel in MANY]
        assert not {part.qn for part in again} & {part.qn for part in national.uploads()[:2]}
        assert [replace(part, qn="") for part in again[:2]] == [replace(part, qn="") for part in national.uploads()[:2]]
        assert await stand.states() == ["acknowledged"]

    at_stand(tmp_path, work, MANY)


def test_a_record_that_the_platform_cannot_digest_holds_up_no_other(tmp_path: Path) -> None:
    poison = data_time(START_MS - 12 * MINUTE_MS)

    async def work(stand: Stand) -> None:
        national = stand.far_end(script=lambda packet: hanging_up(packet) if is_poison(packet) else receipt(packet))
        stand.start(platform(), national)
        await stand.owe_minutes(20)
        await asyncio.sleep(60)
        assert sorted(await stand.states()) == ["acknowledged"] * 19 + ["waiting"]
        await asyncio.sleep(3600)
        times = [one.at_s for one in national.heard if is_poison(one.packet)]
        about = [60, 120, 240, 480, 960, 960]
        pauses = [later - earlier for earlier, later in pairwise(times)]
        assert len(pauses) >= 4
        assert [
            at_s for at_s, pause_s in zip(about, pauses, strict=False) if not -1 <= pause_s - at_s <= LOOK_S + 5
        ] == []
        national.script = receipt
        await asyncio.sleep(960 + LOOK_S + 10)
        assert await stand.states() == ["acknowledged"] * 20

    def is_poison(packet: Packet) -> bool:
        return packet.first("DataTime") == poison

    at_stand(tmp_path, work)


def test_a_record_that_cannot_be_told_steps_aside(tmp_path: Path) -> None:
    """One factor alone is too large for a packet, which no platform is to blame for."""
    endless = Channel("endless", "w" + "1" * 400, "", 1, Medium.WATER, 5)
    other = Channel("other", "w01018", "", 1, Medium.WATER, 5)

    async def work(stand: Stand) -> None:
        national, provincial = stand.far_end(), stand.far_end()
        stand.start(platform(channels=channels(endless)), national)
        stand.start(platform("provincial", channels=channels(other)), provincial)
        await stand.owe_minutes(2, "national", "provincial")
        await asyncio.sleep(30)
        assert national.heard == []
        assert await stand.states() == ["waiting"] * 2
        assert await stand.states("provincial") == ["acknowledged"] * 2
        assert len(national.pipes) == 1

    with capture_logs() as lines:
        at_stand(tmp_path, work, [endless, other])
    told = [line for line in lines if line["event"] == "record_cannot_be_told"]
    assert len(told) == 2
    assert told[0]["kind"] == "interval"
    assert "expected at most 950" in told[0]["error"]


def test_qns_rise_even_when_the_wall_clock_steps_back(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await stand.owe_minutes(3)
        await asyncio.sleep(5)
        stand.clock.start_ms -= 5 * MINUTE_MS
        await stand.owe_minutes(3, since_ms=START_MS - 60 * MINUTE_MS)
        await asyncio.sleep(5)
        qns = [packet.qn or "" for packet in national.uploads()]
        assert len(qns) == 6
        assert qns == sorted(set(qns))

    at_stand(tmp_path, work)


def test_what_was_acknowledged_is_not_sent_again_after_a_restart(tmp_path: Path) -> None:
    async def first(stand: Stand) -> None:
        national = stand.far_end(script=lambda packet: receipt(packet) if not is_last(packet) else Reaction())
        stand.start(platform(), national)
        await stand.owe_minutes(4)
        await asyncio.sleep(3)
        assert len(national.heard) == 4

    async def second(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await asyncio.sleep(3)
        assert [is_last(packet) for packet in national.uploads()] == [True]
        assert await stand.states() == ["acknowledged"] * 4

    def is_last(packet: Packet) -> bool:
        return parse_data_time(packet.first("DataTime") or "") == START_MS - MINUTE_MS

    at_stand(tmp_path, first)
    at_stand(tmp_path, second)
