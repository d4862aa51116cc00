"""Many units on one real port."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from dau.database import Database
from dau.link import LinkError, PortBusy
from dau.receiver.desk import Limits
from dau.receiver.server import Receiver, address_text, listening
from dau.receiver.tables import SCHEMA
from dau.runtime.clock import SystemClock
from tests.receiver.site import upload

pytestmark = pytest.mark.sockets

UNITS = 40
UPLOADS = 25


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "receiver.db", SCHEMA)
    await database.open()
    yield database
    await database.close()


def port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


async def count(database: Database, sql: str) -> int:
    return await database.read(lambda connection: int(connection.execute(sql).fetchone()[0]))


async def report(port: int, mn: str) -> list[bytes]:
    """Send hour records one after the other, each after the answer to the one before."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = []
    for number in range(UPLOADS):
        writer.write(upload(number=number, mn=mn))
        answers.append(await reader.readuntil(b"\r\n"))
    writer.close()
    await writer.wait_closed()
    return answers


async def test_many_units_at_once_are_all_stored_and_answered(database: Database) -> None:
    names = [f"UNIT{number:020}" for number in range(UNITS)]
    async with listening("127.0.0.1", 0, Receiver(database, SystemClock())) as address:
        answers = await asyncio.gather(*(report(port_of(address), mn) for mn in names))
    for mn, received in zip(names, answers, strict=True):
        assert len(received) == UPLOADS
        assert all(f"MN={mn};".encode() in answer for answer in received)
    assert await count(database, "SELECT count(*) FROM packet WHERE ok AND direction = 'up'") == UNITS * UPLOADS
    assert await count(database, "SELECT count(*) FROM datum WHERE seen = 1") == 2 * UNITS * UPLOADS


async def test_units_wait_for_the_disk_together(database: Database) -> None:
    """With the writer held, what many units sent gathers, and comes to the disk in far fewer commits than packets."""
    commits: list[str] = []
    await database.write(lambda connection: connection.set_trace_callback(commits.append))
    async with listening("127.0.0.1", 0, Receiver(database, SystemClock())) as address:
        await asyncio.gather(*(report(port_of(address), f"UNIT{number}") for number in range(UNITS)))
    await database.write(lambda connection: connection.set_trace_callback(None))
    assert 0 < commits.count("COMMIT") < UNITS * UPLOADS / 4


async def test_port_scanners_do_no_harm(database: Database) -> None:
    async with listening("127.0.0.1", 0, Receiver(database, SystemClock())) as address:
        port = port_of(address)
        for said in (b"", b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x02\x00", b"##"):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(said)
            sock = writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # ends with a reset
            writer.transport.abort()
        assert len(await report(port, "GOOD")) == UPLOADS


async def test_leaving_the_block_ends_open_connections(database: Database) -> None:
    receiver = Receiver(database, SystemClock())
    async with listening("127.0.0.1", 0, receiver) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_of(address))
        writer.write(upload())
        assert b"CN=9014" in await reader.readuntil(b"\r\n")
    assert await reader.read() == b""
    assert receiver.connections == 0
    writer.close()
    await writer.wait_closed()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port_of(address))


async def test_a_busy_port_is_named(database: Database) -> None:
    receiver = Receiver(database, SystemClock(), Limits())
    async with listening("127.0.0.1", 0, receiver) as address:
        with pytest.raises(PortBusy, match=f"cannot listen on {address}: Address already in use"):
            async with listening("127.0.0.1", port_of(address), receiver):
                pytest.fail("two on one port")


async def test_an_address_of_another_machine_is_named(database: Database) -> None:
    with pytest.raises(LinkError, match=r"^cannot listen on 192\.0\.2\.1:9000: Cannot assign requested address$"):
        async with listening("192.0.2.1", 9000, Receiver(database, SystemClock())):
            pytest.fail("not our address")


def test_an_ipv6_address_has_brackets() -> None:
    assert (address_text("::1", 9000), address_text("10.0.0.7", 9000)) == ("[::1]:9000", "10.0.0.7:9000")
