"""The commands ``dau receive`` and ``dau receive status``."""

import asyncio
import json
import logging
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result

from dau.cli.arguments import WrongArgument
from dau.cli.main import main
from dau.cli.receive import address_of
from tests.receiver.site import MN, upload
from tests.receiver.test_status import part, stored

DAU = (sys.executable, "-c", "from dau.cli.main import main; main()")
UNITS = 8
KILLS = 3


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command that ran in this process did to the logs."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def dau(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["receive", *map(str, arguments)])


@asynccontextmanager
async def receiver(database: Path, *options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Run the real command on a free port; yields the process and the port once it listens."""
    process = await asyncio.create_subprocess_exec(
        *DAU, "receive", "--listen", "127.0.0.1:0", "--database", str(database), *options,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        found = re.search(r"listening on 127\.0\.0\.1:([0-9]+), writing to ", line)
        assert found, line
        yield process, int(found[1])
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def report(port: int, mn: str, acknowledged: asyncio.Queue[tuple[str, int]]) -> None:
    """Send hour records, each after the answer to the one before, until the connection breaks."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return
    try:
        for number in range(100_000):
            writer.write(upload(str(number), number=number, mn=mn))
            answer = await reader.readuntil(b"\r\n")
            assert b"CN=9014" in answer
            acknowledged.put_nowait((mn, number))
    except (OSError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.transport.abort()


@pytest.mark.e2e
async def test_what_was_acknowledged_before_a_kill_is_in_the_database(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    acknowledged: set[tuple[str, int]] = set()
    fresh: asyncio.Queue[tuple[str, int]] = asyncio.Queue()
    for life in range(KILLS):
        async with receiver(database) as (process, port), asyncio.TaskGroup() as group:
            for unit in range(UNITS):
                group.create_task(report(port, f"LIFE{life}UNIT{unit}", fresh))
            acknowledged |= {await fresh.get() for _ in range(150 * (life + 1))}
            process.kill()
        acknowledged |= {fresh.get_nowait() for _ in range(fresh.qsize())}
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT mn, value FROM datum WHERE field = 'Avg'")
        kept = {(mn, int(value)) for mn, value in rows}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(acknowledged) > 150 * KILLS
    assert acknowledged <= kept
    assert len(kept - acknowledged) <= KILLS * UNITS  # stored, but killed before the answer left


@pytest.mark.e2e
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (process, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(upload())
        assert b"CN=9014" in await reader.readuntil(b"\r\n")
        process.send_signal(number)
        assert await reader.read() == b""
        writer.close()
        said, _ = await process.communicate()
        assert process.returncode == 0
        assert "receiver stopped" in said.decode()
    assert not database.with_name("national.db-wal").exists()
    shown = dau("status", database, "--json")
    assert json.loads(shown.stdout)["commands"][0]["packets"] == 1


@pytest.mark.parametrize(
    ("listen", "address"),
    [("127.0.0.1:19001", ("127.0.0.1", 19001)), ("[::1]:0", ("::1", 0)), ("platform.local:9", ("platform.local", 9))],
)
def test_addresses(listen: str, address: tuple[str, int]) -> None:
    assert address_of(listen) == address


@pytest.mark.parametrize("listen", ["", "9000", ":9000", "localhost", "localhost:", "localhost:x", "localhost:65536"])
def test_what_is_no_address(listen: str) -> None:
    with pytest.raises(WrongArgument, match=f'--listen is "{listen}", expected HOST:PORT'):
        address_of(listen)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "option --listen is missing"),
        (("--listen", "127.0.0.1:9000"), "option --database is missing"),
        (("--listen", "9000", "--database", "x.db"), '--listen is "9000", expected HOST:PORT'),
    ],
)
def test_an_argument_that_cannot_be_understood_ends_with_78(arguments: tuple[str, ...], complaint: str) -> None:
    result = dau(*arguments)
    assert result.exit_code == 78
    assert complaint in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.sockets
def test_a_busy_port_is_one_clear_line(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        address = f"127.0.0.1:{other.getsockname()[1]}"
        result = dau("--listen", address, "--database", tmp_path / "x.db")
    assert result.exit_code == 1
    assert f"the receiver cannot run: cannot listen on {address}: Address already in use\n" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_damaged_database_is_one_clear_line(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    damaged.write_bytes(b"no database " * 1000)
    for result in (dau("--listen", "127.0.0.1:9", "--database", damaged), dau("status", damaged)):
        assert result.exit_code == 1
        assert "file is not a database" in result.stderr
        assert result.stderr.count("\n") == 1


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    path = stored(tmp_path, upload())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE _sqlite_migrations SET name = '0009 from the future' WHERE name LIKE '0002%'")
    before = path.read_bytes()
    result = dau("--listen", "127.0.0.1:9", "--database", path)
    assert result.exit_code == 1
    assert "0009 from the future" in result.stderr
    assert path.read_bytes() == before


def test_status_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    result = dau("status", tmp_path / "none.db")
    assert result.exit_code == 1
    assert "cannot open database" in result.stderr


def test_status_without_a_packet(tmp_path: Path) -> None:
    assert "no packet has come yet" in dau("status", stored(tmp_path, b"")).stdout


def test_status_as_json(tmp_path: Path) -> None:
    stream = upload() + upload() + upload("39.0", number=3) + upload(number=4) + part(2, 3, "20260101040000") + b"GET /"
    result = dau("status", stored(tmp_path, stream + b"\r\n" + upload(cn="9015", cp=(), mn="B")), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "commands": [
            {
                "mn": MN, "cn": "2061", "first": "20260101000000", "last": "20260101040000", "interval_s": 3600,
                "came": 3, "expected": 5, "missing": 2,
                "holes": [{"first": "20260101010000", "last": "20260101020000", "labels": 2}],
                "off_grid": 0, "unreadable": 0, "incomplete": [{"data_time": "20260101040000", "parts": 3, "came": 1}],
                "last_packet_at": "20260101000000",
                "packets": 5, "repeated": 1, "differing": 0, "deviating": 0,
            },
            {
                "mn": "B", "cn": "9015", "first": None, "last": None, "interval_s": None,
                "came": 0, "expected": None, "missing": 0, "holes": [],
                "off_grid": 0, "unreadable": 0, "incomplete": [], "last_packet_at": "20260101000000",
                "packets": 1, "repeated": 0, "differing": 0, "deviating": 1,
            },
        ],
        "rejected": 0,
        "rubbish": 1,
        "keys": [],
        "unencrypted": [],
    }  # fmt: skip


def test_status_as_a_table(tmp_path: Path) -> None:
    labels = [number for number in range(40) if number % 3 == 0]
    odd = upload(mn="[red]B", cp=((("DataTime", "soon"), ("w01018-Avg", "1")),))
    stream = b"".join(upload(number=number) for number in labels) + part(1, 2, "20260101000000") + odd + b"?" + odd
    result = CliRunner(env={"COLUMNS": "220"}).invoke(main, ["receive", "status", str(stored(tmp_path, stream))])
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    [row] = [line for line in lines if MN in line and "小时" in line]
    assert re.sub(r"[│┃|]", " ", row).split() == [
        MN, "2061", "取/上传污染物小时数据", "20260101000000", "20260102150000", "14", "40", "26", "15", "0", "0", "0",
    ]  # fmt: skip
    assert any("[red]B" in line for line in lines)
    assert f"{MN} 2061 lacks 2: 20260101010000 to 20260101020000" in result.stdout
    assert f"{MN} 2061 has 8 more holes, --json shows all" in result.stdout
    assert f"{MN} 2061 20260101000000 is incomplete: 1 of 2 parts came" in result.stdout
    assert "[red]B 2061 has 1 DataTimes that are no time" in result.stdout
    assert "0 frames rejected, 1 pieces of rubbish" in result.stdout


def test_a_given_minute_interval_decides_what_is_missing(tmp_path: Path) -> None:
    path = stored(tmp_path, upload(cn="2051") + upload(cn="2051", number=1))
    for minutes, expected in (("30", 3), ("10", 7)):
        [command] = json.loads(dau("status", path, "--json", "--minutes", minutes).stdout)["commands"]
        assert (command["came"], command["expected"]) == (2, expected)
