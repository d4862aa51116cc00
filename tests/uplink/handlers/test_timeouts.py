"""Changing how long is waited and how often is sent again (1000)."""

import asyncio
from pathlib import Path

import pytest

from dau.hj212 import Dialect
from tests.uplink.asking import DONE, EDITIONS, answers_of, area, asker, ended
from tests.uplink.far_end import silence
from tests.uplink.stand import Stand, at_stand


@pytest.mark.parametrize("dialect", EDITIONS, ids=lambda each: each.edition.value)
def test_the_next_upload_goes_by_the_new_values(tmp_path: Path, dialect: Dialect) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect, script=silence)
        assert answers_of(await one.ask("1000", area(OverTime="4", ReCount="1"))) == DONE
        await stand.owe_minutes(1)
        await asyncio.sleep(30)
        first, second = [heard.at_s for heard in one.far_end.heard if heard.packet.cn == "2051"]
        assert second - first == pytest.approx(4.0)
        assert [(row.subject, row.before, row.after) for row in await one.audited()] == [
            ("timeout_s", "10", "4"),
            ("resends", "3", "1"),
        ]

    at_stand(tmp_path, work)


@pytest.mark.parametrize(
    ("timeout", "count"), [("0", "3"), ("100", "3"), ("5", "100"), ("5", ""), ("", "3"), ("5.5", "3"), ("5", "-1")]
)
def test_what_is_out_of_range_changes_nothing(tmp_path: Path, timeout: str, count: str) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1000", area(OverTime=timeout, ReCount=count))) == ended(3)
        assert await stand.rows("SELECT count(*) FROM setting") == [(0,)]

    at_stand(tmp_path, work)


def test_never_to_send_again_is_allowed(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1000", area(OverTime="99", ReCount="0"))) == DONE

    at_stand(tmp_path, work)
