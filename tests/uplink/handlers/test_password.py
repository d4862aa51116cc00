"""Changing the password (1072): when it begins to count, and where it never shows."""

import asyncio
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from dau.hj212 import HJ2005, Dialect
from tests.uplink.asking import DONE, EDITIONS, Asker, answers_of, area, asker, ended
from tests.uplink.far_end import Reaction, receipt
from tests.uplink.stand import PW, Stand, at_stand

NEW = "n3wPw9"


def named(dialect: Dialect, new: str) -> dict[str, str]:
    return {"PW" if dialect is HJ2005 else "NewPW": new}


@pytest.mark.parametrize("dialect", EDITIONS, ids=lambda each: each.edition.value)
def test_the_new_password_counts_after_the_exchange(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)
        answers = await one.ask("1072", area(**named(dialect, NEW)))
        assert answers_of(answers) == DONE
        assert {answer.pw for answer in answers} == {PW}
        assert answers_of(await one.ask("1061")) == [("9011", 3)]
        one.pw = NEW
        assert {answer.pw for answer in await one.ask("1061")} == {NEW}
        await stand.owe_minutes(1)
        await asyncio.sleep(1)
        assert one.far_end.uploads("2051")[-1].pw == NEW

    at_stand(tmp_path, work)


def test_a_resend_with_the_old_password_gets_the_same_answers(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        answers = await one.ask("1072", area(NewPW=NEW))
        assert await one.say(one.asked[0]) == answers

    at_stand(tmp_path, work)


def test_it_outlives_a_restart_and_shows_nowhere(tmp_path: Path) -> None:
    async def first(stand: Stand) -> None:
        one = await asker(stand, EDITIONS[1], "provincial")
        await one.ask("1072", area(NewPW=NEW))
        assert [(row.before, row.after) for row in await one.audited()] == [("***", "***")]
        frames = await stand.rows("SELECT frame FROM wire")
        assert [frame for (frame,) in frames if NEW.encode() in frame] == []
        bodies = await stand.rows("SELECT body FROM event")
        assert len(bodies) == 1
        assert NEW not in str(bodies)
        assert PW not in str(bodies)

    async def second(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1061")) == [("9011", 3)]
        new = Asker(stand, one.far_end, one.identity, NEW, one.asked)
        assert answers_of(await new.ask("1061"))[0] == ("9011", 1)

    with capture_logs() as lines:
        at_stand(tmp_path, first)
        at_stand(tmp_path, second)
    assert NEW not in str(lines)
    assert PW not in str(lines)


@pytest.mark.parametrize("new", ["", "x" * 25, "a b", "a&b", "a#b", "密码"])
def test_a_password_that_fits_into_no_packet_changes_nothing(tmp_path: Path, new: str) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1072", area(NewPW=new))) == ended(3)
        assert answers_of(await one.ask("1061"))[0] == ("9011", 1)
        (row,) = await one.audited()
        assert not new or new not in row.result

    at_stand(tmp_path, work)


def test_a_long_one_is_as_good_as_those_of_the_settings(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1072", area(NewPW="!" * 24))) == DONE
        one.pw = "!" * 24
        assert answers_of(await one.ask("1061"))[0] == ("9011", 1)

    at_stand(tmp_path, work)


def test_a_cut_in_the_middle_leaves_the_password_that_the_result_tells(tmp_path: Path) -> None:
    """Whoever asks again after the break hears whether it was changed, and that is so."""

    async def work(stand: Stand) -> None:
        one = await asker(stand, script=lambda packet: Reaction(cuts=packet.cn == "9011"))
        await one.ask("1072", area(NewPW=NEW))
        one.far_end.script = receipt
        await asyncio.sleep(10)
        receipts = answers_of(await one.say(one.asked[0]))
        assert receipts in (DONE, ended(2))
        one.pw = NEW if receipts == DONE else PW
        assert answers_of(await one.ask("1061"))[0] == ("9011", 1)

    at_stand(tmp_path, work)
