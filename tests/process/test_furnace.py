"""A furnace with thermocouples in two sections: from its polls to the five-minute window that a platform is told."""

import asyncio
from functools import partial
from itertools import count
from pathlib import Path

from dau.app.rules import task_of
from dau.config.channels import channels_of
from dau.config.derived import derivations_of
from dau.config.load import load_settings
from dau.core.appetites import Appetite
from dau.core.periods import FURNACE_MS, MINUTE_MS, Span
from dau.core.records import RecordKind
from dau.core.samples import Reading
from dau.database import Database
from dau.hj212 import HJ2025, qn_from_ms
from dau.process.closer import close_minute
from dau.process.plan import Plan
from dau.process.recorder import Beside, Recorder
from dau.quality.engine import look_at_due
from dau.runtime.clock import LoopClock
from dau.store import findings, history, samples
from dau.store.findings import Wanted
from dau.store.schema import STATION
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from tests.process.station import ms, reading

COUPLES = ("m1", "m2", "m3", "u1", "u2")
OTHERS = ("so2", "o2")
SETTINGS = """
[station]
name = "incinerator"
medium = "gas"

[[bus]]
name = "lan"
tcp = "10.0.0.9:502"

[[instrument]]
name = "dcs"
bus = "lan"
framing = "tcp"
slave = 1
point = [
    { channel = "m1", address = 0, type = "f32" },
    { channel = "m2", address = 2, type = "f32" },
    { channel = "m3", address = 4, type = "f32" },
    { channel = "u1", address = 6, type = "f32" },
    { channel = "u2", address = 8, type = "f32" },
    { channel = "so2", address = 10, type = "f32" },
    { channel = "o2", address = 12, type = "f32" },
]

COUPLES

[[channel]]
name = "so2"
factor = "a21026"

[[channel]]
name = "o2"
factor = "a19001"

[[derived]]
name = "heat"
factor = "a01901"
unit = "degC"
digits = 1
formula = "furnace_heat"
middle = ["m1", "m2", "m3"]
upper = ["u1", "u2"]

[[derived]]
name = "so2_converted"
converts = "so2"
formula = "reference_oxygen"
of = "so2"
oxygen = "o2"
base = 11

[[facility]]
name = "furnace_1"
kind = "production"
channels = ["m1", "u1"]
"""
BEGIN = ms("2026-01-01 10:00:00")
WINDOW = Span(BEGIN, FURNACE_MS)


def written(folder: Path) -> Path:
    couples = "".join(
        f'[[channel]]\nname = "{name}"\nfactor = "a019{number + 11}"\nunit = "degC"\ndigits = 1\nkind = "measured"\n'
        for number, name in enumerate(COUPLES)
    )
    file = folder / "station.toml"
    file.write_text(SETTINGS.replace("COUPLES", couples), encoding="utf-8")
    return file


def lived(folder: Path, *couples: float | None) -> None:
    """Poll a furnace for five minutes, close the window, and look for findings."""

    async def life() -> None:
        settings = load_settings(written(folder))
        channels = channels_of(settings)
        fed = {"dcs": [one for one in channels if one.name in {*COUPLES, *OTHERS}]}
        database = Database(folder / "station.db", STATION, "OFF")
        await database.open()
        ids = await database.write(lambda connection: samples.register(connection, channels))
        await database.write(lambda connection: findings.set_looked_until(connection, BEGIN))
        derivations = derivations_of(settings, channels)
        recorder = Recorder(fed, ids, database, LoopClock(BEGIN), Beside(derivations=derivations))
        numbers = dict(zip((*COUPLES, *OTHERS), (*couples, 30.0, 9.0), strict=True))
        for at_ms in range(BEGIN + 10, WINDOW.end_ms, 5000):
            await recorder("dcs", [Reading(name, number) for name, number in numbers.items()], at_ms)
        assert await recorder.flush()
        wanting = Appetite("national", 60, 1, frozenset({RecordKind.FURNACE}))
        plan = Plan(channels, ids, (wanting,), 0, derivations=derivations)
        for minute in WINDOW.parts(MINUTE_MS):
            await database.write(partial(close_minute, plan=plan, minute=minute, now_ms=WINDOW.end_ms))
        task = task_of(settings, channels, ids, ())
        await database.write(partial(look_at_due, task=task, now_ms=WINDOW.end_ms))
        await database.close()

    asyncio.run(life())


def told(path: Path) -> dict[str, str]:
    """Return what the packet of the window says of the furnace."""
    with reading(path) as connection:
        (record,) = history.records(connection, RecordKind.FURNACE, FURNACE_MS, BEGIN, BEGIN, None, 2)
    getting = {
        one.name: one for one in channels_of(load_settings(path.with_name("station.toml"))) if one.name == "heat"
    }
    platform = Platform("national", HJ2025, "010000A8900016F000169DD1", "31", getting, "123456")
    qns = (qn_from_ms(WINDOW.end_ms + number) for number in count())
    (packet,) = compose(record, platform, WINDOW.end_ms, qns)
    assert packet.cn == "2111"
    return {name: value for item in packet.cp for name, value in item}


def found(path: Path) -> list[tuple[str, str]]:
    with reading(path) as connection:
        return [(one.seen.rule.value, one.seen.subject) for one in findings.listed(connection, Wanted(), 50)]


def test_a_window_is_the_mean_of_two_section_medians(tmp_path: Path) -> None:
    lived(tmp_path, 900.0, 940.0, 20.0, 870.0, 880.0)
    said = told(tmp_path / "station.db")
    assert (said["DataTime"], said["a01901-Avg"]) == ("20260101100000", "887.5")
    assert ("furnace_section", "heat") not in found(tmp_path / "station.db")


def test_a_lost_section_is_replaced_by_the_other_and_told_of(tmp_path: Path) -> None:
    lived(tmp_path, 900.0, 940.0, 890.0, None, None)
    assert told(tmp_path / "station.db")["a01901-Avg"] == "900.0"
    assert ("furnace_section", "heat") in found(tmp_path / "station.db")
