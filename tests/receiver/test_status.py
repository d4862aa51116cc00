"""What a receiver's file says of the units."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from dau.database import Database, DatabaseDamaged, DatabaseNewer, StoreError
from dau.hj212 import FrameReader, data_time
from dau.receiver.journal import Tally, keep
from dau.receiver.meaning import arrival_of
from dau.receiver.status import Incomplete, Status, status_of
from dau.receiver.tables import SCHEMA
from tests.receiver.site import MN, START_MS, frame, upload


def stored(folder: Path, stream: bytes) -> Path:
    """Return the file of a receiver to which ``stream`` came."""
    path = folder / "receiver.db"

    async def main() -> None:
        database = Database(path, SCHEMA)
        await database.open()
        arrivals = [arrival_of(event, START_MS, "peer") for event in FrameReader().receive(stream)]
        await database.write(lambda connection: keep(connection, arrivals))
        await database.close()

    asyncio.run(main())
    return path


def part(number: int, of: int, label: str) -> bytes:
    return frame(
        f"QN=2026010101000000{number};ST=32;CN=2061;PW=100000;MN={MN};Flag=7;PNUM={of};PNO={number};"
        f"CP=&&DataTime={label};w0101{number}-Avg=1,w0101{number}-Flag=N&&"
    )


def test_an_empty_file(tmp_path: Path) -> None:
    assert status_of(stored(tmp_path, b"")) == Status(())


def test_counts_and_missing_labels_of_each_unit_and_command(tmp_path: Path) -> None:
    hours = b"".join(upload(number=number) for number in (0, 1, 4))
    spoilt = upload().replace(b"40.1", b"41.0")
    stream = hours + upload("39.0", number=1) + b"noise" + upload(mn="B") + spoilt + upload(number=4)
    status = status_of(stored(tmp_path, stream))
    assert [(command.mn, command.cn) for command in status.commands] == [(MN, "2061"), ("B", "2061")]
    first = status.commands[0]
    assert first.counts == {Tally.PACKETS: 5, Tally.REPEATED: 2, Tally.DIFFERING: 1}
    assert (first.coverage.came, first.coverage.expected) == (3, 5)
    assert [(data_time(span.start_ms), span.length_ms) for span in first.coverage.missing] == [
        ("20260101020000", 2 * 3_600_000)
    ]
    assert status.commands[1].counts == {Tally.PACKETS: 1, Tally.DEVIATING: 1}
    assert status.refused == {Tally.REJECTED: 1, Tally.RUBBISH: 1}


def test_missing_parts_of_split_records_are_found(tmp_path: Path) -> None:
    whole = part(1, 2, "20260101000000") + part(2, 2, "20260101000000")
    holed = part(1, 3, "20260101010000") + part(3, 3, "20260101010000") + part(3, 3, "20260101010000")
    [command] = status_of(stored(tmp_path, whole + holed)).commands
    assert command.incomplete == (Incomplete("20260101010000", 3, 2),)
    assert command.coverage.came == 2


def test_what_is_no_time_is_counted(tmp_path: Path) -> None:
    odd = frame(f"QN=1;ST=32;CN=2061;PW=100000;MN={MN};Flag=4;CP=&&DataTime=soon;w01018-Avg=1&&")
    [command] = status_of(stored(tmp_path, odd + upload())).commands
    assert (command.unreadable, command.coverage.came) == (1, 1)


def test_a_file_that_is_being_written_can_be_read(tmp_path: Path) -> None:
    path = stored(tmp_path, upload())
    with sqlite3.connect(path) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM tally")
        assert len(status_of(path).commands) == 1
        writer.rollback()
    writer.close()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot open database .*none\.db: SQLite says: unable to open"):
        status_of(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_a_file_of_something_else(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE sample (x)")
    connection.close()
    with pytest.raises(StoreError, match="it has no table tally, expected the file of a receiver"):
        status_of(other)


def test_a_damaged_file(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database " * 1000)
    with pytest.raises(
        DatabaseDamaged, match=r"cannot read database .*damaged\.db: SQLite says: file is not a database"
    ):
        status_of(damaged)


def test_a_newer_file(tmp_path: Path) -> None:
    path = stored(tmp_path, upload())
    connection = sqlite3.connect(path)
    connection.execute("UPDATE _sqlite_migrations SET name = '0009 from the future' WHERE name LIKE '0002%'")
    connection.commit()
    connection.close()
    with pytest.raises(DatabaseNewer, match="0009 from the future"):
        status_of(path)
