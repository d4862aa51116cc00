"""What a unit is asked, and what comes of it: a scripted unit in virtual time."""

import asyncio
from pathlib import Path

import pytest

from dau.hj212 import Packet, execution_result, notice_receipt, request_receipt
from dau.receiver.desk import Limits
from dau.receiver.journal import Direction
from dau.receiver.orders import Ending, Outcome, Part, Step, Waiting
from tests.receiver.site import MN, START_MS, Site, at_site
from tests.receiver.unit import SPAN, accept, ask, connected, parts, record

REQUEST, RECEIPT, DATA, ANSWER, RESULT, STRAY = Part


def test_a_request_is_sent_accepted_and_executed(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1062", cp=((("RtdInterval", "60"),),))
        request = await accept(unit)
        assert await asked.end() == Ending(Outcome.DONE, 1)
        qn = "20260101000000000"
        assert request == Packet(
            qn=qn, st="32", cn="1062", pw="100000", mn=MN, flag=5, cp=((("RtdInterval", "60"),),)
        )  # fmt: skip
        assert asked.told[0] == Step(
            START_MS, Direction.DOWN, REQUEST, "2017",
            (("QN", qn), ("ST", "32"), ("CN", "1062"), ("PW", "***"), ("MN", MN), ("Flag", "5")),
            ((("RtdInterval", "60"),),), sending=1,
        )  # fmt: skip
        assert parts(asked.told) == [REQUEST, RECEIPT, RESULT]
        rows = await site.rows("SELECT direction, cn, qn, ok FROM packet WHERE id > 2 ORDER BY id")
        assert rows == [("down", "1062", qn, 1), ("up", "9011", qn, 1), ("up", "9012", qn, 1)]

    at_site(tmp_path, work)


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6, 7, 8, 9, 100, 77])
def test_a_refusal_ends_it(tmp_path: Path, code: int) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2061", cp=SPAN)
        await unit.say(request_receipt(await unit.request(), code))
        assert await asked.end() == Ending(Outcome.REFUSED, code)
        assert parts(asked.told) == [REQUEST, RECEIPT]

    at_site(tmp_path, work)


@pytest.mark.parametrize("code", [2, 3, 4, 5, 6, 100])
def test_a_bad_result_fails_it(tmp_path: Path, code: int) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2061", cp=SPAN)
        await accept(unit, code)
        assert await asked.end() == Ending(Outcome.FAILED, code)

    at_site(tmp_path, work)


def test_without_a_9011_the_same_qn_is_sent_again_then_given_up(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1011", timeout_s=5)
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        came = [(await unit.next(), loop.time() - begin_s) for _ in range(4)]
        assert [at_s for _, at_s in came] == pytest.approx([0, 5, 10, 15])
        assert len({received.raw for received, _ in came}) == 1
        assert await asked.end() == Ending(Outcome.GIVEN_UP)
        assert loop.time() - begin_s == pytest.approx(20)
        assert [step.sending for step in asked.told if isinstance(step, Step)] == [1, 2, 3, 4]
        assert await site.rows("SELECT count(*) FROM packet WHERE cn = '1011' AND direction = 'down'") == [(4,)]
        assert (await unit.upload(number=1)).packet.cn == "9014"  # the connection stays

    at_site(tmp_path, work)


def test_a_late_9011_counts(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1011", timeout_s=5)
        await unit.request()
        request = await unit.request()
        await unit.say(request_receipt(request, 1), execution_result(request, 1))
        assert await asked.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)


def test_without_a_9012_it_has_failed_and_is_not_sent_again(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "3011", execution_timeout_s=30, cp=((("PolId", "w01018"),),))
        request = await unit.request()
        await asyncio.sleep(3)
        await unit.say(request_receipt(request, 1))
        loop = asyncio.get_running_loop()
        begin_s = loop.time()
        assert await asked.end() == Ending(Outcome.OVERDUE)
        assert loop.time() - begin_s == pytest.approx(30)
        assert parts(asked.told) == [REQUEST, RECEIPT]

    at_site(tmp_path, work)


def test_an_execution_time_out_shorter_than_the_rest_of_the_other_counts_at_once(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1011", timeout_s=100, execution_timeout_s=2)
        await unit.say(request_receipt(await unit.request(), 1))
        assert await asked.end() == Ending(Outcome.OVERDUE)
        assert asyncio.get_running_loop().time() < 5

    at_site(tmp_path, work)


def test_history_comes_with_new_qns_and_is_stored_like_uploads(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2061", cp=SPAN, execution_timeout_s=10)
        request = await unit.request()
        await unit.say(request_receipt(request, 1))
        for number in range(3):
            await asyncio.sleep(8)  # each record starts the time-out anew
            await unit.say(record(f"202601010{number}0000", f"2026010109000000{number}"))
        await unit.say(execution_result(request, 1))
        assert await asked.end() == Ending(Outcome.DONE, 1)
        assert parts(asked.told) == [REQUEST, RECEIPT, DATA, DATA, DATA, RESULT]
        labels = await site.rows("SELECT data_time FROM datum WHERE field = 'Avg' ORDER BY data_time")
        assert labels == [("20260101000000",), ("20260101010000",), ("20260101020000",)]

    at_site(tmp_path, work)


def test_history_that_wants_answers_gets_them_when_it_is_stored(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2061", cp=SPAN)
        request = await unit.request()
        await unit.say(request_receipt(request, 1), record("20260101000000", "20260101090000000", flag=5))
        answer = await unit.request()
        assert (answer.cn, answer.qn) == ("9014", "20260101090000000")
        await unit.say(execution_result(request, 1))
        assert await asked.end() == Ending(Outcome.DONE, 1)
        assert parts(asked.told) == [REQUEST, RECEIPT, DATA, ANSWER, RESULT]

    at_site(tmp_path, work)


def test_uploads_go_on_and_belong_to_nothing(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2061", cp=SPAN, execution_timeout_s=10)
        request = await unit.request()
        assert (await unit.upload(number=7)).packet.cn == "9014"
        await unit.say(request_receipt(request, 1))
        for number in (8, 9, 10):  # an hour record of now is no answer to a question for last night
            await asyncio.sleep(3)
            assert (await unit.upload(number=number)).packet.cn == "9014"
            assert (await unit.upload(number=number, cn="2051")).packet.cn == "9014"
        assert await asked.end() == Ending(Outcome.OVERDUE)
        assert parts(asked.told) == [REQUEST, RECEIPT]
        assert (await site.tally())["packets"] == 9

    at_site(tmp_path, work)


def test_the_uploads_that_2011_switches_on_are_no_answer_to_it(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2011", execution_timeout_s=10)
        await unit.say(request_receipt(await unit.request(), 1))
        for number in range(4):
            await asyncio.sleep(3)
            await unit.upload(cn="2011", number=number)
        assert await asked.end() == Ending(Outcome.OVERDUE)

    at_site(tmp_path, work)


def test_a_unit_that_sends_data_for_ever_is_not_followed_for_ever(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "2061", cp=SPAN)
        await unit.say(request_receipt(await unit.request(), 1))
        while not asked.task.done():
            await unit.say(record("20260101000000", "20260101090000000"))
            await asyncio.sleep(50)
        assert await asked.end() == Ending(Outcome.OVERDUE)
        assert asyncio.get_running_loop().time() == pytest.approx(4 * 3600, abs=100)

    at_site(tmp_path, work)


@pytest.mark.parametrize("cn", ["2012", "2022"])
def test_a_notice_ends_with_its_9013(tmp_path: Path, cn: str) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, cn)
        notice = await unit.request()
        assert (notice.cn, notice.flag) == (cn, 5)
        await unit.say(notice_receipt(notice))
        assert await asked.end() == Ending(Outcome.DONE)
        assert parts(asked.told) == [REQUEST, RECEIPT]

    at_site(tmp_path, work)


def test_an_answer_to_something_else_is_told_and_changes_nothing(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        asked = ask(site, "1011", timeout_s=5)
        request = await unit.request()
        await unit.say(request_receipt(record("", "20251231000000000"), 2))
        assert (await unit.request()).qn == request.qn
        await unit.say(request_receipt(request, 1), execution_result(request, 1))
        assert await asked.end() == Ending(Outcome.DONE, 1)
        assert parts(asked.told) == [REQUEST, STRAY, REQUEST, RECEIPT, RESULT]

    at_site(tmp_path, work)


def test_units_behind_one_gateway_are_asked_by_their_mn(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        gateway = await connected(site, mn="A", pw="1")
        await gateway.upload(mn="B", pw="2")
        for mn, pw in (("A", "1"), ("B", "2")):
            asked = ask(site, "1011", mn=mn)
            request = await accept(gateway)
            assert (request.mn, request.pw) == (mn, pw)
            assert await asked.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)


def test_who_is_not_there_cannot_be_asked(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        assert await ask(site, "1011", mn="NOBODY").end() == Ending(Outcome.UNKNOWN)
        await unit.pipe.close()
        await asyncio.sleep(1)
        assert await ask(site, "1011").end() == Ending(Outcome.AWAY, detail="20260101000000")

    at_site(tmp_path, work)


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("in_order", [False, True])
def test_a_connection_that_ends_in_the_middle_ends_every_order(tmp_path: Path, accepted: bool, in_order: bool) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        first, second = ask(site, "1011"), ask(site, "1061")
        request = await unit.request()
        if accepted:
            await unit.say(request_receipt(request, 1))
        await asyncio.sleep(1)
        if in_order:
            await unit.pipe.close()
        else:
            unit.pipe.cut()
        assert await first.end() == Ending(Outcome.LOST)
        assert await second.end() == Ending(Outcome.LOST)
        assert asyncio.get_running_loop().time() < 2

    at_site(tmp_path, work)


def test_a_unit_that_comes_back_is_asked_on_its_new_connection(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        old = await connected(site)
        new = await connected(site, "10.0.0.7:40002")
        await old.pipe.close()  # noticed later than the new connection
        await asyncio.sleep(1)
        asked = ask(site, "1011")
        await accept(new)
        assert await asked.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)


def test_one_connection_is_asked_one_thing_at_a_time(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        first, second, third = ask(site, "1011"), ask(site, "1061"), ask(site, "1063")
        assert await third.end() == Ending(Outcome.BUSY, detail="2")
        request = await unit.request()
        await asyncio.sleep(4)
        assert parts(second.told) == [1]
        assert second.told == [Waiting(1)]
        await unit.say(request_receipt(request, 1), execution_result(request, 1))
        await accept(unit)
        assert [(await each.end()).outcome for each in (first, second)] == [Outcome.DONE] * 2
        qns = await site.rows("SELECT qn FROM packet WHERE direction = 'down' AND cn < '9' ORDER BY id")
        assert qns[0] < qns[1]

    at_site(tmp_path, work, Limits(orders=2))


def test_who_gives_up_leaves_the_line_to_the_next(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        first, second = ask(site, "1011"), ask(site, "1061")
        request = await unit.request()
        first.task.cancel()
        assert (await unit.request()).cn == "1061"
        await unit.say(request_receipt(request, 1), execution_result(request, 1))
        again = await unit.request()  # sent again, for the answers belonged to the first
        await unit.say(request_receipt(again, 1), execution_result(again, 1))
        assert await second.end() == Ending(Outcome.DONE, 1)
        assert parts(second.told) == [1, REQUEST, STRAY, REQUEST, RECEIPT, RESULT]

    at_site(tmp_path, work)
