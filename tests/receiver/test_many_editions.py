"""What other receivers get wrong must not happen here: fifty units at once over real sockets, odd ones among them."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from dau.cipher import Sm4
from dau.database import Database
from dau.hj212 import Edition, FrameReader, Packet, Received, Role, data_time, dialect, encode, flag_of, shall_encrypt
from dau.receiver.server import Receiver, listening
from dau.receiver.tables import SCHEMA
from dau.receiver.unit_keys import set_current
from dau.runtime.clock import SystemClock
from tests.receiver.site import START_MS, frame, upload

pytestmark = pytest.mark.sockets

UNITS = 50
UPLOADS = 12
EDITIONS = (Edition.E2005, Edition.E2017, Edition.E2025)
ODD_NUMBERS = (
    "Flag=7;PNUM=0;PNO=0", "Flag=7;PNUM=1;PNO=9", "Flag=7;PNUM=-1;PNO=1", "Flag=7;PNUM=;PNO=", "Flag=7;PNUM=x;PNO=y",
    "Flag=7", "Flag=5;PNUM=2;PNO=1", "Flag=7;PNUM=99999999999;PNO=1", "Flag=3;PNUM=1.5;PNO=1", "Flag=11;PNUM=10;PNO=10",
)  # fmt: skip


ARRIVED = "FROM packet WHERE direction = 'up' AND ok"
EDITIONS_SEEN = f"SELECT edition, encrypted, count(*) {ARRIVED} GROUP BY 1, 2 ORDER BY 1, 2"
TEXTS_SEEN = "SELECT DISTINCT value FROM datum WHERE field = 'Remark' ORDER BY value"
VALUES_SEEN = "SELECT count(*) FROM datum WHERE field = 'Avg' AND seen = 1 AND differing = 0"
SMALL_SEEN = f"SELECT count(*) {ARRIVED} AND deviations LIKE '%lower case%'"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(tmp_path / "receiver.db", SCHEMA)
    await database.open()
    yield database
    await database.close()


async def rows(database: Database, sql: str) -> list[tuple[object, ...]]:
    return await database.read(lambda connection: connection.execute(sql).fetchall())


@dataclass(slots=True)
class Caller:
    """One unit: its edition, its key if it encrypts, how it cuts what it sends, and how many CRCs it printed small."""

    number: int
    edition: Edition = field(init=False)
    mn: str = field(init=False)
    key: bytes = field(init=False)
    chance: random.Random = field(init=False)
    small: int = 0

    def __post_init__(self) -> None:
        self.edition = EDITIONS[self.number % 3]
        self.mn = f"{self.number:014}" if self.edition is Edition.E2005 else f"{self.number:024}"
        self.key = self.number.to_bytes(16, "big")
        self.chance = random.Random(self.number)

    def frame(self, number: int) -> bytes:
        rules = dialect(self.edition)
        code, text = ("011", "化学需氧量") if self.edition is Edition.E2005 else ("w01018", "进水口清洗")
        label = data_time(START_MS + number * 3_600_000)
        packet = Packet(
            qn=f"2026010100000{number:04}", st="32", cn="2061", pw="123456", mn=self.mn,
            flag=flag_of(rules.version, answer=True),
            cp=((("DataTime", label),), ((f"{code}-Avg", str(number)), (f"{code}-Flag", "N")), (("Remark", text),)),
        )  # fmt: skip
        seals = self.number % 2 and shall_encrypt(packet.cn, Role.UNIT, rules)
        sent = encode(packet, rules, Sm4(self.key) if seals else None)
        if not seals and self.number % 5 == 0:
            small = sent[:-6] + sent[-6:].lower()
            self.small += small != sent
            sent = small
        return self.chance.choice([b"", b"\r\n", b"AT+CSQ\r\n", b"\x00\xff", b"##", b"#"]) + sent

    async def report(self, port: int) -> list[Packet]:
        """Send everything in pieces of any size without waiting, and return the answers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        stream = b"".join(map(self.frame, range(UPLOADS)))

        async def send() -> None:
            at = 0
            while at < len(stream):
                step = self.chance.randrange(1, 700)
                writer.write(stream[at : at + step])
                at += step
                await writer.drain()
                await asyncio.sleep(0)

        sending = asyncio.create_task(send())
        frames, answers = FrameReader(), list[Packet]()
        while len(answers) < UPLOADS:
            for event in frames.receive(await reader.read(4096)):
                assert isinstance(event, Received)
                assert event.edition is self.edition
                assert event.deviations == ()
                answers.append(event.packet)
        await sending
        writer.close()
        await writer.wait_closed()
        return answers


async def test_fifty_units_of_all_editions_in_pieces_are_all_stored_and_answered(database: Database) -> None:
    callers = [Caller(number) for number in range(UNITS)]
    for caller in callers:
        if caller.edition is Edition.E2025:
            await database.write(partial(set_current, mn=caller.mn, key=caller.key, at_ms=START_MS, created=""))
    async with listening("127.0.0.1", 0, Receiver(database, SystemClock())) as address:
        port = int(address.rpartition(":")[2])
        answered = await asyncio.gather(*(caller.report(port) for caller in callers))
    for caller, answers in zip(callers, answered, strict=True):
        qns = [answer.first("QN") if caller.edition is Edition.E2005 else answer.qn for answer in answers]
        assert qns == [f"2026010100000{number:04}" for number in range(UPLOADS)]
        assert {(answer.cn, answer.mn) for answer in answers} == {("9014", caller.mn)}

    found = [await rows(database, sql) for sql in (EDITIONS_SEEN, TEXTS_SEEN, VALUES_SEEN, SMALL_SEEN)]
    assert found == [
        [("2005", 0, 17 * UPLOADS), ("2017", 0, 17 * UPLOADS), ("2025", 0, 8 * UPLOADS), ("2025", 1, 8 * UPLOADS)],
        [("化学需氧量",), ("进水口清洗",)],
        [(UNITS * UPLOADS,)],
        [(sum(caller.small for caller in callers),)],
    ]


async def test_odd_numbers_of_parts_end_neither_the_process_nor_the_connection(database: Database) -> None:
    async with listening("127.0.0.1", 0, Receiver(database, SystemClock())) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        for number, numbers in enumerate(ODD_NUMBERS):
            label = data_time(START_MS + number * 3_600_000)
            writer.write(frame(f"QN={number};ST=32;CN=2061;PW=1;MN=M;{numbers};CP=&&DataTime={label};w01018-Avg=1&&"))
            assert b"CN=9014" in await reader.readuntil(b"\r\n")
        writer.write(upload())
        assert b"CN=9014" in await reader.readuntil(b"\r\n")
        writer.close()
        await writer.wait_closed()
    assert await rows(database, "SELECT count(*) FROM datum WHERE mn = 'M'") == [(len(ODD_NUMBERS),)]
