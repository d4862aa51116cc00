"""What a platform gets of the past: which records, in which order, and what it may not ask."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dau.core.channels import ChannelKind
from dau.core.events import RawResult, SerialNumber, StandardCheck
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.states import State
from dau.hj212 import HJ2017, HJ2025, data_time, parse_data_time
from dau.store import statistics
from dau.uplink.desk import ExeRtn
from dau.uplink.handlers.history import PAGE, SEARCHES, concerns
from dau.uplink.identity import Factor, Platform
from dau.uplink.orders import owe
from tests.uplink.handlers.office import NATIONAL, Office, at_desk, failure, found, request
from tests.uplink.stand import COD, PH, START_MS, channels, figures

TEN_MS = 10 * MINUTE_MS


def at(digits: str) -> int:
    at_ms = parse_data_time(digits)
    assert at_ms is not None
    return at_ms


async def close(office: Office, length_ms: int, number: int, *names: str) -> list[int]:
    """Close the last periods before the start; returns their labels."""
    first_ms = (START_MS // length_ms - number) * length_ms
    if length_ms == DAY_MS:
        first_ms = at("20260101000000") - number * DAY_MS
    labels = [first_ms + each * length_ms for each in range(number)]
    made = [figures(name, Span(label, length_ms)) for label in labels for name in names or ("cod", "ph")]
    await office.desk.database.write(lambda connection: statistics.add(connection, office.stand.ids, made))
    return labels


async def ask(office: Office, cn: str, begin_ms: int, end_ms: int, st: str = "32") -> list[int]:
    span = f"BeginTime={data_time(begin_ms)};EndTime={data_time(end_ms)}"
    return [record.span.start_ms for record in await found(SEARCHES[cn], request(cn, span, st), office.desk)]


async def nothing(office: Office, cn: str, begin_ms: int, end_ms: int, st: str = "32") -> bool:
    code, reason = await failure(ask(office, cn, begin_ms, end_ms, st))
    assert code is ExeRtn.NO_DATA
    assert reason.startswith("no ")
    return True


@pytest.mark.parametrize(("cn", "length_ms"), [("2051", TEN_MS), ("2061", HOUR_MS), ("2031", DAY_MS)])
def test_periods_from_begin_to_end_both_inclusive(tmp_path: Path, cn: str, length_ms: int) -> None:
    async def work(office: Office) -> None:
        labels = await close(office, length_ms, 5)
        assert await ask(office, cn, labels[0], labels[-1]) == labels
        assert await ask(office, cn, labels[1], labels[3]) == labels[1:4]
        assert await ask(office, cn, labels[2], labels[2]) == [labels[2]]
        assert await ask(office, cn, labels[0] + 1000, labels[1] + 1000) == [labels[1]]
        assert await nothing(office, cn, labels[-1] + 1000, labels[-1] + length_ms)

    at_desk(tmp_path, work)


def test_a_page_after_the_other_and_none_twice(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        labels = await close(office, HOUR_MS, 3 * PAGE)
        for number in (PAGE - 1, PAGE, PAGE + 1, 3 * PAGE):
            assert await ask(office, "2061", labels[-number], labels[-1]) == labels[-number:]

    at_desk(tmp_path, work)


def test_others_have_a_turn_between_two_pages(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        labels = await close(office, HOUR_MS, 3 * PAGE)
        turns: list[str] = []

        async def live() -> None:
            while True:
                turns.append("live")
                await asyncio.sleep(0)

        other = asyncio.create_task(live())
        await asyncio.sleep(0)
        span = f"BeginTime={data_time(labels[0])};EndTime={data_time(labels[-1])}"
        async for record in SEARCHES["2061"](request("2061", span), office.desk):
            turns.append(f"told {record.span.start_ms}")  # noqa: PERF401 - one by one, among the turns of others
        other.cancel()
        await asyncio.wait([other])
        told = [place for place, turn in enumerate(turns) if turn != "live"]
        assert len(told) == 3 * PAGE
        for page in (1, 2):
            assert "live" in turns[told[page * PAGE - 1] : told[page * PAGE]]

    at_desk(tmp_path, work)


def test_minutes_have_the_length_that_the_platform_has_now(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        fives, tens = await close(office, 5 * MINUTE_MS, 4), await close(office, TEN_MS, 4)
        assert await ask(office, "2051", tens[0], fives[-1]) == tens
        five = replace(NATIONAL, minute_min=5)
        desk = await office.stand.desk(five)
        span = f"BeginTime={data_time(tens[0])};EndTime={data_time(fives[-1])}"
        records = await found(SEARCHES["2051"], request("2051", span), desk)
        assert [record.span for record in records] == [Span(label, 5 * MINUTE_MS) for label in fives]

    at_desk(tmp_path, work)


def test_a_platform_that_labels_by_the_end_asks_by_the_end(tmp_path: Path) -> None:
    identity = replace(NATIONAL, dialect=replace(HJ2017, label_at_end=True))

    async def work(office: Office) -> None:
        labels = await close(office, HOUR_MS, 3)
        assert await ask(office, "2061", labels[0] + HOUR_MS, labels[1] + HOUR_MS) == labels[:2]

    at_desk(tmp_path, work, identity=identity)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "BeginTime=20260101000000",
        "EndTime=20260101000000",
        "BeginTime=20260101010000;EndTime=20260101000000",
        "BeginTime=20260101000001;EndTime=20260101000000",
        "BeginTime=20261301000000;EndTime=20270101000000",
        "BeginTime=yesterday;EndTime=20270101000000",
    ],
)
def test_a_span_that_is_none_is_a_wrong_condition(tmp_path: Path, content: str) -> None:
    async def work(office: Office) -> None:
        for cn in SEARCHES:
            code, reason = await failure(found(SEARCHES[cn], request(cn, content), office.desk))
            assert code is ExeRtn.CONDITIONS
            assert reason.startswith(f"{cn}: BeginTime ")
            assert reason.endswith("expected two times in this order")

    at_desk(tmp_path, work)


def test_commas_between_begin_and_end_are_as_good(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        (label,) = await close(office, DAY_MS, 1, "pump")
        span = f"BeginTime={data_time(label)},EndTime={data_time(label)}"
        records = await found(SEARCHES["2041"], request("2041", span), office.desk)
        assert [(record.kind, record.span.start_ms) for record in records] == [(RecordKind.FACILITY_DAY, label)]

    at_desk(tmp_path, work)


def test_days_of_facilities_and_days_of_factors_are_not_mixed(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        (label,) = await close(office, DAY_MS, 1, "cod")
        assert await ask(office, "2031", label, label) == [label]
        assert await nothing(office, "2041", label, label)
        (earlier, _) = await close(office, DAY_MS, 2, "pump")
        assert await ask(office, "2041", earlier, label) == [earlier, label]
        assert await nothing(office, "2031", earlier, earlier)

    at_desk(tmp_path, work)


def test_what_the_platform_does_not_get_is_no_data_for_it(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        (label,) = await close(office, HOUR_MS, 1, "ph")
        assert await nothing(office, "2061", label, label)

    at_desk(tmp_path, work, identity=replace(NATIONAL, channels=channels(COD)))


RAW_COD = replace(COD, kind=ChannelKind.PERIODIC)
NEW_EDITION = replace(NATIONAL, dialect=HJ2025, channels={"cod": RAW_COD})


def test_results_and_checks_within_the_whole_last_second(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        moments = [START_MS + 1, START_MS + 999, START_MS + 1000]
        for at_ms in moments:
            await owe(office.desk, RecordKind.RAW, RawResult("cod", 2.0, State.OK, at_ms), at_ms, ())
            await owe(office.desk, RecordKind.CHECK, StandardCheck("cod", 2.0, 2.0, is_passed=True), at_ms, ())
        for cn in ("2013", "2062"):
            assert await ask(office, cn, START_MS, START_MS) == moments[:2]
            assert await ask(office, cn, START_MS, START_MS + 1000) == moments

    at_desk(tmp_path, work, identity=NEW_EDITION)


def test_live_values_of_the_past(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        await office.stand.owe_live()
        await asyncio.sleep(60)
        await office.stand.owe_live()
        assert await ask(office, "2011", START_MS, START_MS + 60_000) == [START_MS, START_MS + 60_000]
        assert await nothing(office, "2011", START_MS, START_MS, st="44")

    power = {"ph": Factor("d20105", "", 2, st="44")}
    at_desk(tmp_path, work, identity=replace(NATIONAL, dialect=HJ2025, channels=channels(COD), factors=power))


def test_under_another_system_code_only_its_own_factors_count(tmp_path: Path) -> None:
    async def work(office: Office) -> None:
        (label,) = await close(office, HOUR_MS, 1, "ph")
        assert await ask(office, "2061", label, label, st="44") == [label]
        (label,) = await close(office, TEN_MS, 1, "cod")
        assert await nothing(office, "2051", label, label, st="44")

    power = {"ph": Factor("d20105", "", 2, st="44")}
    at_desk(tmp_path, work, identity=replace(NATIONAL, dialect=HJ2025, factors=power))


def records(*names: str) -> Sequence[Record]:
    return [Record(1, RecordKind.SERIAL_NUMBER, Span(0, 0), 0, event=SerialNumber(name, "0" * 24)) for name in names]


@pytest.mark.parametrize(
    ("identity", "expected"), [(NATIONAL, [True, True, False]), (NEW_EDITION, [True, False, False])]
)
def test_an_event_concerns_whoever_gets_its_channel(identity: Platform, expected: list[bool]) -> None:
    assert [concerns(record, identity) for record in records(COD.name, PH.name, "gone")] == expected
