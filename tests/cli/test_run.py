"""How `dau run` begins and ends: what it refuses, with which words and exit status, and what a stop leaves behind."""

import asyncio
import fcntl
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from dau import app
from dau.cli.run import run
from dau.config.load import load_settings
from dau.core.states import State
from dau.database import Database, Schema, StoreError, connect_readonly
from dau.link import LinkRefused, Pipe, PortMissing
from dau.receiver.tables import SCHEMA as RECEIVER
from dau.runtime.clock import LoopClock
from dau.store.schema import STATION
from tests.cli.made_station import CONFIG, damage_table, database_of, fill, settings_file
from tests.e2e.real_site import wait_until
from tests.virtual_time import run_virtual

BIN: Final = Path(sys.executable).parent
NEWER: Final = Schema("station", (*STATION.steps, ("0099 tomorrow", ("CREATE TABLE tomorrow (id INTEGER)",))))


def make(path: Path, schema: Schema) -> bytes:
    """Make an empty database; returns its bytes."""

    async def work() -> None:
        database = Database(path, schema)
        await database.open()
        await database.close()

    asyncio.run(work())
    return path.read_bytes()


def dau_run(config: Path) -> "subprocess.CompletedProcess[str]":
    """Run the real program, which is expected to end by itself."""
    return subprocess.run([BIN / "dau", "run", str(config)], capture_output=True, text=True, check=False)


def test_broken_settings_end_with_every_mistake(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    broken = config.read_text(encoding="utf-8").replace("baud = 9600", "baud = 96").replace('st = "32"', 'st = "x"', 1)
    config.write_text(broken, encoding="utf-8")
    result = CliRunner().invoke(run, [str(config)])
    baud, st = result.output.splitlines()
    assert "baud: 96 超出范围 / 96 is out of range; 允许 / allowed: 整数 / an integer, >= 300, <= 921600" in baud
    assert '[[platform]] "national" > st: ' in st
    assert result.exit_code == 78
    assert not database_of(config).parent.exists()


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(run, [str(tmp_path / "station.toml")])
    assert "there is no such settings file" in result.output
    assert result.exit_code == 78


@pytest.mark.e2e
def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    path = database_of(config)
    before = make(path, NEWER)
    done = dau_run(config)
    assert done.stderr == (
        f"cannot open database {path}: it has the steps 0099 tomorrow that this program does not know;"
        " it was written by a newer version, which must be used to open it\n"
    )
    assert (done.returncode, done.stdout) == (78, "")
    assert path.read_bytes() == before


@pytest.mark.e2e
@pytest.mark.parametrize("content", [b"no database at all " * 500, b"SQLite format 3\0" + b"\xff" * 8000])
def test_a_damaged_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    config = settings_file(tmp_path)
    path = database_of(config)
    path.parent.mkdir()
    path.write_bytes(content)
    done = dau_run(config)
    assert done.stderr.startswith(f"cannot open database {path}: ")
    assert "file is not a database" in done.stderr or "SQLite says: " in done.stderr
    assert done.stderr.count("\n") == 1
    assert (done.returncode, done.stdout) == (1, "")
    assert path.read_bytes() == content


@pytest.mark.e2e
@pytest.mark.parametrize("table", ["delivery", "sample"])
def test_damage_that_shows_while_running_ends_the_program(tmp_path: Path, table: str) -> None:
    """No restart mends it: the service manager and a person must hear of it."""
    config = settings_file(tmp_path)
    fill(config)
    damage_table(database_of(config), table)
    done = dau_run(config)
    told = done.stderr.splitlines()[-1]
    assert told == f"cannot write database {database_of(config)}: SQLite says: database disk image is malformed"
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


@pytest.mark.e2e
def test_a_database_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    before = make(database_of(config), RECEIVER)
    done = dau_run(config)
    assert (
        done.stderr == f"cannot open database {database_of(config)}: it is a file of kind receiver, expected station\n"
    )
    assert done.returncode == 1
    assert database_of(config).read_bytes() == before


@pytest.mark.e2e
def test_a_second_station_in_the_same_folder_does_not_start(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    before = make(database_of(config), STATION)
    folder = database_of(config).parent
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = dau_run(config)
    assert done.stderr == f"cannot use the station's folder {folder}: another dau run holds it\n"
    assert done.returncode == 1
    assert database_of(config).read_bytes() == before


@pytest.mark.e2e
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    config = settings_file(tmp_path)
    (tmp_path / "var").write_text("in the way")
    done = dau_run(config)
    assert done.stderr == f"cannot use the station's folder {tmp_path / 'var'}: File exists\n"
    assert done.returncode == 1


def samples_of(config: Path) -> list[tuple[str, int]]:
    try:
        with closing(connect_readonly(database_of(config))) as connection:
            return connection.execute(
                "SELECT name, states FROM sample JOIN channel ON channel.id = sample.channel ORDER BY at_ms"
            ).fetchall()
    except (StoreError, sqlite3.Error):  # not made yet
        return []


@pytest.mark.e2e
@pytest.mark.parametrize("word", [signal.SIGTERM, signal.SIGINT])
def test_a_station_without_its_port_measures_silence_and_stops_when_told(tmp_path: Path, word: signal.Signals) -> None:
    config = settings_file(tmp_path)
    folder = tmp_path / "var"
    with (tmp_path / "log").open("w+") as log:
        station = subprocess.Popen([BIN / "dau", "run", str(config), "--log-json"], stdout=log, stderr=log)
        try:
            wait_until("silence is stored", lambda: folder.exists() and len(samples_of(config)) >= 5)
        finally:
            for _ in range(3):  # asking again must not cut short what is still stored
                station.send_signal(word)
            assert station.wait(30) == 0
        assert list(folder.glob("station.db-*")) == []  # the log of the database is folded into the file
        log.seek(0)
        told = log.read()
    assert {name for name, _ in samples_of(config)} == {"cod", "nh3n", "ph", "water_temperature", "flow"}
    assert {states for _, states in samples_of(config)} == {int(State.COMM_LOST)}
    assert f"{folder / 'ttyOUTFALL'}" in told
    assert "321654" not in told
    assert "Traceback" not in told


def test_a_stop_stores_what_was_still_gathering(tmp_path: Path) -> None:
    """Samples gather for half a second; those of the last moment are not lost."""
    shutil.copy(CONFIG, tmp_path / "station.toml")
    settings = load_settings(tmp_path / "station.toml")
    databases: list[Database] = []

    async def no_port() -> Pipe:
        raise PortMissing("opening the port: there is none")

    async def nobody() -> Pipe:
        raise LinkRefused("connecting: nobody listens")

    async def work() -> None:
        world = app.World(LoopClock(0), lambda _: no_port, lambda _: nobody, "OFF")
        station = asyncio.create_task(app.run(settings, world, databases.append))
        await asyncio.sleep(20.3)
        (last_ms,) = await databases[0].read(
            lambda connection: connection.execute("SELECT max(at_ms) FROM sample").fetchone()
        )
        assert last_ms < 20_000
        station.cancel()
        await asyncio.wait([station])
        assert station.cancelled()

    run_virtual(work(), lambda: any(database.busy for database in databases))
    with closing(connect_readonly(tmp_path / "var" / "station.db")) as connection:
        (last_ms,) = connection.execute("SELECT max(at_ms) FROM sample").fetchone()
    assert 20_000 <= last_ms <= 20_300
