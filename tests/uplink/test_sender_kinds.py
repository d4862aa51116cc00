"""What is told late is marked, what a platform does not take steps aside, and what concerns it not is not told."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from dau.core.events import Info
from dau.core.periods import MINUTE_MS
from dau.core.records import RecordKind
from dau.hj212 import HJ2017, HJ2025, Dialect, is_backfilled
from dau.store import events
from tests.uplink.far_end import Script, receipt, refusal, silence
from tests.uplink.stand import COD, PH, START_MS, Stand, at_stand, channels, platform

QUARTER_S: Final = 16 * 60.0


async def owe_info(stand: Stand, *texts: str) -> None:
    """Owe entries of the log of the unit, as of now."""
    now_ms = stand.clock.now_ms()

    def owe(connection: sqlite3.Connection) -> None:
        for text in texts:
            events.owe(connection, RecordKind.INFO, Info("i21001", text), now_ms, now_ms, ("national",))

    await stand.database.write(owe)
    stand.ring()


def deaf_to_info(script: Script) -> Script:
    """A good platform, but for 3020."""
    return lambda packet: script(packet) if packet.cn == "3020" else receipt(packet)


@pytest.mark.parametrize("dialect", [HJ2025, HJ2017], ids=["2025", "2017"])
def test_what_comes_from_the_backlog_is_marked_where_the_edition_marks_it(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=dialect)
        await stand.owe_minutes(20)
        stand.start(platform(dialect=dialect, backlog_per_minute=6000), far)
        await asyncio.sleep(10)
        marked = [is_backfilled(packet) for packet in far.uploads("2051")]
        assert marked == [False] * 6 + [dialect is HJ2025] * 14

    at_stand(tmp_path, work)


def test_a_resend_is_the_same_packet_and_no_backfill(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=silence)
        await stand.owe_minutes(1)
        stand.start(platform(dialect=HJ2025, timeout_s=100.0, resends=3), far)
        await asyncio.sleep(350)  # the last resend is later than what counts as live
        assert len(far.heard) == 4
        assert len({one.raw for one in far.heard}) == 1
        assert not is_backfilled(far.heard[0].packet)
        far.script = receipt
        await asyncio.sleep(200)
        again = far.uploads("2051")[-1]
        assert is_backfilled(again)
        assert again.qn != far.heard[0].packet.qn
        assert again.first("DataTime") == far.heard[0].packet.first("DataTime")

    at_stand(tmp_path, work)


@pytest.mark.parametrize("answer", [silence, refusal(2)], ids=["silence", "refusal"])
def test_a_kind_that_the_platform_does_not_take_steps_aside(tmp_path: Path, answer: Script) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=HJ2025, script=deaf_to_info(answer))
        stand.start(platform(dialect=HJ2025, timeout_s=5.0, resends=1), far)
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        await owe_info(stand, "first", "second", "third")
        await asyncio.sleep(QUARTER_S - 60)
        assert {packet.first("i21001-Info") for packet in far.uploads("3020")} == {"//first//"}
        assert await stand.states() == ["acknowledged", "waiting", "waiting", "waiting"]
        await stand.owe_minutes(1, since_ms=START_MS + 16 * MINUTE_MS)
        await asyncio.sleep(1)
        assert (await stand.states())[-1] == "acknowledged"
        far.script = receipt
        await asyncio.sleep(2 * QUARTER_S)
        assert await stand.states() == ["acknowledged"] * 5
        assert len(far.pipes) == 1

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    told = [line for line in lines if line["event"] == "platform_does_not_take_this_kind"]
    assert [line["kind"] for line in told] == ["info"]
    assert told[0]["error"].startswith("platform national: sent 3020 QN ")


def test_where_nothing_was_taken_yet_silence_is_a_broken_connection(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(script=deaf_to_info(silence))
        await owe_info(stand, "first")
        stand.start(platform(timeout_s=5.0, resends=1), far)
        await asyncio.sleep(20)
        assert len(far.pipes) == 2
        await stand.owe_minutes(1)
        await asyncio.sleep(120)
        assert sorted(await stand.states()) == ["acknowledged", "waiting"]
        assert len(far.pipes) == 2

    at_stand(tmp_path, work)


def test_a_record_of_nothing_that_the_platform_gets_ends_untold(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end()
        stand.start(platform(channels=channels(PH)), far)
        await owe_cod(stand)
        await stand.owe_minutes(1)
        await asyncio.sleep(5)
        assert [packet.cn for packet in far.uploads()] == ["2051"]
        assert sorted(await stand.states()) == ["acknowledged", "sent"]

    at_stand(tmp_path, work)


async def owe_cod(stand: Stand) -> None:
    """Owe a parameter of the instrument of COD."""
    now_ms = stand.clock.now_ms()
    info = Info("i13001", "1.0", COD.name)

    def owe(connection: sqlite3.Connection) -> int:
        return events.owe(connection, RecordKind.INFO, info, now_ms, now_ms, ("national",))

    await stand.database.write(owe)
