"""A day of two stations and two platforms in virtual time: what arrived is what the plants were, to the last digit.

The day runs over midnight and the end of a month. In the afternoon one platform is cut off for three hours, so that its
backlog is delivered behind live data while the other platform must notice nothing.
"""

import asyncio
import shutil
from contextlib import AsyncExitStack, closing
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

import pytest

from dau import app
from dau.cli.rate import ratings
from dau.config.load import load_settings
from dau.core.periods import DAY_MS, span_at
from dau.database import Database, connect_readonly
from dau.quality.rates import rate_of
from dau.receiver.server import Receiver
from dau.receiver.tables import SCHEMA
from dau.runtime.clock import LoopClock
from dau.store.proof import Part, prove
from simulator.scene_file import load_scene
from simulator.truth.chronicle import chronicles
from simulator.truth.stored import read_stored
from simulator.truth.verdict import Run, compare
from tests.e2e.virtual_site import Platform, Site
from tests.virtual_time import run_virtual

CONFIG: Final = Path(__file__).parents[2] / "config"
SCENES: Final = ("outfall", "stack")
CARRYING: Final = {
    "outfall": {"w00000", "w01018", "w21003"},
    "stack": {"a00000", "a21026", "a21002", "a34013"},
}
"""The factors of each that have an amount: the flow, and what it carries."""
PLATFORMS: Final = ("national", "provincial")

BEGIN: Final = datetime(2026, 2, 28, 9, 59, 58, tzinfo=timezone(timedelta(hours=8)))
CUT_S: Final = 5 * 3600.0
CUT_LENGTH_S: Final = 3 * 3600.0
DAY_S: Final = 24 * 3600.0
DRAIN_S: Final = 300.0
PERIOD_S: Final = 30
LIVE_S: Final = 300


async def live_through_a_day(folder: Path, databases: list[Database], begin_ms: int) -> list[Site]:
    """Run both stations and both platforms for a day; returns the sites with their journals."""
    clock = LoopClock(begin_ms)
    async with AsyncExitStack() as stack:
        platforms = {}
        for name in PLATFORMS:
            database = Database(folder / f"{name}.db", SCHEMA, "OFF")
            databases.append(database)
            await database.open()
            stack.push_async_callback(database.close)
            platforms[name] = Platform(name, database, Receiver(database, clock))
        sites = [slowed(folder / name / "station.toml", clock) for name in SCENES]
        stations = [asyncio.create_task(run_station(site, platforms, databases)) for site in sites]
        await asyncio.sleep(CUT_S)
        platforms["provincial"].cut()
        await asyncio.sleep(CUT_LENGTH_S)
        platforms["provincial"].is_up = True
        await asyncio.sleep(DAY_S - CUT_S - CUT_LENGTH_S + DRAIN_S)
        for station in stations:
            station.cancel()
        ends = await asyncio.gather(*stations, return_exceptions=True)
        assert [type(end) for end in ends] == [asyncio.CancelledError] * len(SCENES), ends
        for platform in platforms.values():
            platform.receiver.stop()
        await asyncio.sleep(10)
    return sites


def slowed(file: Path, clock: LoopClock) -> Site:
    """Return the example station as it is, but for fewer polls and live values: the test is to be quick."""
    settings, scene = load_settings(file), load_scene(file.parent.name)
    instruments = tuple(table.model_copy(update={"period_s": PERIOD_S}) for table in settings.instrument)
    platforms = tuple(table.model_copy(update={"realtime_s": LIVE_S}) for table in settings.platform)
    slower = settings.model_copy(update={"instrument": instruments, "platform": platforms})
    return Site(slower, replace(scene, period_s=PERIOD_S), clock)


async def run_station(site: Site, platforms: dict[str, Platform], databases: list[Database]) -> None:
    world = app.World(
        clock=site.clock,
        dial_bus=site.dial_bus,
        dial_platform=lambda table: platforms[table.name].dial(site.settings.station.name),
        synchronous="OFF",
    )
    await app.run(site.settings, world, made=databases.append)


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Site], Run]:
    folder = tmp_path_factory.mktemp("day")
    for name in SCENES:
        shutil.copytree(CONFIG / name, folder / name, ignore=shutil.ignore_patterns("var"))
    begin_ms = round(BEGIN.timestamp() * 1000)
    databases: list[Database] = []
    sites = run_virtual(
        live_through_a_day(folder, databases, begin_ms), busy=lambda: any(database.busy for database in databases)
    )
    end_ms = begin_ms + round((DAY_S + DRAIN_S) * 1000)
    return folder, sites, Run(begin_ms, begin_ms, end_ms - 60_000, end_ms)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("scene", SCENES)
def test_what_arrived_is_what_the_plant_was(day: tuple[Path, list[Site], Run], scene: str, platform: str) -> None:
    folder, sites, run = day
    site = sites[SCENES.index(scene)]
    table = next(table for table in site.settings.platform if table.name == platform)
    stored = read_stored(folder / f"{platform}.db", table.mn or "")
    verdict = compare(site.scene, chronicles(site.journal), stored, run)
    assert verdict.problems == []
    channels = len(list(site.scene.channels()))
    assert verdict.labels == (24 * 60 + 5) + 25 + 1  # every minute, hour and day that was touched and has ended
    assert verdict.values >= verdict.labels * channels
    names = {"ZsRtd", "ZsMin", "ZsAvg", "ZsMax"}
    converted = {factor for (_, _, factor), fields in stored.data.items() if fields.keys() & names}
    masses = {factor for (cn, _, factor), fields in stored.data.items() if cn == "2031" and "Cou" in fields}
    assert converted == ({"a21026", "a21002"} if scene == "stack" else set())
    assert masses == CARRYING[scene]


@pytest.mark.parametrize("scene", SCENES)
def test_nothing_waits_and_every_record_has_a_receipt(day: tuple[Path, list[Site], Run], scene: str) -> None:
    folder, _, _ = day
    connection = connect_readonly(folder / scene / "var" / "station.db")
    rows = connection.execute(
        "SELECT platform, kind, state, count(*) FROM delivery JOIN record ON record.id = record GROUP BY 1, 2, 3"
    )
    counts = {(platform, kind, state): number for platform, kind, state, number in rows}
    connection.close()
    for platform in PLATFORMS:
        assert counts[platform, "hour", "acknowledged"] == 25
        assert counts[platform, "day", "acknowledged"] == 1
        assert counts[platform, "restart", "acknowledged"] == 1
    assert not [key for key in counts if key[2] == "waiting"]
    assert {key[:2] for key in counts if key[2] == "expired"} == {("provincial", "realtime")}


@pytest.mark.parametrize("scene", SCENES)
def test_the_cut_platform_delayed_nobody_else(day: tuple[Path, list[Site], Run], scene: str) -> None:
    folder, _, _ = day
    connection = connect_readonly(folder / scene / "var" / "station.db")
    (slowest_ms,) = connection.execute(
        "SELECT max(done_ms - due_ms) FROM delivery JOIN record ON record.id = record"
        " WHERE platform = 'national' AND kind IN ('interval', 'hour', 'day')"
    ).fetchone()
    connection.close()
    assert slowest_ms < 10_000


@pytest.mark.parametrize("scene", SCENES)
def test_the_file_of_the_day_is_whole_and_the_day_that_ended_is_sealed(
    day: tuple[Path, list[Site], Run], scene: str
) -> None:
    folder, _, _ = day
    with closing(connect_readonly(folder / scene / "var" / "station.db")) as connection:
        verdicts = {verdict.part: verdict for verdict in prove(connection)}
    assert [verdict for verdict in verdicts.values() if verdict.broken is not None] == []
    assert verdicts[Part.SEALS].count == 1
    assert {part for part, verdict in verdicts.items() if verdict.count == 0} == {Part.AUDIT}  # nobody did anything


@pytest.mark.parametrize("scene", SCENES)
def test_rates_and_cuts_tell_of_the_platform_that_was_cut_off_alone(
    day: tuple[Path, list[Site], Run], scene: str
) -> None:
    folder, sites, run = day
    first_day = span_at(run.begin_ms, DAY_MS)
    with closing(connect_readonly(folder / scene / "var" / "station.db")) as connection:
        rates = {
            each.platform: rate_of(connection, each, first_day, run.may_ms)
            for each in ratings(sites[SCENES.index(scene)].settings)
        }
    assert rates["national"].link.offline == ()
    assert rates["national"].immediate == rates["national"].completed
    (cut,) = rates["provincial"].link.offline
    assert CUT_LENGTH_S / 60 - 10 <= cut.minutes <= CUT_LENGTH_S / 60 + 30
    assert rates["provincial"].completed == rates["national"].completed
    assert rates["provincial"].immediate.received_values < rates["provincial"].completed.received_values
