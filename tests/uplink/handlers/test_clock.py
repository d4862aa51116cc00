"""Reading and setting the clock, of the unit and of an instrument (1011, 1012)."""

import asyncio
from pathlib import Path

import pytest

from dau.core.errands import CannotDo, Errand, Report, Task
from dau.core.instrument import NoReply
from dau.core.records import RecordKind
from dau.hj212 import Dialect, data_time
from dau.runtime.clock import ClockRefused, LoopClock
from dau.store import events
from tests.uplink.asking import DONE, EDITIONS, answers_of, area, asker, ended
from tests.uplink.stand import START_MS, Stand, at_stand

in_every_edition = pytest.mark.parametrize("dialect", EDITIONS, ids=lambda each: each.edition.value)
LATER_MS = START_MS + 5_000_000


@in_every_edition
def test_the_time_of_the_unit(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)
        first, data, last = await one.ask("1011")
        assert answers_of([first, last]) == DONE
        assert data.cp == area(SystemTime=data_time(START_MS + 1000))

    at_stand(tmp_path, work)


@in_every_edition
def test_the_time_of_an_instrument(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)
        stand.bench.answer = Report(at_ms=LATER_MS)
        first, data, last = await one.ask("1011", area(PolId="w01018"))
        assert answers_of([first, last]) == DONE
        assert data.cp == area(PolId="w01018", SystemTime=data_time(LATER_MS))
        assert stand.bench.told == [Errand(Task.READ_CLOCK, "cod")]

    at_stand(tmp_path, work)


@pytest.mark.parametrize("cn", ["1011", "1012"])
def test_the_clock_of_something_that_the_platform_does_not_get(tmp_path: Path, cn: str) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        asked = area(PolId="a21026", **({"SystemTime": data_time(LATER_MS)} if cn == "1012" else {}))
        assert answers_of(await one.ask(cn, asked)) == ended(3)
        assert stand.bench.told == []

    at_stand(tmp_path, work)


@in_every_edition
@pytest.mark.parametrize("step_ms", [LATER_MS - START_MS, -5_000_000], ids=["forward", "back"])
def test_the_clock_is_set_audited_and_told(tmp_path: Path, dialect: Dialect, step_ms: int) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect, "provincial")
        before, after = data_time(START_MS + 1000), data_time(START_MS + step_ms)
        assert answers_of(await one.ask("1012", area(SystemTime=after))) == DONE
        assert stand.clock.now_ms() == START_MS + step_ms + 1000
        (row,) = await one.audited()
        assert (row.who, row.what, row.subject, row.before, row.after) == ("national", "1012", "clock", before, after)
        (news,) = await stand.database.read(
            lambda connection: events.in_span(connection, RecordKind.INFO, 0, 2 * START_MS)
        )
        assert before in str(news.event)
        assert after in str(news.event)
        assert await stand.rows("SELECT platform FROM delivery") == [("provincial",)]

    at_stand(tmp_path, work)


@pytest.mark.parametrize("step_ms", [LATER_MS - START_MS, -5_000_000], ids=["forward", "back"])
def test_a_resend_of_the_command_is_none_of_another_time(tmp_path: Path, step_ms: int) -> None:
    """The wall clock jumps between the request and its resend; what is remembered does not go by it."""

    async def work(stand: Stand) -> None:
        one = await asker(stand)
        asked = area(SystemTime=data_time(START_MS + step_ms))
        assert answers_of(await one.ask("1012", asked)) == DONE
        await asyncio.sleep(9)
        assert answers_of(await one.say(one.asked[0])) == DONE
        assert stand.clock.now_ms() == START_MS + step_ms + 11_000
        assert len(await one.audited()) == 1

    at_stand(tmp_path, work)


def test_a_clock_that_is_right_to_the_second_is_left_alone(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        await asyncio.sleep(0.9)
        assert answers_of(await one.ask("1012", area(SystemTime=data_time(stand.clock.now_ms())))) == DONE
        assert stand.clock.start_ms == START_MS
        assert await one.audited() == []

    at_stand(tmp_path, work)


@pytest.mark.parametrize("said", ["", "19700101000000", "99991231235959", "20260230000000", "202601011200", "now"])
def test_no_time_for_a_clock(tmp_path: Path, said: str) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1012", area(SystemTime=said))) == ended(3)
        assert stand.clock.start_ms == START_MS
        (row,) = await one.audited()
        assert row.result.startswith("ExeRtn=3 ")

    at_stand(tmp_path, work)


class FixedClock(LoopClock):
    """The clock of a machine that lets nobody set it."""

    def set_ms(self, now_ms: int) -> None:
        raise ClockRefused(f"setting the clock of the machine to {now_ms} ms UTC: the system says no")


def test_a_machine_that_lets_nobody_set_its_clock(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        stand.clock = FixedClock(START_MS)
        one = await asker(stand)
        assert answers_of(await one.ask("1012", area(SystemTime=data_time(LATER_MS)))) == ended(6)
        (row,) = await one.audited()
        assert row.result.startswith("ExeRtn=6 ")
        assert row.result.endswith("the system says no")

    at_stand(tmp_path, work)


def test_the_clock_of_an_instrument_is_set_with_the_time_before(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, EDITIONS[1], "provincial")
        stand.bench.answer = Report(at_ms=START_MS)
        assert answers_of(await one.ask("1012", area(PolId="w01018", SystemTime=data_time(LATER_MS)))) == DONE
        assert stand.bench.told == [
            Errand(Task.READ_CLOCK, "cod"),
            Errand(Task.SET_CLOCK, "cod", at_ms=LATER_MS),
        ]
        (row,) = await one.audited()
        assert (row.subject, row.before, row.after) == ("cod", data_time(START_MS), data_time(LATER_MS))
        assert stand.clock.start_ms == START_MS

    at_stand(tmp_path, work)


@pytest.mark.parametrize(("answer", "code"), [(NoReply("nothing came"), 4), (CannotDo("it has no clock"), 3)])
def test_an_instrument_whose_clock_cannot_be_set(tmp_path: Path, answer: Exception, code: int) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        stand.bench.answer = answer
        assert answers_of(await one.ask("1012", area(PolId="w01018", SystemTime=data_time(LATER_MS)))) == ended(code)
        assert [row.result for row in await one.audited()] == [str(answer)]

    at_stand(tmp_path, work)
