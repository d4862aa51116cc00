"""Requests over a line: what is answered, in which order, and what never happens twice."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.core.errands import CannotDo, InstrumentBusy, Report
from dau.core.instrument import NoReply, Refused
from dau.hj212 import HJ2005, HJ2017, HJ2025, Dialect, answered_qn, encode, qn_from_ms
from dau.uplink.identity import Policy
from dau.uplink.verdict import RESEND_S
from tests.uplink.asking import DONE, EDITIONS, answers_of, area, asker, ended
from tests.uplink.stand import PW, START_MS, Stand, at_stand
from tests.uplink.test_session import fill_the_disk, limit

in_every_edition = pytest.mark.parametrize("dialect", EDITIONS, ids=lambda each: each.edition.value)


@in_every_edition
def test_a_request_without_data_is_answered_twice(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)
        answers = await one.ask("1062", area(RtdInterval="120"))
        assert answers_of(answers) == DONE
        asked = one.asked[0]
        assert {answered_qn(answer) for answer in answers} == {asked.qn}
        assert {(answer.st, answer.pw, answer.mn) for answer in answers} == {("91", PW, asked.mn)}
        assert {answer.flag for answer in answers} == {dialect.version << 2}

    at_stand(tmp_path, work)


@in_every_edition
def test_a_request_with_data_gets_them_in_between(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)
        first, data, last = await one.ask("1061")
        assert answers_of([first, last]) == DONE
        assert (data.cn, data.qn, data.st, data.flag) == ("1061", one.asked[0].qn, "32", dialect.version << 2)
        assert data.cp == area(RtdInterval="60")

    at_stand(tmp_path, work)


def test_a_request_of_another_edition_is_answered_in_its_own_layout(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        first, data, last = await one.ask("1061", flag=1)
        assert encode(first)[6:-6].decode() == (
            f"ST=91;CN=9011;PW={PW};MN={one.identity.mn};Flag=0;CP=&&QN={one.asked[0].qn};QnRtn=1&&"
        )
        assert (data.flag, last.first("ExeRtn")) == (0, "1")

    at_stand(tmp_path, work)


REFUSALS = {
    4: {"mn": "010000A8900016F000169DC1"},
    3: {"pw": "123456"},
    5: {"st": "31"},
    6: {"flag": 29},
    7: {"qn": "20261301000000000"},
    8: {"cn": "7777"},
    2: {"cn": "1012"},
}


@in_every_edition
@pytest.mark.parametrize(("code", "fields"), REFUSALS.items(), ids=map(str, REFUSALS))
def test_a_refusal_says_why_and_is_all(tmp_path: Path, dialect: Dialect, code: int, fields: dict[str, object]) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect, policy=Policy(refused=frozenset({"1012"})))
        answers = await one.ask(**{"cn": "1061", **fields})  # type: ignore[arg-type]
        assert answers_of(answers) == [("9011", code)]
        (row,) = await one.audited()
        assert row.who == "national"
        assert row.result.startswith(f"QnRtn={code} ")
        assert await stand.rows("SELECT count(*) FROM request") == [(0,)]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["code"] for line in lines if line["event"] == "request_refused"] == [code]
    assert PW not in str(lines)


@pytest.mark.parametrize("answers", [True, False])
def test_a_wrong_crc_is_answered_only_where_the_platform_wants_it(tmp_path: Path, answers: bool) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, replace(HJ2017, answers_bad_crc=answers))
        frame = encode(one.request("1062", area(RtdInterval="120")))
        await one.far_end.say(frame[:-6] + b"0000\r\n")
        await asyncio.sleep(10)
        heard = [packet.packet for packet in one.far_end.heard]
        assert answers_of(heard) == ([("9011", 9)] if answers else [])
        assert await stand.rows("SELECT count(*) FROM setting") == [(0,)]

    at_stand(tmp_path, work)


@pytest.mark.parametrize("dialect", [HJ2005, HJ2017, HJ2025], ids=lambda each: each.edition.value)
def test_a_notice_gets_its_receipt_and_nothing_else(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)
        assert answers_of(await one.ask("2012")) == [("9013", None)]
        assert answers_of(await one.say(one.asked[0])) == [("9013", None)]
        assert await one.ask("2012", pw="wrong") == []
        assert [(row.what, row.result[:8]) for row in await one.audited()] == [("2012", "done"), ("2012", "QnRtn=3 ")]

    at_stand(tmp_path, work)


def test_a_resend_gets_the_same_answers_and_is_not_acted_upon(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        first = await one.ask("1062", area(RtdInterval="120"))
        await one.ask("1062", area(RtdInterval="90"))
        assert await one.say(one.asked[0]) == first
        assert (await one.ask("1061"))[1].cp == area(RtdInterval="90")
        assert [row.after for row in await one.audited()] == ["120", "90"]

    at_stand(tmp_path, work)


def test_a_resend_while_the_request_is_carried_out_gets_its_handshake_and_one_result(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.answer, stand.bench.takes_s = Report(at_ms=START_MS), 20.0
        await one.ask("1011", area(PolId="w01018"))
        again = await one.say(one.asked[0], one.asked[0], seconds=60)
        assert answers_of(again) == [("9011", 1), ("9011", 1), ("1011", None), ("9012", 1)]
        assert len(stand.bench.told) == 1

    at_stand(tmp_path, work)


def test_the_same_request_later_is_a_repeat(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        await one.ask("1062", area(RtdInterval="120"))
        await asyncio.sleep(RESEND_S)
        assert answers_of(await one.say(one.asked[0])) == [("9011", 7)]

    at_stand(tmp_path, work)


def test_a_qn_that_was_used_for_something_else_is_refused(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        await one.ask("1062", area(RtdInterval="120"))
        assert answers_of(await one.say(replace(one.asked[0], cp=area(RtdInterval="90")))) == [("9011", 7)]

    at_stand(tmp_path, work)


def test_a_recorded_request_is_refused_also_after_a_restart_and_a_year(tmp_path: Path) -> None:
    async def first(stand: Stand) -> None:
        one = await asker(stand)
        for _ in range(20):
            assert answers_of(await one.ask("1062", area(RtdInterval="120"))) == DONE
            await asyncio.sleep(600)
            one.asked += [one.asked[-1]] * 600_000  # the next QN is ten minutes later
        assert await stand.rows("SELECT count(*) < 5 FROM request") == [(1,)]

    async def second(stand: Stand) -> None:
        stand.clock.start_ms += 365 * 86_400_000
        one = await asker(stand)
        old = one.request("1062", area(RtdInterval="120"))
        assert answers_of(await one.say(old)) == [("9011", 7)]

    at_stand(tmp_path, first)
    at_stand(tmp_path, second)


def test_a_qn_of_the_far_future_ends_no_others_and_is_good_once(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        far = qn_from_ms(START_MS + 10 * 365 * 86_400_000)
        assert answers_of(await one.ask("1062", area(RtdInterval="120"), qn=far)) == DONE
        assert answers_of(await one.ask("1062", area(RtdInterval="90"), qn=far)) == [("9011", 7)]
        assert answers_of(await one.ask("1062", area(RtdInterval="90"))) == DONE

    at_stand(tmp_path, work)


FAILURES = {
    "no reply": (NoReply("nothing came"), 4),
    "busy": (InstrumentBusy("eight orders wait"), 5),
    "refused": (Refused("exception 2"), 3),
    "cannot": (CannotDo("no such errand"), 3),
    "bug": (ZeroDivisionError("a bug of a driver"), 2),
    "told nothing": (Report(), 2),
}


@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES)
def test_a_failure_says_of_what_kind_it_is(tmp_path: Path, answer: Report | Exception, code: int) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.answer = answer
        assert answers_of(await one.ask("1011", area(PolId="w01018"))) == ended(code)
        assert answers_of(await one.ask("1062", area(RtdInterval="90"))) == DONE

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    bugs = [line for line in lines if line["event"] == "command_failed_of_a_bug"]
    assert len(bugs) == (1 if isinstance(answer, ZeroDivisionError) else 0)


def test_an_instrument_that_takes_for_ever_is_waited_for_so_long(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.takes_s = 10_000
        await stand.owe_minutes(3)
        answers = await one.say(one.request("1011", area(PolId="w01018")), seconds=310)
        assert sorted(answers_of(answers)[:-1], key=str) == [("2051", None)] * 3 + [("9011", 1)]
        assert answers_of(answers)[-1:] == [("9012", 4)]

    at_stand(tmp_path, work)


@pytest.mark.parametrize(
    ("cn", "content"),
    [
        ("1062", ()),
        ("1062", area(RtdInterval="29")),
        ("1062", area(RtdInterval="x")),
        ("2051", area(BeginTime="20260101000000")),
    ],
    ids=["missing", "too small", "no number", "half a span"],
)
def test_wrong_conditions_are_accepted_and_fail(tmp_path: Path, cn: str, content: tuple[()]) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask(cn, content)) == ended(3)
        assert await stand.rows("SELECT count(*) FROM setting") == [(0,)]
        assert [row.result[:9] for row in await one.audited()] == (["ExeRtn=3 "] if cn == "1062" else [])

    at_stand(tmp_path, work)


def test_what_does_not_belong_to_a_request_does_no_harm(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1062", area(RtdInterval="90", Colour="red"))) == DONE

    at_stand(tmp_path, work)


def test_the_disk_refuses(tmp_path: Path) -> None:
    """Nothing is answered of which no evidence can be kept; afterwards all goes on."""

    async def work(stand: Stand) -> None:
        one = await asker(stand)
        await fill_the_disk(stand)
        assert await one.ask("1062", area(RtdInterval="90")) == []
        await stand.database.write(lambda connection: limit(connection, 1_000_000))
        await asyncio.sleep(120)
        assert answers_of(await one.ask("1062", area(RtdInterval="90"))) == DONE

    at_stand(tmp_path, work)


def test_a_link_cut_before_the_result_ends_the_request(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.answer, stand.bench.takes_s = Report(at_ms=START_MS), 20.0
        assert answers_of(await one.ask("1011", area(PolId="w01018"))) == [("9011", 1)]
        one.far_end.cut()
        await asyncio.sleep(30)
        assert len(one.far_end.pipes) == 2
        assert await stand.rows("SELECT exe_rtn FROM request") == [(None,)]
        assert answers_of(await one.say(one.asked[0])) == ended(2)
        assert len(stand.bench.told) == 1
        assert answers_of(await one.say(one.asked[0])) == ended(2)

    at_stand(tmp_path, work)


def test_what_was_done_before_the_link_was_cut_stays_done(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        answers = await one.ask("1062", area(RtdInterval="90"))
        one.far_end.cut()
        await asyncio.sleep(10)
        assert await one.say(one.asked[0]) == answers
        assert [row.after for row in await one.audited()] == ["90"]

    at_stand(tmp_path, work)


def test_a_login_answer_that_nobody_waits_for_is_told_and_not_answered(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert await one.ask("9022") == []

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["cn"] for line in lines if line["event"] == "answer_to_nothing"] == ["9022"]
