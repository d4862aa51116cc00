"""Uploads with RF=1: stored like any other, and never silently in the place of something else."""

from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.receiver.site import Site, at_site
from tests.receiver.unit import connected

LATER: dict[str, Any] = {"qn": "20260101080000000", "flag": 9, "extra": (("RF", "1"),)}


def test_a_record_that_came_live_too_is_the_same_record(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site, flag=9)
        for _ in range(2):
            assert (await unit.upload(**LATER)).packet.cn == "9014"
        assert await site.rows("SELECT value, seen, differing FROM datum") == [("40.1", 3, 0), ("N", 3, 0)]
        assert await site.tally() == {"packets": 3, "repeated": 2}
        assert await site.rows("SELECT backfilled FROM packet WHERE direction = 'up'") == [(0,), (1,), (1,)]

    at_site(tmp_path, work)


@pytest.mark.parametrize("first_live", [True, False])
def test_another_value_is_reported(tmp_path: Path, first_live: bool) -> None:
    async def work(site: Site) -> None:
        live: dict[str, Any] = {"value": "40.1", "flag": 9}
        late = {"value": "39.8"} | LATER
        unit = await connected(site, **(live if first_live else late))
        with capture_logs() as logs:
            await unit.upload(**(late if first_live else live))
        [told] = [entry for entry in logs if entry["event"] == "datum differs from the one stored"]
        assert {told["before"], told["now"]} == {"40.1", "39.8"}
        assert (await site.tally())["differing"] == 1
        assert len(await site.rows("SELECT raw FROM packet WHERE direction = 'up'")) == 2

    at_site(tmp_path, work)
