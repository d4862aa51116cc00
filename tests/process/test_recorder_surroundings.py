"""Samples are stored with what contacts, facilities and persons say, however often storing them fails at first."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dau.core.conditions import Condition, Facility, FacilityKind, Standing
from dau.core.contacts import Contact
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.periods import Span
from dau.core.samples import Reading
from dau.core.states import State, declared
from dau.core.surroundings import Surroundings, Turn
from dau.process.recorder import Beside, Recorder
from dau.runtime.clock import LoopClock
from dau.store import conditions, declarations
from dau.store.declarations import News
from tests.process.station import INSTRUMENTS, Station, live, ms, reading
from tests.process.test_recorder import fill_disk, free_disk, stored_in

BEGIN = "2026-01-01 10:00:00"
AROUND = Surroundings(
    (Contact("flow", State.MAINTENANCE, frozenset({"cod"})),),
    (Facility("mill", FacilityKind.PRODUCTION, frozenset({"cod"}), "so2"),),
)


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "station.db", LoopClock(ms(BEGIN)))


def declare(path: Path, declaration: Declaration) -> None:
    """Declare as another process does, beside the running station."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        declarations.add(connection, declaration, News("said", ()))
        connection.execute("COMMIT")


def test_what_another_process_declares_counts_at_once_and_ends_by_itself(station: Station) -> None:
    async def story(station: Station) -> None:
        await station.hear("gas", [1.0])
        await station.clock.sleep(1)
        now_ms = station.clock.now_ms()
        declare(
            station.path,
            Declaration(DeclarationKind.CALIBRATION, "w", "y", now_ms, now_ms, now_ms + 10_000, frozenset({"so2"})),
        )
        await station.hear("gas", [2.0])
        await station.hear("water", [3.0, 4.0])
        await station.clock.sleep(10)
        await station.hear("gas", [5.0])
        await station.clock.sleep(1)

    live(station, story)
    states = {sample.value: sample.states for sample in stored_in(station.path)}
    said = declared(State.CALIBRATION)
    assert states == {1.0: State.OK, 2.0: said, 3.0: State.OK, 4.0: State.OK, 5.0: State.OK}


def test_surroundings_are_stored_once_although_the_disk_refuses_at_first(station: Station) -> None:
    async def story(station: Station) -> None:
        recorder = Recorder(INSTRUMENTS, station.plan.ids, station.database, station.clock, Beside(AROUND))
        await recorder("gas", [Reading("so2", 1.0)], 1000)
        await recorder("water", [Reading("cod", 7.0), Reading("flow", 1.0)], 2000)
        assert await recorder.flush()
        await fill_disk(station)
        refused = []
        for number in range(400):
            await recorder("water", [Reading("cod", 8.0)], 3000 + number)
            refused.append(await recorder.flush())
        await recorder("gas", [Reading("so2", 0.0)], 4000)
        await recorder("water", [Reading("cod", 9.0), Reading("flow", 0.0)], 5000)
        refused.append(await recorder.flush())
        assert refused[-1] is False
        await free_disk(station)
        assert await recorder.flush()

    live(station, story)
    cod = [(sample.value, sample.states) for sample in stored_in(station.path) if sample.channel == "cod"]
    assert cod == [*[(7.0, State.MAINTENANCE)], *[(8.0, State.MAINTENANCE)] * 400, (9.0, State.STOPPED)]
    with reading(station.path) as connection:
        assert conditions.in_span(connection, "mill", Span(0, 10_000)) == [
            Turn("mill", Standing(Condition.RUNNING), 1000),
            Turn("mill", Standing(Condition.STOPPED), 4000),
        ]
