"""The command ``dau receive keys``, the alarms of ``dau receive status``, and keys that outlive a receiver."""

import asyncio
import json
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dau.cipher import Sm4
from dau.cli.main import main
from dau.hj212 import FrameReader, Packet, Received, decode, encode, execution_result, qn_from_ms, request_receipt
from dau.runtime.clock import SystemClock
from tests.cli.test_receive import receiver
from tests.cli.test_send import dau_send
from tests.receiver.site import MN, upload

KEY = "hidden characters"[:16]
DAY_MS = 86_400_000


def keys(*arguments: str | Path, said: str = "") -> Result:
    return CliRunner().invoke(main, ["receive", "keys", *map(str, arguments)], input=said)


def set_key(database: Path, key: str = KEY, mn: str = MN) -> None:
    file = database.with_suffix(".key")
    file.write_text(key + "\n")
    result = keys("set", mn, "--key-file", file, "--database", database)
    assert (result.exit_code, result.output) == (0, f"{mn} 的密钥已保存 / key of {mn} stored\n")


def standing(database: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute("SELECT mn, standing FROM unit_key ORDER BY id").fetchall()


def test_keys_are_set_and_listed_and_never_shown(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    set_key(database)
    result = keys("set", "B", "--database", database, said="00112233445566778899AABBCCDDEEFF\n")
    assert result.exit_code == 0
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    listed = keys("--database", database)
    assert listed.output == f"{MN} 密钥 0 天 / {MN} key of 0 days\nB 密钥 0 天 / B key of 0 days\n"
    assert KEY not in result.output + listed.output
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT key FROM unit_key WHERE mn = 'B'").fetchone() == (
            bytes.fromhex("00112233445566778899AABBCCDDEEFF"),
        )


def test_keys_that_were_sent_without_a_word_are_told(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    set_key(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        for mn in (MN, "B"):
            connection.execute(
                "INSERT INTO unit_key (mn, key, created, standing, since_ms) VALUES (?, ?, '', 'next', 0)",
                (mn, bytes(16)),
            )
    assert [line.split(" / ")[-1] for line in keys("--database", database).output.splitlines()] == [
        "1 more sent and not confirmed",
        "1 more sent and not confirmed",
    ]
    assert "B without a current key" in keys("--database", database).output


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("set", MN), 78, "option --database is missing"),
        ((), 78, "option --database is missing"),
        (("set", MN, "--database", "x.db", "--key-file", "none"), 78, "cannot read none: No such file or directory"),
        (("set", MN, "--database", "x.db"), 78, "SM4 key of 5 characters, expected 16 ASCII characters or 32"),
        (("--database", "none.db"), 1, "cannot open database none.db"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = keys(*arguments, said="short\n")
    assert result.exit_code == status
    assert complaint in result.stderr
    assert "short" not in result.output
    assert not list(tmp_path.iterdir())


def test_no_key_goes_into_a_file_that_others_can_read(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    database.touch(0o644)
    database.chmod(0o644)
    result = keys("set", MN, "--database", database, said=KEY)
    assert result.exit_code == 78
    assert "has mode 644, so that others can read it" in result.stderr
    assert database.stat().st_size == 0


@pytest.mark.parametrize(("days", "alarm"), [(80, False), (81, True)])
def test_an_old_key_is_an_alarm(tmp_path: Path, days: int, alarm: bool) -> None:
    database = tmp_path / "national.db"
    set_key(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        created = qn_from_ms(SystemClock().now_ms() - days * DAY_MS - 60_000)
        connection.execute("UPDATE unit_key SET created = ?", (created,))
        connection.execute("INSERT INTO tally VALUES (?, '2061', 'unencrypted', 3, 0)", (MN,))
    runner = CliRunner(env={"COLUMNS": "220"})
    shown = runner.invoke(main, ["receive", "status", str(database)]).output
    assert (f"alarm: the key of {MN} is {days} days old, it must be renewed within 90" in shown) == alarm
    assert f"alarm: {MN} has a key, but sent 3 packets unencrypted, the last at 19700101080000" in shown
    found = json.loads(runner.invoke(main, ["receive", "status", str(database), "--json"]).output)
    assert found["keys"] == [{"mn": MN, "age_days": days, "uncertain": 0, "alarm": alarm}]
    assert found["unencrypted"] == [{"mn": MN, "packets": 3, "last_packet_at": "19700101080000"}]


@asynccontextmanager
async def sealed_line(port: int, key: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Connect a unit that encrypts an hour record, and wait for its receipt."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    packet = decode(upload(flag=9)).packet
    writer.write(encode(packet, cipher=Sm4.of_text(key)))
    try:
        assert b"CN=9014" in await asyncio.wait_for(reader.readuntil(b"\r\n"), 30)
        yield reader, writer
    finally:
        writer.close()


async def asked(reader: asyncio.StreamReader, key: str) -> Packet:
    class Keys:
        def ciphers(self, mn: str | None) -> list[Sm4]:
            return [Sm4.of_text(key)] if mn else []

    frames = FrameReader(keys=Keys())
    while True:
        for event in frames.receive(await reader.read(4096)):
            assert isinstance(event, Received) and event.is_encrypted
            return event.packet


@pytest.mark.e2e
async def test_a_key_set_beside_a_running_receiver_and_renewed_through_it(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    async with receiver(database) as (_, port):
        await asyncio.to_thread(set_key, database)
        async with sealed_line(port, KEY) as (reader, writer):
            sending = asyncio.create_task(dau_send(database, MN, "1014"))
            request = await asked(reader, KEY)
            writer.write(encode(request_receipt(request, 1)) + encode(execution_result(request, 1)))
            said = await sending
    assert (said.status, said.err) == (0, "")
    new, created = request.first("NewSK") or "", request.first("SKCreateTime")
    assert f"成功 / done; 新密钥创建时间 {created} / new key made at {created}\n" in said.out
    assert len(new) == 16
    assert new not in said.out
    assert standing(database) == [(MN, "previous"), (MN, "current")]


@pytest.mark.e2e
@pytest.mark.parametrize("takes_it", [False, True])
@pytest.mark.parametrize("accepts", [False, True])
async def test_a_receiver_that_is_killed_in_a_key_change_understands_the_unit_afterwards(
    tmp_path: Path, takes_it: bool, accepts: bool
) -> None:
    database = tmp_path / "national.db"
    await asyncio.to_thread(set_key, database)
    async with receiver(database) as (process, port), sealed_line(port, KEY) as (reader, writer):
        sending = asyncio.create_task(dau_send(database, MN, "1014"))
        request = await asked(reader, KEY)
        if accepts:
            writer.write(encode(request_receipt(request, 1)))
            await writer.drain()
        process.kill()
        assert (await sending).status == 1
    assert standing(database) == [(MN, "current"), (MN, "next")]
    async with receiver(database) as (_, port), sealed_line(port, request.first("NewSK") or "" if takes_it else KEY):
        pass
    assert standing(database) == [(MN, "previous" if takes_it else "current"), (MN, "current" if takes_it else "next")]


@pytest.mark.e2e
async def test_a_receiver_that_is_told_so_renews_keys_and_sets_clocks_by_itself(tmp_path: Path) -> None:
    database = tmp_path / "national.db"
    await asyncio.to_thread(set_key, database)
    async with (
        receiver(database, "--renew-keys", "--set-clock") as (_, port),
        sealed_line(port, KEY) as (reader, writer),
    ):
        writer.write(encode(notice("1013")))
        assert b"CN=9013" in await reader.readuntil(b"\r\n")
        request = decode(await reader.readuntil(b"\r\n")).packet
        assert (request.cn, len(request.first("SystemTime") or "")) == ("1012", 14)
        writer.write(encode(request_receipt(request, 1)) + encode(execution_result(request, 1)))
        writer.write(encode(notice("1014")))
        assert b"CN=9013" in await reader.readuntil(b"\r\n")
        request = await asked(reader, KEY)
        assert request.cn == "1014"
        assert standing(database) == [(MN, "current"), (MN, "next")]


def notice(cn: str) -> Packet:
    return Packet(qn=f"2026010100000{cn}", st="32", cn=cn, pw="100000", mn=MN, flag=9)
