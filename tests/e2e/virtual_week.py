"""A virtual week of one outfall under three receivers, one for each edition, which change everything by command."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Final

from dau import app
from dau.cipher import key_bytes
from dau.config.load import load_settings
from dau.database import Database
from dau.hj212 import Content, data_time, qn_from_ms
from dau.receiver import unit_keys
from dau.receiver.follow_up import Habits
from dau.receiver.orders import Ending, Order, Outcome, Part, Step, Told
from dau.receiver.server import Receiver
from dau.receiver.tables import SCHEMA
from dau.runtime.clock import LoopClock
from simulator.scene_file import load_scene
from tests.e2e.virtual_site import Platform, Site

OUTFALL: Final = Path(__file__).parents[2] / "config" / "outfall" / "station.toml"
NATIONAL, PROVINCIAL, COUNTY = "national", "provincial", "county"
MNS: Final = {
    NATIONAL: "010000A8900016F000169DC1",
    PROVINCIAL: "320100A8900016F000169DC2",
    COUNTY: "88888880000001",
}
FIRST_PW: Final = {NATIONAL: "nat1st", PROVINCIAL: "pro1st", COUNTY: "cou1st"}
FIRST_KEY: Final = "Wx7pQ2mN9vB4kT6r"

BEGIN: Final = datetime(2026, 3, 1, 9, 59, 58, tzinfo=timezone(timedelta(hours=8)))
BEGIN_MS: Final = round(BEGIN.timestamp() * 1000)
WEEK_S: Final = 7 * 86_400.0
DRAIN_S: Final = 660.0
PERIOD_S: Final = 60
LIVE_S: Final = 3600
DRIFT_MS: Final = -200
"""So much the unit's clock loses in an hour: five seconds a day. It is less than the phase of the polls, so that with
one poll a minute no minute is left without a sample.
"""

PLATFORMS: Final = f"""
[[platform]]
name = "{NATIONAL}"
address = "127.0.0.1:1"
edition = "2025"
key_file = "national.key"
mn = "{MNS[NATIONAL]}"
pw = "{FIRST_PW[NATIONAL]}"
st = "32"
realtime_s = {LIVE_S}
heartbeat_s = 600
ask_clock_h = 48
ask_key_days = 2.0

[[platform]]
name = "{PROVINCIAL}"
address = "127.0.0.1:2"
mn = "{MNS[PROVINCIAL]}"
pw = "{FIRST_PW[PROVINCIAL]}"
st = "32"
realtime_s = {LIVE_S}

[[platform]]
name = "{COUNTY}"
address = "127.0.0.1:3"
edition = "2005"
mn = "{MNS[COUNTY]}"
pw = "{FIRST_PW[COUNTY]}"
st = "32"
realtime_s = {LIVE_S}
channels = ["cod", "nh3n", "ph", "flow"]
"""


@dataclass(slots=True)
class Week:
    """What is to be looked at when the week is over; times are milliseconds UTC by the clock of the unit.

    ``changed`` are the audit rows that are owed for commands: who, what, subject, before, after. ``secrets`` are all
    keys and passwords that ever were. ``answers`` are the QNs of packets that answered a history query.
    """

    folder: Path
    site: Site
    platforms: dict[str, Platform]
    clock: LoopClock
    databases: list[Database] = field(default_factory=list)
    changed: list[tuple[str, str, str, str | None, str | None]] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    answers: dict[str, list[str]] = field(default_factory=dict)
    intervals: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    values: dict[tuple[str, str], str] = field(default_factory=dict)
    cut_ms: tuple[int, int] = (0, 0)
    station: "asyncio.Task[None] | None" = None

    async def until(self, day: int, at: str) -> None:
        """Wait for a time of day by the clock of the receivers; day 0 is the first one."""
        hours, minutes, seconds = (int(part) for part in at.split(":"))
        moment = (BEGIN + timedelta(days=day)).replace(hour=hours, minute=minutes, second=seconds)
        await self.clock.sleep((moment - BEGIN).total_seconds() - asyncio.get_running_loop().time())

    async def ask(self, name: str, cn: str, **fields: str) -> Ending:
        """Have a receiver ask the unit, and see that it is done."""
        ending, told = await self.order(name, cn, **fields)
        assert ending.outcome is Outcome.DONE, (name, cn, ending, told)
        return ending

    async def order(self, name: str, cn: str, **fields: str) -> tuple[Ending, list[Step]]:
        """Have a receiver ask the unit; returns how it ended and its packets."""
        content: Content = tuple(((item, value),) for item, value in fields.items())
        told: list[Told] = []
        ending = await self.platforms[name].receiver.ask(Order(mn=MNS[name], cn=cn, cp=content), told.append)
        steps = [one for one in told if isinstance(one, Step)]
        self.answers.setdefault(name, []).extend(dict(one.header)["QN"] for one in steps if one.part is Part.DATA)
        await self.gather_keys()
        return ending, steps

    async def change(self, name: str, cn: str, subject: str, value: str, **fields: str) -> None:
        """Change one thing by command; the row that is owed for it is noted."""
        before = self.values.get((name, subject), {"realtime_s": str(LIVE_S), "minute_min": "10"}.get(subject, "1"))
        await self.ask(name, cn, **fields)
        self.values[name, subject] = value
        self.changed.append((name, cn, subject, before, value))

    async def new_password(self, name: str, pw: str) -> None:
        """Change the password of a platform; 2005 calls the new one like the old one."""
        self.secrets.add(pw)
        await self.ask(name, "1072", **{"PW" if name == COUNTY else "NewPW": pw})
        self.changed.append((name, "1072", "pw", "***", "***"))

    async def new_interval(self, name: str, minutes: int) -> None:
        """Change the minutes of an interval record."""
        await self.change(name, "1064", "minute_min", str(minutes), MinInterval=str(minutes))
        self.intervals.setdefault(name, [(0, 10)]).append((self.site.clock.now_ms(), minutes))

    async def gather_keys(self) -> None:
        """Note the keys that the receiver holds now."""
        rows = await self.platforms[NATIONAL].database.read(unit_keys.all_keys)
        self.secrets |= {row.key.decode("ascii") for row in rows}

    def start(self) -> None:
        """Start the station."""
        dial = self.site.settings.station.name
        world = app.World(
            clock=self.site.clock,
            dial_bus=self.site.dial_bus,
            dial_platform=lambda table: self.platforms[table.name].dial(dial),
            synchronous="OFF",
        )
        self.station = asyncio.create_task(app.run(self.site.settings, world, made=self.databases.append))

    async def stop(self) -> None:
        """Cut the station short, wherever it is."""
        assert self.station is not None
        self.station.cancel()
        [end] = await asyncio.gather(self.station, return_exceptions=True)
        assert isinstance(end, asyncio.CancelledError), end

    async def live(self) -> None:
        """Run the station and the receivers for the week."""
        async with AsyncExitStack() as stack:
            for platform in self.platforms.values():
                await platform.database.open()
                stack.push_async_callback(platform.database.close)
            await self.platforms[NATIONAL].database.write(
                lambda connection: unit_keys.set_current(
                    connection, MNS[NATIONAL], key_bytes(FIRST_KEY), BEGIN_MS, qn_from_ms(BEGIN_MS)
                )
            )
            self.start()
            others = [asyncio.create_task(work) for work in (self._drift(), self._watch_keys())]
            await orders_of_the_week(self)
            await self.clock.sleep(WEEK_S + DRAIN_S - asyncio.get_running_loop().time())
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            await self.stop()
            for platform in self.platforms.values():
                platform.receiver.stop()
            await asyncio.sleep(10)

    async def _drift(self) -> None:
        while True:
            await self.clock.sleep(3600)
            self.site.clock.start_ms += DRIFT_MS

    async def _watch_keys(self) -> None:
        while True:
            await self.clock.sleep(6 * 3600)
            await self.gather_keys()


async def orders_of_the_week(week: Week) -> None:
    """Change everything that can be changed, spread over the days; half past a minute nothing else is under way."""
    await week.until(0, "12:20:30")
    await week.ask(NATIONAL, "1014")
    await week.until(0, "14:20:30")
    await week.new_password(PROVINCIAL, "pro2nd")
    await week.until(0, "15:20:30")
    await week.new_password(COUNTY, "cou2nd")
    await week.until(0, "18:20:30")
    await week.new_password(NATIONAL, "nat2nd")
    await week.until(1, "02:00:30")
    for hour, minutes in ((2, 5), (3, 1), (4, 30), (6, 10)):
        await week.until(1, f"{hour:02}:00:30")
        await week.new_interval(PROVINCIAL, minutes)
    await week.until(1, "08:20:30")
    await week.change(NATIONAL, "1062", "realtime_s", "1800", RtdInterval="1800")
    await week.change(COUNTY, "1062", "realtime_s", "900", RtdInterval="900")
    await week.until(1, "10:20:30")
    await week.change(PROVINCIAL, "2012", "realtime_on", "0")
    await week.until(1, "12:20:30")
    await change_timeouts(week, PROVINCIAL, "20", "2")
    await change_timeouts(week, COUNTY, "15", "4")
    await week.until(1, "16:20:30")
    await week.change(PROVINCIAL, "2011", "realtime_on", "1")
    await _orders_of_the_later_days(week)


async def _orders_of_the_later_days(week: Week) -> None:
    await week.until(2, "08:20:30")
    await week.change(NATIONAL, "1062", "realtime_s", "3600", RtdInterval="3600")
    await restart_in_a_key_change(week, 2, "09:21:04")
    await week.until(2, "09:40:30")
    await week.ask(NATIONAL, "1014")
    await week.until(2, "15:20:30")
    for name in MNS:
        await ask_for_a_day(week, name, "20260302")
    await week.until(3, "11:20:30")
    await week.ask(PROVINCIAL, "1012", SystemTime=data_time(week.clock.now_ms()))
    await cut_for_a_night(week)
    await week.until(4, "11:20:30")
    await week.new_interval(NATIONAL, 20)
    await week.until(5, "11:20:30")
    await week.ask(COUNTY, "1012", SystemTime=data_time(week.clock.now_ms()))
    await week.new_password(PROVINCIAL, "pro3rd")
    await week.new_password(NATIONAL, "nat3rd")
    await week.until(6, "11:20:30")
    await ask_for_a_day(week, NATIONAL, "20260305")


async def change_timeouts(week: Week, name: str, timeout_s: str, resends: str) -> None:
    """Change both in one command, which owes two rows."""
    await week.ask(name, "1000", OverTime=timeout_s, ReCount=resends)
    week.changed += [(name, "1000", "timeout_s", "10", timeout_s), (name, "1000", "resends", "3", resends)]


async def restart_in_a_key_change(week: Week, day: int, at: str) -> None:
    """Cut the station short as soon as it has taken the command, before anybody knows what became of the key.

    It is down while a minute begins by its clock, and asks its instruments at once when it is back: so each minute has
    one sample.
    """
    await week.until(day, at)
    taken = asyncio.Event()

    def tell(told: Told) -> None:
        if isinstance(told, Step) and told.part is Part.RECEIPT:
            taken.set()

    asking = asyncio.create_task(week.platforms[NATIONAL].receiver.ask(Order(mn=MNS[NATIONAL], cn="1014"), tell))
    await taken.wait()
    await week.stop()
    await week.gather_keys()
    ending = await asking
    assert ending.outcome is Outcome.LOST, ending
    await week.clock.sleep(20)
    week.start()


async def ask_for_a_day(week: Week, name: str, day: str) -> None:
    """Ask for the hours of a day: all of them come again."""
    _, steps = await week.order(name, "2061", BeginTime=f"{day}000000", EndTime=f"{day}230000")
    labels = [dict(step.cp[0])["DataTime"] for step in steps if step.part is Part.DATA]
    assert labels == [f"{day}{hour:02}0000" for hour in range(24)]


async def cut_for_a_night(week: Week) -> None:
    """For five hours nobody can connect to the national platform."""
    platform = week.platforms[NATIONAL]
    await week.until(3, "22:05:30")
    platform.cut()
    began_ms = week.site.clock.now_ms()
    await week.until(4, "03:05:30")
    platform.is_up = True
    week.cut_ms = (began_ms, week.site.clock.now_ms())


def week_at(folder: Path) -> Week:
    """Return a week that has not begun, with the settings of the example station in ``folder``."""
    own, _, _ = OUTFALL.read_text(encoding="utf-8").partition("[[platform]]")
    (folder / "station.toml").write_text(own + PLATFORMS, encoding="utf-8")
    (folder / "national.key").write_text(FIRST_KEY, encoding="utf-8")
    (folder / "national.key").chmod(0o600)
    settings = load_settings(folder / "station.toml")
    instruments = tuple(table.model_copy(update={"period_s": PERIOD_S}) for table in settings.instrument)
    scene = replace(load_scene("outfall"), period_s=PERIOD_S)
    clock = LoopClock(BEGIN_MS)
    site = Site(settings.model_copy(update={"instrument": instruments}), scene, LoopClock(BEGIN_MS))
    platforms = {name: _platform(folder, name, clock) for name in MNS}
    secrets = {FIRST_KEY, *FIRST_PW.values()}
    return Week(folder, site, platforms, clock, [one.database for one in platforms.values()], secrets=secrets)


def _platform(folder: Path, name: str, clock: LoopClock) -> Platform:
    database = Database(folder / f"{name}.db", SCHEMA, "OFF")
    habits = Habits(sets_clock=True, renews_keys=True)
    return Platform(name, database, Receiver(database, clock, habits=habits))


def is_busy(databases: Sequence[Database]) -> bool:
    """Tell whether a thread works for one of them."""
    return any(database.busy for database in databases)
