"""Orders to instruments: what reaches them, what the platform gets, what is audited and told, what lasts."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.core.appetites import Appetite
from dau.core.errands import CannotDo, Cycle, Errand, InstrumentBusy, Report, Task
from dau.core.events import StandardCheck
from dau.core.instrument import InstrumentError, NoReply, Refused
from dau.core.records import RecordKind
from dau.hj212 import HJ2005, parse_data_time
from dau.uplink.desk import ExeRtn
from dau.uplink.handlers.operations import ACTS
from dau.uplink.orders import TAKEN_S
from dau.uplink.site import Site
from tests.uplink.handlers.office import NATIONAL, OTHERS, Office, at_desk, failure, printed, request
from tests.uplink.stand import START_MS

ORDERS = [
    ("3011", "PolId=w01018,CalibrationType=0", [Task.ZERO]),
    ("3011", "PolId=w01018;CalibrationType=1", [Task.SPAN]),
    ("3011", "PolId=w01018", [Task.ZERO, Task.SPAN]),
    ("3012", "PolId=w01018", [Task.SAMPLE]),
    ("3013", "PolId=w01018", [Task.CLEAN]),
    ("3014", "PolId=w01018", [Task.COMPARE]),
    ("3022", "PolId=w01018", [Task.KEEP_SAMPLE]),
    ("3024", "PolId=w01018", [Task.CHECK]),
]
CAN_ALL: Mapping[Task, Report | Exception] = dict.fromkeys(Task, Report())
CHECKERS = Site(
    appetites=(
        Appetite("national", 60, 10, frozenset({RecordKind.CHECK})),
        Appetite("provincial", 60, 10, frozenset({RecordKind.HOUR})),
    )
)


async def act(office: Office, cn: str, content: str = "", flag: int = 5) -> str | None:
    return printed(await ACTS[cn](request(cn, content, flag=flag), office.desk))


@pytest.mark.parametrize(("cn", "content", "tasks"), ORDERS)
def test_an_order_reaches_the_instrument_is_audited_and_told(
    tmp_path: Path, cn: str, content: str, tasks: list[Task]
) -> None:
    async def work(office: Office) -> None:
        assert await act(office, cn, content) is None
        assert office.instruments.told == [Errand(task, "cod") for task in tasks]
        acts = await office.audited()
        assert [(one.who, one.what, one.subject, one.result) for one in acts] == [
            ("national", cn, "cod", "done")
        ] * len(tasks)
        sentences = await office.logged()
        assert len(sentences) == len(tasks)
        assert all("national" in sentence and "w01018" in sentence for sentence in sentences)
        rows = await office.stand.rows("SELECT DISTINCT platform FROM delivery ORDER BY platform DESC")
        assert rows == [(name,) for name in OTHERS]

    at_desk(tmp_path, work, CAN_ALL)


@pytest.mark.parametrize(("cn", "content", "tasks"), ORDERS)
@pytest.mark.parametrize(
    "error", [CannotDo("no such valve"), InstrumentBusy("eight wait"), NoReply("silence"), Refused("exception 4")]
)
def test_an_instrument_that_does_not_is_audited_and_told_to_nobody(
    tmp_path: Path, cn: str, content: str, tasks: list[Task], error: InstrumentError
) -> None:
    async def work(office: Office) -> None:
        with pytest.raises(type(error), match=str(error)):
            await act(office, cn, content)
        assert [errand.task for errand in office.instruments.told] == tasks[:1]
        assert [one.result for one in await office.audited()] == [str(error)]
        assert await office.logged() == []
        assert office.desk.under_way == set()

    at_desk(tmp_path, work, dict.fromkeys(Task, error))


@pytest.mark.parametrize("cn", [cn for cn in ACTS if cn != "3015"])
@pytest.mark.parametrize(
    ("pol_id", "reason"), [("", "without PolId"), ("w21003", "no factor of this"), ("a01001", "no factor of this")]
)
def test_without_a_factor_of_the_platform_nothing_is_done(tmp_path: Path, cn: str, pol_id: str, reason: str) -> None:
    async def work(office: Office) -> None:
        content = f"PolId={pol_id};CstartTime=000000;CTime=2" if pol_id else "CstartTime=000000;CTime=2"
        code, why = await failure(act(office, cn, content))
        assert code is ExeRtn.CONDITIONS
        assert reason in why
        assert office.instruments.told == []

    at_desk(tmp_path, work, CAN_ALL)


@pytest.mark.parametrize("kind", ["2", "", "zero", "00"])
def test_a_calibration_of_an_unknown_type_is_refused(tmp_path: Path, kind: str) -> None:
    async def work(office: Office) -> None:
        code, why = await failure(act(office, "3011", f"PolId=w01018,CalibrationType={kind}"))
        assert (code, why) == (ExeRtn.CONDITIONS, f"CalibrationType {kind!r}, expected 0 or 1")
        assert office.instruments.told == []

    at_desk(tmp_path, work, CAN_ALL)


@pytest.mark.parametrize("cn", ["3013", "3014"])
def test_numbers_that_meant_something_else_in_2005_start_nothing(tmp_path: Path, cn: str) -> None:
    async def work(office: Office) -> None:
        code, why = await failure(act(office, cn, "PolId=w01018,CTime=04", flag=3))
        assert (code, why) == (ExeRtn.CONDITIONS, f"{cn} has another meaning in HJ/T 212-2005, which this unit lacks")
        assert office.instruments.told == []

    at_desk(tmp_path, work, CAN_ALL, identity=replace(NATIONAL, dialect=HJ2005))


# ------------------------------------------------------------------------------------------------- what lasts an hour


def test_a_long_calibration_is_answered_when_it_was_taken_and_noted_when_it_ends(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        office.instruments.takes_s = 1800.0
        before_s = office.stand.clock.monotonic_s()
        await act(office, "3011", "PolId=w01018")
        assert office.stand.clock.monotonic_s() - before_s == pytest.approx(TAKEN_S, abs=0.1)
        assert [one.result for one in await office.audited()] == ["under way"]
        await asyncio.sleep(1800)
        assert [errand.task for errand in office.instruments.told] == [Task.ZERO, Task.SPAN]
        await asyncio.sleep(1800)
        assert [one.result for one in await office.audited()] == ["under way", "done", "done"]
        assert len(await office.logged()) == 2
        assert office.desk.under_way == set()

    at_desk(tmp_path, work, CAN_ALL)


def test_a_long_calibration_that_fails_in_the_end_is_audited_and_logged(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        office.instruments.takes_s = 1800.0
        await act(office, "3011", "PolId=w01018,CalibrationType=1")
        await asyncio.sleep(1800)
        assert [one.result for one in await office.audited()] == ["under way", "silence"]

    with capture_logs() as lines:
        at_desk(tmp_path, work, {Task.SPAN: NoReply("silence")})
    assert [(line["event"], line["order"], line["error"]) for line in lines] == [
        ("order_failed", "3011 span for national", "silence")
    ]


@pytest.mark.parametrize(("cn", "content"), [("3012", "PolId=w01018"), ("3015", "")])
def test_an_order_comes_to_its_end_when_the_connection_breaks(tmp_path: Path, cn: str, content: str) -> None:
    async def work(office: Office) -> None:
        office.instruments.takes_s = 20.0
        asking = asyncio.create_task(act(office, cn, content))
        await asyncio.sleep(5)
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()
        await asyncio.sleep(20)
        assert [one.result for one in await office.audited()] == ["done"]
        assert len(await office.logged()) == 1

    at_desk(tmp_path, work, CAN_ALL)


# ------------------------------------------------------------------------------------------------------ kept samples


@pytest.mark.parametrize(
    ("report", "answer"),
    [
        (Report(at_ms=parse_data_time("20260101115958"), bottle=7), "DataTime=20260101115958;VaseNo=7"),
        (Report(bottle=12), "DataTime=20260101120000;VaseNo=12"),
        (Report(), None),
    ],
)
def test_a_kept_sample_is_told_with_its_bottle(tmp_path: Path, report: Report, answer: str | None) -> None:
    async def work(office: Office) -> None:
        assert await act(office, "3015") == answer
        assert office.instruments.told == [Errand(Task.KEEP_EXCEEDING, "")]
        (one,) = await office.audited()
        assert (one.what, one.subject, one.result) == ("3015", "unit", "done")
        assert len(await office.logged()) == 1

    at_desk(tmp_path, work, {Task.KEEP_EXCEEDING: report})


# ---------------------------------------------------------------------------------------------------- cycles and delay


@pytest.mark.parametrize(
    ("start", "hours", "cycle"), [("000000", "2", Cycle(0, 2)), ("235959", "24", Cycle(86399, 24))]
)
@pytest.mark.parametrize("field", ["CTime", "Ctime"])
def test_a_cycle_is_set_with_what_it_was_before(
    tmp_path: Path, field: str, start: str, hours: str, cycle: Cycle
) -> None:
    async def work(office: Office) -> None:
        assert await act(office, "3016", f"PolId=w01018;CstartTime={start};{field}={hours}") is None
        assert office.instruments.told == [Errand(Task.READ_CYCLE, "cod"), Errand(Task.SET_CYCLE, "cod", cycle=cycle)]
        (one,) = await office.audited()
        assert (one.before, one.after, one.result) == ("003000 4 h", f"{start} {hours} h", "done")
        (sentence,) = await office.logged()
        assert "003000 4 h" in sentence
        assert f"{start} {hours} h" in sentence

    at_desk(tmp_path, work, {Task.READ_CYCLE: Report(cycle=Cycle(1800, 4)), Task.SET_CYCLE: Report()})


def test_a_cycle_that_cannot_be_read_is_set_all_the_same(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await act(office, "3016", "PolId=w01018;CstartTime=000000;CTime=2")
        (one,) = await office.audited()
        assert (one.before, one.after, one.result) == (None, "000000 2 h", "done")

    at_desk(tmp_path, work, {Task.SET_CYCLE: Report()})


def test_an_instrument_without_time_is_not_asked_a_second_time(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        with pytest.raises(InstrumentBusy):
            await act(office, "3016", "PolId=w01018;CstartTime=000000;CTime=2")
        assert [errand.task for errand in office.instruments.told] == [Task.READ_CYCLE]

    at_desk(tmp_path, work, dict.fromkeys(Task, InstrumentBusy("eight wait")))


@pytest.mark.parametrize(
    ("start", "hours"), [("240000", "2"), ("0000", "2"), ("006000", "2"), ("000000", "0"), ("000000", "25"), ("", "")]
)
def test_a_cycle_that_no_day_has_is_a_wrong_condition(tmp_path: Path, start: str, hours: str) -> None:
    async def work(office: Office) -> None:
        code, why = await failure(act(office, "3016", f"PolId=w01018;CstartTime={start};CTime={hours}"))
        expected = f"CstartTime {start!r} and CTime {hours!r}, expected hhmmss and 1 to 24"
        assert (code, why) == (ExeRtn.CONDITIONS, expected)
        assert office.instruments.told == []

    at_desk(tmp_path, work, CAN_ALL)


@pytest.mark.parametrize(
    ("cn", "task", "report", "answer"),
    [
        ("3017", Task.READ_CYCLE, Report(cycle=Cycle(0, 2)), "PolId=w01018;CstartTime=000000;CTime=2"),
        ("3017", Task.READ_CYCLE, Report(cycle=Cycle(45296, 12)), "PolId=w01018;CstartTime=123456;CTime=12"),
        ("3018", Task.READ_DELAY, Report(minutes=40), "PolId=w01018;Stime=40"),
    ],
)
def test_cycle_and_delay_are_told_as_in_the_examples(
    tmp_path: Path, cn: str, task: Task, report: Report, answer: str
) -> None:
    async def work(office: Office) -> None:
        assert await act(office, cn, "PolId=w01018") == answer
        assert office.instruments.told == [Errand(task, "cod")]
        assert await office.audited() == []

    at_desk(tmp_path, work, {task: report})


@pytest.mark.parametrize("cn", ["3017", "3018"])
def test_an_instrument_that_tells_nothing_is_no_data(tmp_path: Path, cn: str) -> None:
    async def work(office: Office) -> None:
        code, why = await failure(act(office, cn, "PolId=w01018"))
        assert code is ExeRtn.NO_DATA
        assert why.startswith(f"{cn}: the instrument of cod told no ")

    at_desk(tmp_path, work, CAN_ALL)


def test_the_answer_calls_the_factor_as_the_platform_did(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        for code in ("011", "w01018", "W01018"):
            assert await act(office, "3018", f"PolId={code}") == f"PolId={code};Stime=40"

    old = replace(NATIONAL, old_codes={"w01018": "011"})
    at_desk(tmp_path, work, {Task.READ_DELAY: Report(minutes=40)}, identity=old)


# ------------------------------------------------------------------------------------------------------ standard checks


@pytest.mark.parametrize(
    ("reading", "standard", "said", "is_passed"),
    [
        (90.0, 100.0, None, True),
        (110.0, 100.0, None, True),
        (89.9, 100.0, None, False),
        (110.1, 100.0, None, False),
        (-10.5, -10.0, None, True),
        (0.0, 0.0, None, True),
        (0.1, 0.0, None, False),
        (50.0, 100.0, True, True),
        (100.0, 100.0, False, False),
    ],
)
def test_a_check_is_told_with_its_result_under_its_start(
    tmp_path: Path, reading: float, standard: float, said: bool | None, is_passed: bool
) -> None:
    async def work(office: Office) -> None:
        office.instruments.takes_s = 2400.0
        await act(office, "3024", "PolId=w01018")
        assert await office.owed(RecordKind.CHECK) == []
        await asyncio.sleep(2400)
        (record,) = await office.owed(RecordKind.CHECK)
        assert record.event == StandardCheck("cod", reading, standard, is_passed)
        assert record.span.start_ms == START_MS
        told = await office.stand.rows("SELECT platform FROM delivery WHERE record = ?", record.id)
        assert told == [("national",)]

    report = Report(reading=reading, standard=standard, is_passed=said)
    at_desk(tmp_path, work, {Task.CHECK: report}, CHECKERS)


@pytest.mark.parametrize(
    "report",
    [
        Report(),
        Report(reading=1.0),
        Report(standard=1.0),
        Report(reading=float("nan"), standard=1.0),
        Report(reading=1.0, standard=float("inf")),
    ],
)
def test_a_check_without_two_numbers_has_no_result_to_tell(tmp_path: Path, report: Report) -> None:
    async def work(office: Office) -> None:
        assert await act(office, "3024", "PolId=w01018") is None
        assert await office.owed(RecordKind.CHECK) == []
        assert [one.result for one in await office.audited()] == ["done"]

    at_desk(tmp_path, work, {Task.CHECK: report}, CHECKERS)
