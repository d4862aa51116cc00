"""Thirty virtual days of a stack, an outfall and an incinerator: all that is stored and told is what was reckoned."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from dau.core.states import State
from tests.thirty_days.plants import BEGIN_MS, PLANTS
from tests.thirty_days.reckoning_periods import DAY, FIVE, HOUR, TEN
from tests.thirty_days.reckoning_samples import MINUTE
from tests.thirty_days.scenario import DAYS, acts
from tests.thirty_days.verdict import Reckoned, Verdict, differences, judge, reckoned

pytestmark = pytest.mark.e2e

SEED = 2
SHORT_DAYS = 2
FEW = 20


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    folder = tmp_path_factory.mktemp("thirty_days")
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        asked = {name: pool.submit(judge, name, SEED, folder) for name in PLANTS}
        return {name: one.result() for name, one in asked.items()}


@pytest.mark.parametrize("name", PLANTS)
def test_every_sample_period_packet_and_finding_is_what_was_reckoned(
    verdicts: Mapping[str, Verdict], name: str
) -> None:
    found = verdicts[name].differences
    assert not found, "\n".join([f"{len(found)} differences", *found[:FEW]])


@pytest.mark.parametrize("name", PLANTS)
def test_every_period_of_thirty_days_was_compared(verdicts: Mapping[str, Verdict], name: str) -> None:
    verdict, channels = verdicts[name], len(PLANTS[name].channels)
    assert verdict.cells[MINUTE] >= DAYS * 1440 * channels
    assert verdict.cells[TEN] >= DAYS * 144 * channels
    assert verdict.cells[HOUR] >= DAYS * 24 * channels
    assert verdict.cells[DAY] == DAYS * channels
    assert verdict.cells[DAYS * DAY] == channels, "June is a month"
    assert verdict.cells[FIVE] >= DAYS * 288 * (name == "incinerator")
    assert verdict.told >= DAYS * (144 + 24 + 1)


def test_the_stories_hold_what_they_are_about(verdicts: Mapping[str, Verdict]) -> None:
    happened = sum((one.acts for one in verdicts.values()), Counter[str]())
    states = sum((one.states for one in verdicts.values()), Counter[State]())
    rules = sum((one.rules for one in verdicts.values()), Counter[str]())
    assert happened.keys() == {"Stretch", "Off", "Step", "Declaration", "Ending"}
    assert states.keys() == {*State, State.OK}
    assert rules.keys() >= {
        *("zero", "constant", "negative", "oversize", "missing", "jump", "stopped_emitting", "no_flow", "oxygen"),
        *("hour_exceeded", "hours_in_a_row", "hour_warning", "day_exceeded", "day_warning"),
        *("cold_furnace", "clock_step", "clock_offset", "maintenance_abuse"),
    }
    assert min(one.late for one in verdicts.values()) > 0


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Reckoned]:
    folder = tmp_path_factory.mktemp("short")
    assert judge("stack", SEED, folder, SHORT_DAYS).differences == []
    plant = PLANTS["stack"]
    return folder / "stack.db", reckoned(plant, acts(plant, SEED, SHORT_DAYS))


def test_a_flag_that_is_reckoned_otherwise_shows(short: tuple[Path, Reckoned]) -> None:
    path, wanted = short
    key = ("so2", MINUTE, BEGIN_MS + 100 * MINUTE)
    other = State.FAULT if wanted.cells[key].state is not State.FAULT else State.MAINTENANCE
    (found,) = differences(path, replace(wanted, cells=wanted.cells | {key: replace(wanted.cells[key], state=other)}))
    assert f"{key}: state stored" in found


def test_a_mean_that_is_reckoned_otherwise_shows(short: tuple[Path, Reckoned]) -> None:
    path, wanted = short
    key = next(key for key, cell in wanted.cells.items() if key[:2] == ("so2", HOUR) and cell.mean is not None)
    cell = wanted.cells[key]
    assert cell.mean is not None
    (found,) = differences(
        path, replace(wanted, cells=wanted.cells | {key: replace(cell, mean=cell.mean * (1 + 1e-6))})
    )
    assert f"{key}: mean stored" in found


def test_a_sample_or_a_finding_that_is_reckoned_otherwise_shows(short: tuple[Path, Reckoned]) -> None:
    path, wanted = short
    late = [*wanted.taken[:-1], replace(wanted.taken[-1], late=True)]
    (found,) = differences(path, replace(wanted, taken=late))
    assert "sample stored" in found
    key, last_ms = next(iter(wanted.book.items()))
    (found,) = differences(path, replace(wanted, book=wanted.book | {key: last_ms + MINUTE}))
    assert str(key) in found


@pytest.mark.parametrize(
    ("guard", "change", "seen"),
    [
        ("statistic_is_never_altered", "UPDATE statistic SET state = 2 WHERE %s", "state stored"),
        ("statistic_is_never_altered", "UPDATE statistic SET low = -5 WHERE %s", "low stored"),
        ("statistic_is_never_deleted", "DELETE FROM statistic WHERE %s", "reckoned, not stored"),
        ("finding_is_never_altered", "UPDATE finding SET first_ms = first_ms + 60000 WHERE id = 1", "reckoned"),
    ],
)
def test_a_row_that_was_changed_shows(
    short: tuple[Path, Reckoned], tmp_path: Path, guard: str, change: str, seen: str
) -> None:
    path, wanted = short
    copy = tmp_path / "stack.db"
    shutil.copy(path, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute(f"DROP TRIGGER IF EXISTS {guard}")
        one = "(length_ms, start_ms, channel) = (SELECT length_ms, start_ms, channel FROM statistic WHERE"
        hour = f"{one} length_ms = {HOUR} AND state = 0 AND low > 0 LIMIT 1)"
        assert connection.execute(change.replace("%s", hour)).rowcount == 1
    found = differences(copy, wanted)
    assert 1 <= len(found) <= 2
    assert any(seen in each for each in found)
