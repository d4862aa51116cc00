"""How the packet of an order looks: edition, password, ST, MN and QN. A scripted unit in virtual time."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.database import Database, Schema
from dau.hj212 import execution_result, request_receipt
from dau.receiver.orders import Ending, Outcome, Part, Step
from dau.receiver.tables import SCHEMA
from tests.receiver.site import MN, Site, at_site, frame, upload
from tests.receiver.unit import SPAN, Unit, accept, ask, connected, parts

OLD_MN = "88888880000001"
OLD = frame(f"ST=32;CN=2011;PW=123456;MN={OLD_MN};CP=&&DataTime=20260101000000;011-Rtd=1.1,011-Flag=N&&")


def test_a_unit_of_2005_is_asked_in_its_layout(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = Unit(site.call())
        await unit.pipe.write(OLD)
        await asyncio.sleep(1)
        asked = ask(site, "2051", mn=OLD_MN, cp=SPAN)
        received = await unit.next()
        qn = received.packet.qn
        assert received.raw == frame(
            f"QN={qn};ST=32;CN=2051;PW=123456;MN={OLD_MN};Flag=3;CP=&&BeginTime=20260101000000;EndTime=20260101020000&&"
        )
        answer = f"ST=91;PW=123456;MN={OLD_MN};Flag=0;CP=&&QN={qn}"
        await unit.pipe.write(frame(f"CN=9011;{answer};QnRtn=1&&"))
        data = "DataTime=20260101000000;011-Avg=1.1,011-Flag=N"
        await unit.pipe.write(frame(f"ST=32;CN=2051;PW=123456;MN={OLD_MN};CP=&&{data}&&"))
        await unit.pipe.write(frame(f"CN=9012;{answer};ExeRtn=1&&"))
        assert await asked.end() == Ending(Outcome.DONE, 1)
        assert parts(asked.told) == [Part.REQUEST, Part.RECEIPT, Part.DATA, Part.RESULT]
        assert [step.edition for step in asked.told if isinstance(step, Step)] == ["2005"] * 4

    at_site(tmp_path, work)


def test_the_version_bits_of_the_unit_are_echoed(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site, flag=9)
        asked = ask(site, "1011")
        request = await accept(unit)
        assert request.flag == 9
        assert await asked.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)


def test_password_and_st_may_be_given(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1011", pw="other", st="31")
        request = await accept(unit)
        assert (request.pw, request.st) == ("other", "31")
        assert await asked.end() == Ending(Outcome.DONE, 1)
        again = ask(site, "1011")  # the answers echoed the other password; what the unit uses counts
        assert (await accept(unit)).pw == "100000"
        await again.end()

    at_site(tmp_path, work)


def test_after_1072_the_unit_is_asked_with_its_new_password(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1072", cp=((("NewPW", "654321"),),))
        request = await accept(unit)
        assert (request.pw, request.first("NewPW")) == ("100000", "654321")
        await asked.end()
        assert "654321" not in repr(asked.told)
        [(raw,)] = await site.rows("SELECT raw FROM packet WHERE cn = '1072'")
        assert b"CP=&&NewPW=******&&" in raw
        asked = ask(site, "1011")
        assert (await accept(unit)).pw == "654321"
        await asked.end()

    with capture_logs() as logs:
        at_site(tmp_path, work)
    assert not {"654321", "100000"} & set(str(logs).replace("'", " ").split())


def test_a_new_unit_gets_its_mn_over_the_connection_without_one(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site, mn="", cn="1001", flag=9)
        asked = ask(site, "1002", via="", cp=((("i23005-Info", "69700"),),))
        assert (await accept(unit)).mn == MN
        assert await asked.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)


@pytest.mark.parametrize(
    ("cn", "fields", "reason"),
    [
        ("9014", {}, "command 9014 is not sent by the platform, expected a request or a notice"),
        ("2081", {}, "command 2081 is not sent by the platform, expected a request or a notice"),
        ("1013", {}, "command 1013 is not sent by the platform, expected a request or a notice"),
        ("2061", {}, "CP: values of nothing, expected BeginTime;EndTime"),
        ("1062", {"cp": ((("Interval", "60"),),)}, "CP: values of Interval, expected RtdInterval"),
        ("1062", {"cp": ((("RtdInterval", "1"), ("RtdInterval", "2")),)}, "CP: a name twice, expected RtdInterval"),
        ("3021", {"cp": ((("PolId", "w01018"),),)}, "CP: field missing in CP: InfoId, expected PolId;InfoId;*-Info"),
        ("3021", {"cp": ((("A", "1"),),)}, "expected PolId;InfoId;*-Info"),
        ("1062", {"cp": ((("RtdInterval", "6;0"),),)}, "CP: value of RtdInterval is '6;0'"),
        ("1062", {"cp": ((("RtdInterval", "6" * 1000),),)}, "CP has 1019 bytes, expected at most 950"),
    ],
)
def test_what_cannot_be_sent_is_not(tmp_path: Path, cn: str, fields: dict[str, object], reason: str) -> None:
    async def work(site: Site) -> None:
        await connected(site)
        ending = await ask(site, cn, **fields).end()
        assert ending.outcome is Outcome.IMPOSSIBLE
        assert reason in ending.detail
        assert await site.rows("SELECT count(*) FROM packet WHERE direction = 'down'") == [(1,)]

    at_site(tmp_path, work)


def test_the_official_separators_are_sent_whatever_was_given(tmp_path: Path) -> None:
    end, begin = ("EndTime", "20260102000000"), ("BeginTime", "20260101000000")

    async def work(site: Site) -> None:
        unit = await connected(site)
        for cn, content in (("2041", ((begin, end),)), ("2031", ((begin,), (end,)))):
            asked = ask(site, cn, cp=((end,), (begin,)))
            assert (await accept(unit)).cp == content
            await asked.end()
        for fields in ({"cn": "2031", "is_as_given": True}, {"cn": "7777"}):
            asked = ask(site, cp=((end, begin),), **fields)  # also for a number that no table has
            assert (await accept(unit)).cp == ((end, begin),)
            assert (await asked.end()).outcome is Outcome.DONE

    at_site(tmp_path, work)


@pytest.mark.parametrize(("edition", "flag"), [("2005", 1), ("2017", 5), ("2025", 9)])
def test_the_uploads_of_now_are_no_reply_to_a_question_for_one_value(tmp_path: Path, edition: str, flag: int) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site, flag=flag)
        asked = ask(site, "3019", cp=((("PolId", "w01018"),),), execution_timeout_s=10, is_as_given=True)
        request = await unit.request()
        assert (request.version, edition) == (flag >> 2, ("2005", "2017", "2025")[flag >> 2])
        await unit.say(request_receipt(request, 1))
        assert (await unit.upload(cn="3019", number=1, flag=flag)).packet.cn == "9014"
        await unit.say(execution_result(request, 1))
        assert await asked.end() == Ending(Outcome.DONE, 1)
        assert parts(asked.told) == [Part.REQUEST, Part.RECEIPT, Part.RESULT]

    at_site(tmp_path, work)


def test_a_unit_that_never_said_its_st_needs_one_with_the_order(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = Unit(site.call())
        await unit.pipe.write(frame(f"QN=1;CN=2011;MN={MN};Flag=4;CP=&&DataTime=20260101000000&&"))
        await asyncio.sleep(1)
        ending = await ask(site, "1011").end()
        assert ending == Ending(Outcome.IMPOSSIBLE, detail=f"unit {MN} has sent no ST, expected one with the order")
        asked = ask(site, "1011", st="32")
        assert (await accept(unit)).pw == ""
        await asked.end()

    at_site(tmp_path, work)


def test_qns_rise_over_a_restart_with_a_clock_that_was_set_back(tmp_path: Path) -> None:
    qns: list[str | None] = []

    async def work(site: Site) -> None:
        unit = await connected(site)
        await asyncio.sleep(3600 if not qns else 0)
        asked = ask(site, "1011")
        qns.append((await accept(unit)).qn)
        await asked.end()

    at_site(tmp_path, work)
    at_site(tmp_path, work)
    assert qns == ["20260101010000000", "20260101010000001"]


def test_a_file_of_before_packets_were_kept_both_ways_is_brought_up_to_date(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        await Unit(site.call()).upload()
        assert await site.rows("SELECT direction FROM packet ORDER BY id") == [("up",), ("up",), ("down",)]

    async def as_before() -> None:
        database = Database(tmp_path / "receiver.db", Schema(SCHEMA.name, SCHEMA.steps[:1]))
        await database.open()
        await database.write(
            lambda connection: connection.execute(
                "INSERT INTO packet (at_ms, peer, ok, raw) VALUES (1, 'p', 1, ?)", (upload(),)
            )
        )
        await database.close()

    asyncio.run(as_before())
    at_site(tmp_path, work)


@pytest.mark.parametrize(
    "fields",
    [
        {"cp": ((("NewPW", "hid;den"),),)},
        {"cp": ((("PW", "hid\x01den"),),), "is_as_given": True},
        {"cp": ((("NewPW", "free"),),), "pw": "hid;den"},
    ],
)
def test_a_secret_that_cannot_be_sent_is_not_quoted(tmp_path: Path, fields: dict[str, object]) -> None:
    async def work(site: Site) -> None:
        await connected(site)
        ending = await ask(site, "1072", **fields).end()
        assert ending.outcome is Outcome.IMPOSSIBLE
        assert "hid" not in ending.detail
        assert "***" in ending.detail

    at_site(tmp_path, work)
