"""1013: after connecting, and again as often as asked."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.hj212 import HJ2005, HJ2017, Dialect
from dau.uplink.identity import Duties
from tests.uplink.duties.official import polite
from tests.uplink.far_end import silence
from tests.uplink.stand import Stand, at_stand, platform


def test_the_time_is_asked_for_at_each_connection_and_every_day(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(script=polite)
        stand.start(platform(duties=Duties(asks_clock_h=24)), far)
        await asyncio.sleep(24 * 3600 + 60)
        assert [(one.packet.cn, one.packet.flag, one.packet.cp) for one in far.heard] == [("1013", 5, ())] * 2
        far.cut()
        await asyncio.sleep(60)
        assert [one.connection for one in far.heard] == [1, 1, 2]

    at_stand(tmp_path, work)


@pytest.mark.parametrize(("dialect", "hours"), [(HJ2017, 0.0), (HJ2005, 24.0)], ids=["never", "2005 has no 1013"])
def test_a_platform_that_is_not_asked(tmp_path: Path, dialect: Dialect, hours: float) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(dialect=dialect)
        stand.start(platform(dialect=dialect, duties=Duties(asks_clock_h=hours)), far)
        await asyncio.sleep(2 * 24 * 3600)
        assert far.heard == []

    at_stand(tmp_path, work)


def test_a_platform_that_does_not_answer_is_kept(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = stand.far_end(script=silence)
        stand.start(platform(duties=Duties(asks_clock_h=1)), far)
        await asyncio.sleep(3600 + 120)
        assert len(far.heard) == 2 * 4
        assert len(far.pipes) == 1

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [(line["event"], line.get("saw")) for line in lines] == [
        ("platform_connected", None),
        ("platform_does_not_tell_the_time", "given up"),
        ("platform_does_not_tell_the_time", "given up"),
    ]
