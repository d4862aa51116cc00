"""Whole exchanges over a connection: 9011, data and 9012 of the questions and orders of a platform."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from dau.core.errands import Cycle, InstrumentBusy, Report
from dau.core.events import Info
from dau.core.instrument import NoReply
from dau.core.periods import HOUR_MS, Span
from dau.core.records import RecordKind
from dau.hj212 import Packet, data_time
from dau.store import events, statistics
from tests.uplink.far_end import FarEnd, frame_of
from tests.uplink.handlers.office import printed
from tests.uplink.stand import PW, START_MS, Stand, at_stand, figures, platform

REQUEST = "QN=20260101120000001;ST=32;CN={cn};PW=" + PW + ";MN=010000A8900016F000169DC0;Flag=5;CP=&&{content}&&"


async def asked(stand: Stand, far_end: FarEnd, cn: str, content: str = "") -> list[Packet]:
    """Ask over a new connection, and return what comes back."""
    stand.start(platform(), far_end)
    await asyncio.sleep(1)
    await far_end.say(frame_of(REQUEST.format(cn=cn, content=content)))
    await asyncio.sleep(30)
    return [one.packet for one in far_end.heard]


def told(packets: list[Packet]) -> list[tuple[str, str | None]]:
    return [(packet.cn, printed(packet.cp)) for packet in packets]


def hours() -> list[Span]:
    return [Span(START_MS - back * HOUR_MS, HOUR_MS) for back in (3, 2, 1)]


def test_history_is_record_by_record_each_with_a_qn_and_a_receipt_of_its_own(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        closed = [figures(name, span) for span in hours() for name in stand.ids]
        await stand.database.write(lambda connection: statistics.add(connection, stand.ids, closed))
        begin, end = (data_time(span.start_ms) for span in hours()[:2])
        far_end = stand.far_end()
        first, *records, last = await asked(stand, far_end, "2061", f"BeginTime={begin};EndTime={end}")
        assert told([first, last]) == [("9011", "QnRtn=1"), ("9012", "ExeRtn=1")]
        assert {first.qn, last.qn} == {"20260101120000001"}
        assert [(packet.cn, packet.first("DataTime"), packet.flag) for packet in records] == [
            ("2061", begin, 5),
            ("2061", end, 5),
        ]
        assert len({packet.qn for packet in (first, *records)}) == 3

    at_stand(tmp_path, work)


def test_a_log_is_entry_by_entry(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        for number, entry in enumerate(("清洗管路", "时间校准")):
            event, at_ms = Info("i11001", entry, "cod"), START_MS + number * 1000
            entry_of = partial(events.owe, kind=RecordKind.INFO, at_ms=at_ms, created_ms=at_ms, platforms=())
            await stand.database.write(partial(entry_of, event=event))
        begin, end = data_time(START_MS), data_time(START_MS + 1000)
        content = f"PolId=w01018;InfoId=i11001;BeginTime={begin},EndTime={end}"
        assert told(await asked(stand, stand.far_end(), "3020", content)) == [
            ("9011", "QnRtn=1"),
            ("3020", f"DataTime={begin};PolId=w01018;i11001-Info=//清洗管路//"),
            ("3020", f"DataTime={end};PolId=w01018;i11001-Info=//时间校准//"),
            ("9012", "ExeRtn=1"),
        ]

    at_stand(tmp_path, work)


@pytest.mark.parametrize(
    ("cn", "content", "report", "data"),
    [
        ("3012", "PolId=w01018", Report(), None),
        ("3015", "", Report(at_ms=START_MS, bottle=1), f"DataTime={data_time(START_MS)};VaseNo=1"),
        ("3017", "PolId=w01018", Report(cycle=Cycle(0, 2)), "PolId=w01018;CstartTime=000000;CTime=2"),
        ("3018", "PolId=w01018", Report(minutes=40), "PolId=w01018;Stime=40"),
        ("3019", "PolId=w01018", Report(value="0" * 24), f"PolId=w01018;w01018-SN={'0' * 24}"),
        ("3020", "InfoId=i22001", Report(), f"DataTime={data_time(START_MS + 1000)};i22001-Info=0"),
        ("3021", "PolId=w01018;InfoId=i13004;i13004-Info=168.0", Report(), None),
    ],
)
def test_a_question_and_an_order_have_one_packet_of_data_or_none(
    tmp_path: Path, cn: str, content: str, report: Report, data: str | None
) -> None:
    async def work(stand: Stand) -> None:
        stand.bench.answer = report
        packets = await asked(stand, stand.far_end(), cn, content)
        answer = [] if data is None else [(cn, data)]
        assert told(packets) == [("9011", "QnRtn=1"), *answer, ("9012", "ExeRtn=1")]
        assert {packet.qn for packet in packets} == {"20260101120000001"}
        assert {packet.flag for packet in packets} == {4}

    at_stand(tmp_path, work)


@pytest.mark.parametrize(
    ("cn", "content", "answer", "code"),
    [
        ("2061", "BeginTime=20250101000000;EndTime=20250101000000", Report(), 100),
        ("2061", "BeginTime=20250101010000;EndTime=20250101000000", Report(), 3),
        ("3011", "", Report(), 3),
        ("3011", "PolId=w21003", Report(), 3),
        ("3012", "PolId=w01018", NoReply("silence"), 4),
        ("3012", "PolId=w01018", InstrumentBusy("eight wait"), 5),
        ("3020", "PolId=w01018;InfoId=i13004", Report(value="1;PolId=w01001&&"), 2),
        ("3021", "PolId=w01018;InfoId=i12001;i12001-Info=1", Report(), 3),
    ],
)
def test_what_fails_ends_with_its_code_and_without_data(
    tmp_path: Path, cn: str, content: str, answer: Report | Exception, code: int
) -> None:
    async def work(stand: Stand) -> None:
        stand.bench.answer = answer
        assert told(await asked(stand, stand.far_end(), cn, content)) == [
            ("9011", "QnRtn=1"),
            ("9012", f"ExeRtn={code}"),
        ]

    at_stand(tmp_path, work)
