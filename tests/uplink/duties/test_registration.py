"""Registration of 2025: a unit without an MN says who it is and nothing else, until it is given one."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Final

from structlog.testing import capture_logs

from dau.hj212 import HJ2025, Deviation, encode
from dau.uplink.identity import Duties
from dau.uplink.site import Site
from tests.uplink.duties.official import MN, national, polite, request
from tests.uplink.far_end import FarEnd, silence
from tests.uplink.stand import PW, Stand, at_stand

IDENTITY: Final = {
    "i23005": "6970000000001ABCDEFG1234",
    "i23006": "A800200A8C6D",
    "i23007": "E86A643C7BBC",
    "i23008": "A763742C1AE1",
}
SERIAL: Final = ("i23005-Info", IDENTITY["i23005"])
NEW: Final = national(mn="", duties=Duties(registers=True, heartbeat_s=60, asks_clock_h=1))
QN: Final = "20260101120030000"


def far_end(stand: Stand) -> FarEnd:
    stand.site = Site(identity=IDENTITY)
    return stand.far_end(dialect=HJ2025, script=polite, allows=frozenset({Deviation.MN_MISSING}))


def test_a_new_unit_says_who_it_is_again_and_again_and_sends_nothing_else(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = far_end(stand)
        stand.start(NEW, far)
        await stand.owe_minutes(2)
        await asyncio.sleep(1201)
        assert [one.packet.cn for one in far.heard] == ["1001"] * 3
        packet = far.heard[0].packet
        assert (packet.mn, packet.pw, packet.st, packet.flag) == ("", "123456", "32", 9)
        assert packet.cp == tuple(((f"{code}-Info", value),) for code, value in IDENTITY.items())
        assert await stand.states() == ["waiting"] * 2
        assert len(far.pipes) == 1

    at_stand(tmp_path, work)


def test_once_it_has_its_mn_everything_goes_with_it(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = far_end(stand)
        stand.start(NEW, far)
        await stand.owe_minutes(2)
        await asyncio.sleep(30)
        await far.say(encode(request(QN, "1002", SERIAL, pw="123456"), HJ2025))
        await asyncio.sleep(1)
        answers = [(one.packet.cn, one.packet.mn) for one in far.heard if one.packet.cn.startswith("901")]
        assert answers[:2] == [("9011", MN), ("9012", MN)]
        await asyncio.sleep(60)
        assert await stand.states() == ["acknowledged"] * 2
        later = [one.packet for one in far.heard[1:] if not one.packet.cn.startswith("901") or one.packet.cn == "9015"]
        assert {packet.mn for packet in later} == {MN}
        assert {packet.pw for packet in later} == {PW}
        assert {"2051", "9015", "1013"} == {packet.cn for packet in later}

    at_stand(tmp_path, work)


def test_the_mn_is_kept_over_a_restart(tmp_path: Path) -> None:
    async def first(stand: Stand) -> None:
        far = far_end(stand)
        stand.start(NEW, far)
        await asyncio.sleep(5)
        await far.say(encode(request(QN, "1002", SERIAL, pw="123456"), HJ2025))
        await asyncio.sleep(1)

    async def second(stand: Stand) -> None:
        far = far_end(stand)
        stand.start(NEW, far)
        await stand.owe_minutes(1)
        await asyncio.sleep(5)
        assert "1001" not in [one.packet.cn for one in far.heard]
        assert far.uploads("2051")[0].mn == MN

    at_stand(tmp_path, first)
    at_stand(tmp_path, second)


def test_an_mn_for_another_unit_is_refused(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = far_end(stand)
        stand.start(NEW, far)
        await asyncio.sleep(5)
        other = ("i23005-Info", "6970000000001ABCDEFG9999")
        await far.say(encode(request(QN, "1002", other, pw="123456"), HJ2025))
        await asyncio.sleep(1)
        assert [(one.packet.cn, one.packet.cp) for one in far.heard[1:]] == [
            ("9011", ((("QnRtn", "1"),),)),
            ("9012", ((("ExeRtn", "3"),),)),
        ]
        assert stand.desks["national"].account.platform.mn == ""

    at_stand(tmp_path, work)


def test_a_platform_that_leaves_it_unanswered_is_connected_anew(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        far = far_end(stand)
        far.script = silence
        dialect = replace(HJ2025, registration_st="91", initial_pw="654321")
        stand.start(replace(NEW, dialect=dialect, timeout_s=5.0, resends=1), far)
        await asyncio.sleep(14)
        assert [(one.connection, one.packet.st, one.packet.pw) for one in far.heard] == [
            (1, "91", "654321"),
            (1, "91", "654321"),
            (2, "91", "654321"),
        ]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    told = next(line for line in lines if line["event"] == "platform_unreachable")
    assert told["error"] == ("platform national: sent 1001 QN 20260101120000000 2 times, saw given up, expected 9013")
