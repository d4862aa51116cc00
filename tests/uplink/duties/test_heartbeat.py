"""Heartbeats: as often as asked, never in the way of uploads, and a dead connection is noticed."""

import asyncio
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from dau.hj212 import HJ2017, HJ2025, Dialect, Packet
from dau.uplink.identity import Duties
from tests.uplink.duties.official import national, polite
from tests.uplink.far_end import Reaction, receipt, silence
from tests.uplink.stand import Stand, at_stand, platform

EVERY_MINUTE: Final = Duties(heartbeat_s=60)
EXTENDED: Final = replace(HJ2017, heartbeat_cn="9021")


def test_a_heartbeat_of_2025_is_a_notice(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=polite)
        stand.start(national(duties=EVERY_MINUTE), far)
        await asyncio.sleep(601)
        beats = [one for one in far.heard if one.packet.cn == "9015"]
        assert len(beats) == 11
        assert {round(later.at_s - earlier.at_s) for earlier, later in pairwise(beats)} == {60}
        assert {(one.packet.st, one.packet.flag, one.packet.cp) for one in beats} == {("32", 9, ())}
        assert len({one.packet.qn for one in beats}) == 11
        assert len(far.pipes) == 1

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["event"] for line in lines] == ["platform_connected"]


def test_the_heartbeat_of_other_places_is_an_upload_with_their_st(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(script=receipt)
        stand.start(platform(dialect=replace(EXTENDED, heartbeat_st="91"), duties=EVERY_MINUTE), far)
        await asyncio.sleep(200)
        assert [(one.packet.cn, one.packet.st) for one in far.heard] == [("9021", "91")] * 4
        assert len(far.pipes) == 1

    at_stand(tmp_path, work)


@pytest.mark.parametrize(
    ("dialect", "duties"), [(HJ2017, EVERY_MINUTE), (HJ2025, Duties())], ids=["no cn", "no period"]
)
def test_no_heartbeat_where_none_is_wanted(tmp_path: Path, dialect: Dialect, duties: Duties) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=dialect)
        stand.start(platform(dialect=dialect, duties=duties), far)
        await asyncio.sleep(600)
        assert far.heard == []
        assert len(far.pipes) == 1

    at_stand(tmp_path, work)


def test_three_heartbeats_into_silence_and_the_connection_is_made_anew(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=silence)
        stand.start(national(duties=EVERY_MINUTE, timeout_s=5.0, resends=1), far)
        await asyncio.sleep(129)
        assert len(far.pipes) == 1
        await asyncio.sleep(4)
        assert len(far.pipes) == 2
        assert len({one.packet.qn for one in far.heard if one.connection == 1}) == 3

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    told = next(line for line in lines if line["event"] == "platform_unreachable")
    assert told["error"] == (
        "platform national: sent 3 heartbeats (9015), saw nothing, expected an answer to one of them"
    )


def test_a_platform_that_answers_uploads_and_no_heartbeats_lives(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=lambda packet: Reaction() if packet.cn == "9015" else polite(packet))
        stand.start(national(duties=EVERY_MINUTE, timeout_s=5.0, resends=1), far)
        for _ in range(30):
            await stand.owe_live()
            await asyncio.sleep(20)
        assert len(far.pipes) == 1

    at_stand(tmp_path, work)


def test_an_unanswered_heartbeat_delays_no_upload(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        def script(packet: Packet) -> Reaction:
            return Reaction() if packet.cn == "9015" else polite(packet)

        far = stand.far_end(dialect=HJ2025, script=script)
        stand.start(national(duties=EVERY_MINUTE), far)
        await asyncio.sleep(1)
        await stand.owe_live()
        await asyncio.sleep(0.2)
        assert await stand.states() == ["acknowledged"]

    at_stand(tmp_path, work)
