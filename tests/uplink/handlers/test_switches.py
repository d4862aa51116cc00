"""Switching live values and running states on and off (2011, 2012, 2021, 2022)."""

from pathlib import Path

import pytest

from dau.core.appetites import USUAL, Appetite
from dau.core.records import RecordKind
from dau.hj212 import Dialect
from dau.store import settings
from tests.uplink.asking import DONE, EDITIONS, answers_of, asker
from tests.uplink.stand import Stand, at_stand


@pytest.mark.parametrize("dialect", EDITIONS, ids=lambda each: each.edition.value)
@pytest.mark.parametrize(
    ("on", "off", "kind"), [("2011", "2012", RecordKind.REALTIME), ("2021", "2022", RecordKind.FACILITY)]
)
def test_off_by_a_notice_and_on_by_a_request(
    tmp_path: Path, dialect: Dialect, on: str, off: str, kind: RecordKind
) -> None:
    async def work(stand: Stand) -> None:
        one = await asker(stand, dialect)

        async def is_wanted() -> bool:
            full = [Appetite("national", 60, 10, USUAL | {RecordKind.FACILITY})]
            (now,) = await stand.database.read(lambda connection: settings.appetites(connection, full))
            return kind in now.kinds

        assert await is_wanted()
        assert answers_of(await one.ask(on)) == DONE
        assert answers_of(await one.ask(off)) == [("9013", None)]
        assert not await is_wanted()
        assert answers_of(await one.ask(off)) == [("9013", None)]
        assert answers_of(await one.ask(on)) == DONE
        assert await is_wanted()
        assert [(row.what, row.before, row.after) for row in await one.audited()] == [(off, "1", "0"), (on, "0", "1")]

    at_stand(tmp_path, work)
