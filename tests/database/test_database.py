"""The database against real files: group commit, isolation of jobs, migrations, damage, a full disk, SIGKILL."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dau.database import Database, DatabaseDamaged, DatabaseNewer, DiskFull, Schema, StoreError, connect_readonly

NUMBERS = Schema("numbers", (("0001 numbers", ("CREATE TABLE number (value INTEGER PRIMARY KEY, text TEXT)",)),))
COLOURED = Schema("numbers", (*NUMBERS.steps, ("0002 colour", ("ALTER TABLE number ADD COLUMN colour TEXT",))))


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = Database(tmp_path / "numbers.db", NUMBERS)
    await opened.open()
    yield opened
    await opened.close()


async def put(database: Database, value: int) -> None:
    await database.write(lambda connection: connection.execute("INSERT INTO number (value) VALUES (?)", (value,)))


def modes(folder: Path) -> list[int]:
    return [path.stat().st_mode & 0o777 for path in folder.iterdir()]


async def count(database: Database) -> int:
    rows = await database.read(lambda connection: connection.execute("SELECT count(*) FROM number").fetchall())
    return int(rows[0][0])


async def test_what_is_written_is_read(database: Database) -> None:
    await put(database, 1)
    assert await count(database) == 1
    assert not database.busy


async def test_a_new_file_is_for_its_owner_only(database: Database, tmp_path: Path) -> None:
    await put(database, 1)
    assert modes(tmp_path) == [0o600] * 3  # the file, its log and the index of the log


async def test_jobs_that_wait_together_share_commits(database: Database) -> None:
    commits: list[str] = []
    await database.write(lambda connection: connection.set_trace_callback(commits.append))
    await asyncio.gather(*(put(database, value) for value in range(500)))
    await database.write(lambda connection: connection.set_trace_callback(None))
    assert await count(database) == 500
    assert commits.count("COMMIT") < 50


async def test_a_failing_job_undoes_itself_alone(database: Database) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO number (value) VALUES (77)")
        raise ZeroDivisionError("in the middle")

    results = await asyncio.gather(
        put(database, 1), database.write(half), put(database, 1), put(database, 2), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), ZeroDivisionError, sqlite3.IntegrityError, type(None)]
    rows = await database.read(lambda connection: connection.execute("SELECT value FROM number").fetchall())
    assert rows == [(1,), (2,)]


async def test_the_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError, match="attempt to write a readonly database"):
        await database.read(lambda connection: connection.execute("DELETE FROM number"))


async def test_a_cancelled_writer_leaves_the_thread_at_work(database: Database) -> None:
    waiting = asyncio.create_task(put(database, 1))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await put(database, 2)
    assert await count(database) in (1, 2)
    assert not database.busy


async def test_an_older_file_is_brought_up_to_date(database: Database, tmp_path: Path) -> None:
    await put(database, 1)
    await database.close()
    newer = Database(tmp_path / "numbers.db", COLOURED)
    await newer.open()
    rows = await newer.read(lambda connection: connection.execute("SELECT value, colour FROM number").fetchall())
    await newer.close()
    assert rows == [(1, None)]


async def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "numbers.db"
    newer = Database(path, COLOURED)
    await newer.open()
    await newer.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseNewer, match=r"it has the steps 0002 colour that this program does not know"):
        await Database(path, NUMBERS).open()
    assert path.read_bytes() == before


async def test_another_kind_of_file_is_refused_and_left_alone(database: Database, tmp_path: Path) -> None:
    await database.close()
    before = (tmp_path / "numbers.db").read_bytes()
    with pytest.raises(StoreError, match=r"numbers.db: it is a file of kind numbers, expected letters"):
        await Database(tmp_path / "numbers.db", Schema("letters", NUMBERS.steps)).open()
    assert (tmp_path / "numbers.db").read_bytes() == before


async def test_rubbish_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "numbers.db"
    path.write_bytes(b"this was a database once " * 500)
    with pytest.raises(DatabaseDamaged, match=r"open database .*numbers.db: file is not a database"):
        await Database(path, NUMBERS).open()
    assert path.read_bytes() == b"this was a database once " * 500


@pytest.mark.parametrize("stump", [b"x", b"rubbish\n", b"SQLite format 4\0"])
async def test_a_stump_is_no_empty_database(tmp_path: Path, stump: bytes) -> None:
    path = tmp_path / "numbers.db"
    path.write_bytes(stump)
    with pytest.raises(DatabaseDamaged, match=r"not a database: it begins with b'.+', expected b'SQLite format 3"):
        await Database(path, NUMBERS).open()
    assert path.read_bytes() == stump


async def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match=r"cannot make database .*file/numbers.db or its folder: .+"):
        await Database(tmp_path / "file" / "numbers.db", NUMBERS).open()


async def test_a_full_disk_loses_nothing_and_is_survived(database: Database) -> None:
    await put(database, 1)
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 8").fetchall())
    big = "x" * 4000

    def fill(connection: sqlite3.Connection) -> None:
        connection.executemany("INSERT INTO number VALUES (?, ?)", [(value, big) for value in range(100, 200)])

    results = await asyncio.gather(put(database, 2), database.write(fill), return_exceptions=True)
    assert isinstance(results[1], DiskFull)
    assert "database or disk is full" in str(results[1])
    await database.write(lambda connection: connection.execute("PRAGMA max_page_count = 100000").fetchall())
    await database.write(fill)
    assert await count(database) >= 101


async def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot open database .*nowhere.db: SQLite says: unable to open"):
        connect_readonly(tmp_path / "nowhere.db")


WRITER = """
import asyncio, sys
from pathlib import Path
from dau.database import Database, Schema

async def main():
    database = Database(Path(sys.argv[1]), Schema("numbers", (("0001", ("CREATE TABLE number (value INTEGER)",)),)))
    await database.open()
    for value in range(1_000_000):
        await database.write(lambda connection: connection.execute("INSERT INTO number VALUES (?)", (value,)))
        print(value, flush=True)

asyncio.run(main())
"""


def test_what_was_confirmed_survives_sigkill(tmp_path: Path) -> None:
    path = tmp_path / "numbers.db"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        confirmed = [int(next(writer.stdout)) for _ in range(300)]
        writer.kill()
        confirmed += [int(line) for line in writer.stdout if line.endswith("\n")]
    connection = connect_readonly(path)
    stored = {value for (value,) in connection.execute("SELECT value FROM number")}
    connection.close()
    assert stored.issuperset(confirmed)
