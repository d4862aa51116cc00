"""Requests that take long or come in numbers: histories, full queues, floods; uploads go on beside them."""

import asyncio
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.cipher import Sm4
from dau.core.errands import Report
from dau.hj212 import HJ2025, Packet, decode
from dau.uplink.service import ARRIVALS, WAITING, Service
from tests.uplink import far_end
from tests.uplink.asking import DONE, Asker, answers_of, area, asker, ended
from tests.uplink.far_end import FarEnd, silence
from tests.uplink.stand import START_MS, Stand, at_stand, platform


def test_uploads_go_on_while_a_command_is_carried_out(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.answer, stand.bench.takes_s = Report(at_ms=START_MS), 60.0
        await one.ask("1011", area(PolId="w01018"))
        await stand.owe_minutes(5)
        await stand.owe_live()
        await asyncio.sleep(3)
        assert len(one.far_end.uploads("2051", "2011")) == 6
        await asyncio.sleep(60)
        assert answers_of([each.packet for each in one.far_end.heard][-1:]) == [("9012", 1)]

    at_stand(tmp_path, work)


def test_a_long_search_holds_up_no_other_command(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        await stand.owe_minutes(60)
        await stand.database.write(lambda connection: connection.execute("UPDATE delivery SET state = 'sent'"))
        one = await asker(stand, script=far_end.late(9.0), minute_min=1)
        asked = one.request("2051", area(BeginTime="20260101000000", EndTime="20260101120000"))
        assert answers_of(await one.say(asked)) == [("9011", 1), ("2051", None)]
        assert answers_of(await one.ask("1061")) == [("9011", 1), ("1061", None), ("9012", 1)]
        await asyncio.sleep(600)
        assert len(one.far_end.uploads("2051")) == 60
        assert answers_of([each.packet for each in one.far_end.heard][-1:]) == [("9012", 1)]

    at_stand(tmp_path, work)


@pytest.mark.parametrize("receipts", [True, False])
def test_history_comes_in_packets_with_new_qns(tmp_path: Path, receipts: bool) -> None:
    async def work(stand: Stand) -> None:
        await stand.owe_minutes(10)
        await stand.database.write(lambda connection: connection.execute("UPDATE delivery SET state = 'sent'"))
        one = await asker(stand, receipts=receipts, minute_min=1)
        span = area(BeginTime="20260101115500", EndTime="20260101115700")
        first, *data, last = await one.ask("2051", span)
        assert answers_of([first, last]) == DONE
        assert [packet.first("DataTime") for packet in data] == ["20260101115500", "20260101115600", "20260101115700"]
        assert [packet.flag for packet in data] == [5 if receipts else 4] * 3
        assert len({one.asked[0].qn, *(packet.qn for packet in data)}) == 4
        assert len(one.far_end.said) == (4 if receipts else 1)

    at_stand(tmp_path, work)


def test_history_whose_receipts_do_not_come_ends_with_a_time_out(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        await stand.owe_minutes(10)
        await stand.database.write(lambda connection: connection.execute("UPDATE delivery SET state = 'sent'"))
        one = await asker(stand, script=silence, timeout_s=2.0, resends=1, minute_min=1)
        span = area(BeginTime="20260101115500", EndTime="20260101115700")
        answers = await one.say(one.request("2051", span), seconds=10)
        assert answers_of(answers) == [("9011", 1), ("2051", None), ("2051", None), ("9012", 4)]

    at_stand(tmp_path, work)


def test_history_of_which_there_is_none(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        span = area(BeginTime="20250101115500", EndTime="20250101115700")
        assert answers_of(await one.ask("2051", span)) == ended(100)

    at_stand(tmp_path, work)


def test_too_many_orders_are_refused_and_those_accepted_all_end(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.answer, stand.bench.takes_s = Report(at_ms=START_MS), 20.0
        for number in range(WAITING + 4):
            answers = await one.ask("1011", area(PolId="w01018"))
            assert answers_of(answers)[0] == ("9011", 1 if number <= WAITING else 2)
        await asyncio.sleep(20 * (WAITING + 2))
        assert len(one.far_end.uploads("1011")) == WAITING + 1
        ends = [one.packet.first("ExeRtn") for one in one.far_end.heard if one.packet.cn == "9012"]
        assert ends == ["1"] * (WAITING + 1)
        assert len(await one.audited()) == 1

    at_stand(tmp_path, work)


def test_a_flood_of_requests_is_answered_and_delays_no_upload_beyond_its_time(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.takes_s = 1000
        await stand.owe_minutes(3)
        flood = []
        for _ in range(1000):
            flood.append(one.request("1011", area(PolId="w01018")))
            one.asked.append(flood[-1])
        answers = await one.say(*flood, seconds=5)
        assert await stand.states() == ["acknowledged"] * 3
        codes = [code for cn, code in answers_of(answers) if cn == "9011"]
        assert codes[: WAITING + 1] == [1] * (WAITING + 1)
        assert set(codes[WAITING + 1 :]) == {2}
        assert len(codes) >= ARRIVALS
        assert len(await one.audited()) == 1

    at_stand(tmp_path, work)


def test_refusals_are_audited_once_a_minute_for_each_command_and_reason(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        for _ in range(5):
            await one.ask("1061", pw="wrong")
            await one.ask("1062", pw="wrong")
            await one.ask("1061", st="31")
        for number in range(100):
            await one.say(one.request(f"5{number:03}"), seconds=0.01)
        assert [(row.what, row.result[:8]) for row in await one.audited()] == [
            ("1061", "QnRtn=3 "),
            ("1062", "QnRtn=3 "),
            ("1061", "QnRtn=5 "),
            ("?", "QnRtn=8 "),
        ]
        await asyncio.sleep(60)
        await one.ask("1061", pw="wrong")
        assert len(await one.audited()) == 5

    at_stand(tmp_path, work)


def test_what_comes_faster_than_it_can_be_looked_at_is_dropped_and_told_once(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        service = Service(await stand.desk(platform()))
        for _ in range(10 * ARRIVALS):
            service.take(Packet(cn="1061"))

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["event"] for line in lines] == ["requests_dropped_in_a_flood"]


class OneKey:
    """The key of a platform."""

    def __init__(self, key: bytes) -> None:
        self._cipher = Sm4(key)

    def ciphers(self, _mn: str | None) -> tuple[Sm4]:
        return (self._cipher,)


def test_history_of_2025_is_sealed_where_there_is_a_key(tmp_path: Path) -> None:
    key = os.urandom(16).hex()[:16]

    async def work(stand: Stand) -> None:
        await stand.owe_minutes(10)
        await stand.database.write(lambda connection: connection.execute("UPDATE delivery SET state = 'sent'"))
        identity = platform(dialect=HJ2025, minute_min=1)
        site = FarEnd(stand.group, dialect=HJ2025, keys=OneKey(key.encode()))
        stand.start(identity, site, key=key)
        await asyncio.sleep(1)
        one = Asker(stand, site, identity)
        span = area(BeginTime="20260101115500", EndTime="20260101115700")
        first, *data, last = await one.ask("2051", span)
        assert answers_of([first, last]) == DONE
        assert [packet.first("w01018-Avg") for packet in data] == ["40.1"] * 3
        frames = [each.raw for each in site.heard if each.packet.cn == "2051"]
        opened = [decode(frame, HJ2025, OneKey(key.encode())) for frame in frames]
        assert [each.is_encrypted for each in opened] == [True] * 3

    at_stand(tmp_path, work)
