"""Reading and changing the intervals of uploads (1061 to 1064)."""

from pathlib import Path

import pytest

from dau.core.appetites import Appetite
from dau.hj212 import HJ2005, HJ2017, HJ2025, Dialect
from dau.store import settings
from tests.uplink.asking import DONE, answers_of, area, asker, ended
from tests.uplink.stand import Stand, at_stand

PAIRS = [
    pytest.param(HJ2005, "1061", "RtdInterval", "60", "120", id="realtime 2005"),
    pytest.param(HJ2017, "1061", "RtdInterval", "60", "120", id="realtime 2017"),
    pytest.param(HJ2025, "1061", "RtdInterval", "60", "120", id="realtime 2025"),
    pytest.param(HJ2017, "1063", "MinInterval", "10", "5", id="minutes 2017"),
    pytest.param(HJ2025, "1063", "MinInterval", "10", "5", id="minutes 2025"),
]


@pytest.mark.parametrize(("dialect", "reads", "field", "before", "after"), PAIRS)
def test_an_interval_is_read_changed_and_read(
    tmp_path: Path, dialect: Dialect, reads: str, field: str, before: str, after: str
) -> None:
    writes = str(int(reads) + 1)

    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect, "provincial")
        assert (await one.ask(reads))[1].cp == area(**{field: before})
        assert answers_of(await one.ask(writes, area(**{field: after}))) == DONE
        assert (await one.ask(reads))[1].cp == area(**{field: after})
        (row,) = await one.audited()
        assert (row.what, row.before, row.after) == (writes, before, after)
        (delivery,) = await stand.rows("SELECT platform FROM delivery")
        assert delivery == ("provincial",)

    at_stand(tmp_path, work)


def test_a_changed_interval_outlives_a_restart_and_counts_for_what_is_owed(tmp_path: Path) -> None:
    async def first(stand: Stand) -> None:
        one = await asker(stand)
        await one.ask("1062", area(RtdInterval="300"))
        await one.ask("1064", area(MinInterval="1"))

    async def second(stand: Stand) -> None:
        account = (await stand.desk((await asker(stand)).identity)).account
        assert (account.platform.realtime_s, account.platform.minute_min) == (300, 1)
        wanted = [Appetite("national", 60, 10)]
        (appetite,) = await stand.database.read(lambda connection: settings.appetites(connection, wanted))
        assert (appetite.realtime_s, appetite.minute_min) == (300, 1)

    at_stand(tmp_path, first)
    at_stand(tmp_path, second)


@pytest.mark.parametrize(
    ("cn", "field", "value"),
    [
        ("1062", "RtdInterval", "29"),
        ("1062", "RtdInterval", "3601"),
        ("1062", "RtdInterval", "-60"),
        ("1062", "RtdInterval", "６０"),
        ("1062", "RtdInterval", ""),
        ("1064", "MinInterval", "0"),
        ("1064", "MinInterval", "7"),
        ("1064", "MinInterval", "60"),
    ],
)
def test_an_interval_out_of_range_changes_nothing(tmp_path: Path, cn: str, field: str, value: str) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask(cn, area(**{field: value}))) == ended(3)
        assert await stand.rows("SELECT count(*) FROM setting") == [(0,)]

    at_stand(tmp_path, work)


def test_what_is_so_already_is_no_change(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1062", area(RtdInterval="60"))) == DONE
        assert await one.audited() == []

    at_stand(tmp_path, work)


def test_leading_zeros_are_read_and_not_kept(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand)
        assert answers_of(await one.ask("1062", area(RtdInterval="0090"))) == DONE
        assert (await one.ask("1061"))[1].cp == area(RtdInterval="90")

    at_stand(tmp_path, work)
