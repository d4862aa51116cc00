"""A week of commands: keys, passwords, clock, intervals and switches change, the data go on, and all of it is true."""

import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest
from structlog.testing import capture_logs
from structlog.typing import EventDict

from dau.database import connect_readonly
from dau.hj212 import HJ2025, Role, shall_encrypt
from dau.store import audit
from simulator.scene import Scene
from simulator.truth.chronicle import chronicles
from simulator.truth.stored import Stored, read_stored, start_of
from simulator.truth.verdict import Run, compare
from tests.e2e.virtual_week import (
    BEGIN_MS,
    COUNTY,
    DRAIN_S,
    MNS,
    NATIONAL,
    PROVINCIAL,
    WEEK_S,
    Week,
    is_busy,
    week_at,
)
from tests.virtual_time import run_virtual

PERIOD_MS: Final = {"2051": 600_000, "2061": 3_600_000, "2031": 86_400_000, "2011": 0}
LIVE_MS: Final = 300_000
OLD_CODES: Final = {"011": "w01018", "060": "w21003", "001": "w01001", "B01": "w00000"}
HELD: Final = {"station": {"sm4_key", "setting"}, "receiver": {"unit_key"}}
"""The only tables in which keys and passwords may stand."""

HEADER_PW: Final = re.compile(rb"(?<=;PW=)[^;]*(?=;(?:(?!CP=&&).)*CP=&&)", re.DOTALL)
"""The password in the header of a packet: it is part of the evidence, and current when it is sent."""

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Lived:
    """A week that is over, with all that was logged meanwhile."""

    week: Week
    logs: list[EventDict]

    @property
    def station(self) -> Path:
        return self.week.folder / "var" / "station.db"

    def receiver(self, name: str) -> Path:
        return self.week.folder / f"{name}.db"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    week = week_at(tmp_path_factory.mktemp("week"))
    with capture_logs() as logs:
        run_virtual(week.live(), lambda: is_busy(week.databases))
    return Lived(week, list(logs))


def rows(file: Path, sql: str, *values: object) -> list[Row]:
    with closing(connect_readonly(file)) as connection:
        return connection.execute(sql, values).fetchall()


@pytest.mark.parametrize("name", MNS)
def test_what_arrived_is_what_the_plant_was(lived: Lived, name: str) -> None:
    week, end_ms = lived.week, BEGIN_MS + round((WEEK_S + DRAIN_S) * 1000)
    stored, scene = read_stored(lived.receiver(name), MNS[name]), week.site.scene
    if name == COUNTY:
        stored, scene = in_codes_of_2017(stored), without_water_temperature(scene)
    stored = Stored({key: fields for key, fields in stored.data.items() if key[0] in PERIOD_MS}, stored.contradictions)
    intervals = tuple(week.intervals.get(name, [(0, 10)]))
    verdict = compare(
        scene, chronicles(week.site.journal), stored, Run(BEGIN_MS, BEGIN_MS, end_ms - 60_000, end_ms, intervals)
    )
    assert verdict.problems == []
    assert verdict.labels > 7 * 25
    assert verdict.values > verdict.labels * len(list(scene.channels()))


def in_codes_of_2017(stored: Stored) -> Stored:
    data = {(cn, label, OLD_CODES.get(factor, factor)): fields for (cn, label, factor), fields in stored.data.items()}
    return Stored(data, stored.contradictions)


def without_water_temperature(scene: Scene) -> Scene:
    """2005 has no code for it."""
    lines = tuple(
        replace(
            line,
            instruments=tuple(
                replace(one, registers=tuple(each for each in one.registers if each.channel != "water_temperature"))
                for one in line.instruments
            ),
        )
        for line in scene.lines
    )
    return replace(scene, lines=lines)


def test_every_record_has_its_receipt(lived: Lived) -> None:
    found = rows(
        lived.station,
        "SELECT platform, kind, state, count(*) FROM delivery JOIN record ON record.id = record GROUP BY 1, 2, 3",
    )
    counts = {(platform, kind, state): number for platform, kind, state, number in found}
    for name in MNS:
        assert counts[name, "hour", "acknowledged"] == 7 * 24 + 1
        assert counts[name, "day", "acknowledged"] == 7
    for name in (NATIONAL, PROVINCIAL):
        assert counts[name, "restart", "acknowledged"] == 2
        assert counts[name, "info", "acknowledged"] == len([row for row in audited(lived) if row[0] in MNS])
    others = {key: number for key, number in counts.items() if key[2] != "acknowledged"}
    assert others == {(NATIONAL, "realtime", "expired"): 3}  # the live values of a night without connection


@pytest.mark.parametrize("name", MNS)
def test_every_label_came_once(lived: Lived, name: str) -> None:
    answers = set(lived.week.answers[name])
    came = rows(
        lived.receiver(name),
        "SELECT cn, data_time, qn, factor FROM packet JOIN datum USING (mn, cn, data_time)"
        " WHERE direction = 'up' AND packet.data_time <> '' GROUP BY packet.id",
    )
    told = Counter((cn, label) for cn, label, qn, _ in came if qn not in answers)
    assert len(told) > 7 * 25
    assert {label: number for label, number in told.items() if number > 1} == {}
    queried = [label for cn, label, qn, _ in came if qn in answers]
    assert len(queried) == len(set(queried)) == (48 if name == NATIONAL else 24)


def test_every_packet_of_2025_is_encrypted_and_was_opened(lived: Lived) -> None:
    file = lived.receiver(NATIONAL)
    found = rows(file, "SELECT cn, encrypted, count(*) FROM packet WHERE direction = 'up' GROUP BY 1, 2")
    assert {(cn, bool(encrypted)) for cn, encrypted, _ in found} == {
        (cn, shall_encrypt(cn, Role.UNIT, HJ2025)) for cn, _, _ in found
    }
    assert {"1014", "2011", "2031", "2051", "2061", "2081", "3020"} <= {cn for cn, encrypted, _ in found if encrypted}


@pytest.mark.parametrize("name", MNS)
def test_nothing_was_refused_and_nothing_deviates(lived: Lived, name: str) -> None:
    counted = rows(lived.receiver(name), "SELECT DISTINCT what FROM tally WHERE what <> 'packets'")
    assert counted == [("repeated",)]  # by the history queries
    [differing] = rows(lived.receiver(name), "SELECT count(*) FROM datum WHERE differing > 0 AND data_time <> ''")
    assert differing == (0,)


def test_rf_marks_what_came_from_the_backlog_and_nothing_else(lived: Lived) -> None:
    answers = set(lived.week.answers[NATIONAL])
    came = rows(
        lived.receiver(NATIONAL),
        "SELECT cn, data_time, backfilled, at_ms, qn FROM packet WHERE direction = 'up' AND data_time <> ''",
    )
    uploads = [
        (cn, start_of(label[:14]), bool(marked), at_ms)
        for cn, label, marked, at_ms, qn in came
        if qn not in answers and cn in PERIOD_MS
    ]
    late = {
        cn: sum(due_ms(lived.week, cn, start) < at_ms - LIVE_MS for each, start, _, at_ms in uploads if each == cn)
        for cn in PERIOD_MS
    }
    assert late == {"2011": 2, "2031": 1, "2051": 30, "2061": 5}
    assert [one for one in uploads if one[2] != (due_ms(lived.week, one[0], one[1]) < one[3] - LIVE_MS)] == []
    assert not any(marked for *_, marked, _, qn in came if qn in answers)
    for name in (PROVINCIAL, COUNTY):
        assert rows(lived.receiver(name), "SELECT id FROM packet WHERE backfilled") == []


def due_ms(week: Week, cn: str, start_ms: int) -> int:
    """Return when a period ended, for the platform whose intervals are 10 and then 20 minutes."""
    since_ms, minutes = week.intervals[NATIONAL][-1]
    is_longer = cn == "2051" and start_ms >= since_ms - 1_200_000 and start_ms % (minutes * 60_000) == 0
    return start_ms + (minutes * 60_000 if is_longer else PERIOD_MS[cn])


def audited(lived: Lived) -> list[Row]:
    return rows(lived.station, "SELECT who, what, subject, before, after, result FROM audit ORDER BY id")


def test_each_change_has_its_row_with_the_old_and_the_new_value(lived: Lived) -> None:
    found = [row for row in audited(lived) if row[0] in MNS]
    assert {result for *_, result in found} == {"done"}
    settings = [row[:5] for row in found if row[1] not in ("1012", "1014")]
    assert settings == lived.week.changed
    with closing(connect_readonly(lived.station)) as connection:
        assert audit.first_broken(connection) is None


def test_keys_and_clock_were_changed_as_often_as_they_were_asked_for(lived: Lived) -> None:
    found = rows(lived.station, "SELECT who, what, subject, before, after FROM audit WHERE what IN ('1012', '1014')")
    clocks = [row for row in found if row[1] == "1012"]
    assert Counter(who for who, *_ in clocks) == {NATIONAL: 3, PROVINCIAL: 1, COUNTY: 1}
    assert all(
        subject == "clock" and 0 < start_of(after) - start_of(before) < 20_000 for *_, subject, before, after in clocks
    )
    keys = [row for row in found if row[1] == "1014"]
    assert set(keys) == {(NATIONAL, "1014", "key", "***", "***")}
    [offers] = rows(lived.receiver(NATIONAL), "SELECT count(*) FROM packet WHERE direction = 'down' AND cn = '1014'")
    [asked] = rows(lived.receiver(NATIONAL), "SELECT count(*) FROM packet WHERE direction = 'up' AND cn = '1014'")
    assert (offers, asked) == ((5,), (2,))  # three by order, of which one met the restart, and two that the unit wanted
    assert len(keys) in (4, 5)
    assert len(lived.week.secrets) == 1 + len(MNS) + 5 + 5


def test_no_key_and_no_password_stands_anywhere_else(lived: Lived) -> None:
    week, secret = lived.week, any_secret(lived.week)
    files = {lived.station: HELD["station"]} | {lived.receiver(name): HELD["receiver"] for name in MNS}
    searched = 0
    for file, held in files.items():
        for where, text in dumped(file, held):
            searched += 1
            assert secret.search(HEADER_PW.sub(b"", text)) is None, where
    assert searched > 50_000
    assert secret.search(repr(lived.logs).encode()) is None
    others = [file for file in week.folder.rglob("*") if file.is_file() and ".db" not in file.name]
    assert {file.name for file in others} == {"station.toml", "national.key", "lock"}


def any_secret(week: Week) -> re.Pattern[bytes]:
    """Return what matches every key and password that ever was, as text or in hexadecimal digits."""
    forms = [form for secret in week.secrets for form in (re.escape(secret), secret.encode().hex())]
    return re.compile("|".join(forms).encode(), re.IGNORECASE)


def test_the_search_finds_what_is_there(lived: Lived) -> None:
    secret = any_secret(lived.week)
    found = [where for where, text in dumped(lived.station, set()) if secret.search(HEADER_PW.sub(b"", text))]
    held = {where.partition(" ")[0] for where in found}
    assert held == {"sm4_key", "setting"}
    raw = [text for where, text in dumped(lived.station, set()) if where.startswith("wire")]
    assert any(b";PW=pro3rd;" in text for text in raw)


def dumped(file: Path, without: set[str]) -> Iterator[tuple[str, bytes]]:
    """Yield every value of every table but some, as bytes, and where it stands."""
    with closing(connect_readonly(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            if table not in without:
                yield from values_of(connection, table)


def values_of(connection: sqlite3.Connection, table: str) -> Iterator[tuple[str, bytes]]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    for row in cursor:
        for name, value in zip(names, row, strict=True):
            if isinstance(value, str | bytes):
                yield f"{table} {name} {row[0]}", value.encode() if isinstance(value, str) else value
