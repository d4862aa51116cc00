"""A platform over one connection after another: loss, back-off, another platform beside it, a disk that refuses."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from dau.database import DatabaseDamaged
from dau.errors import DauError
from dau.hj212 import Packet
from dau.link import Dial, LinkRefused, Pipe, pipe_pair
from dau.runtime.bell import Bell
from dau.store import wire
from dau.uplink.line import TAKE_S
from dau.uplink.session import Session
from tests.uplink import far_end
from tests.uplink.far_end import hanging_up, receipt, silence
from tests.uplink.stand import Stand, at_stand, platform

MINUTE_S: Final = 60.0


def test_a_platform_that_is_away_is_dialled_with_longer_and_longer_pauses(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(is_up=False)
        stand.start(platform(), national)
        await asyncio.sleep(600)
        pauses = [later - earlier for earlier, later in zip(national.dialled, national.dialled[1:], strict=False)]
        for pause_s, about_s in zip(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60], strict=False):
            assert 0.75 * about_s <= pause_s <= 1.25 * about_s
        assert max(late - early for early, late in zip(stand.beats, stand.beats[1:], strict=False)) <= 5.001
        national.is_up = True
        await stand.owe_minutes(1)
        await asyncio.sleep(80)
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert [line["event"] for line in lines] == ["platform_unreachable", "platform_takes_deliveries_again"]
    assert lines[0]["error"] == "connecting to platform:9001: nobody listens"


def test_after_a_delivery_the_pauses_begin_again(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(is_up=False)
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(300)
        national.is_up = True
        await asyncio.sleep(80)
        assert await stand.states() == ["acknowledged"]
        national.cut()
        await asyncio.sleep(7)  # noticed within a beat, dialled again after a pause of the shortest kind
        assert len(national.pipes) == 2

    at_stand(tmp_path, work)


def test_the_state_of_the_link_is_in_the_database(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(is_up=False)
        stand.start(platform(), national)
        await asyncio.sleep(0.5)
        link = await stand.database.read(lambda connection: wire.link_of(connection, "national"))
        assert link == wire.Link(
            wire.LinkState.DOWN, stand.clock.start_ms, "connecting to platform:9001: nobody listens"
        )
        national.is_up = True
        await asyncio.sleep(5)
        assert await stand.rows("SELECT state, detail FROM link") == [("connected", "")]
        national.is_up = False
        national.cut()
        await asyncio.sleep(5.5)
        assert await stand.rows("SELECT state, detail FROM link") == [
            ("down", "connecting to platform:9001: nobody listens")
        ]

    at_stand(tmp_path, work)


def test_a_closed_connection_is_noticed_while_nothing_is_owed(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        stand.start(platform(), national)
        await asyncio.sleep(1)
        await national.pipes[0].close()
        await asyncio.sleep(8)
        assert len(national.pipes) == 2

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert lines[1]["error"] == "platform national: platform:9001 closed the connection"


def test_after_the_last_resend_the_connection_is_made_anew(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=silence)
        stand.start(platform(timeout_s=5.0, resends=1), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(14)
        assert await stand.rows("SELECT state, attempts, next_try_ms FROM delivery") == [
            ("waiting", 1, stand.clock.start_ms + 70_000)
        ]
        assert len(national.pipes) == 2
        await asyncio.sleep(MINUTE_S - 1)  # it is 73 s now, and the next round began at 71 s
        qns = [packet.qn for packet in national.uploads()]
        assert len(qns) == 3
        assert qns[0] == qns[1] != qns[2]
        assert [one.connection for one in national.heard] == [1, 1, 2]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    told = next(line for line in lines if line["event"] == "platform_unreachable")
    assert told["error"] == ("platform national: sent 2051 QN 20260101120000000 2 times, saw no receipt, expected 9014")


def test_a_refusal_is_no_receipt(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=far_end.refusal(3))
        stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(30)
        assert len(national.heard) == 1
        assert await stand.states() == ["waiting"]
        national.script = receipt
        await asyncio.sleep(40)
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    told = next(line for line in lines if line["event"] == "platform_unreachable")
    assert "1 times, saw a refusal with code 3, expected 9014" in told["error"]


def test_a_handshake_in_front_of_the_receipt_is_no_refusal(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        def polite(packet: Packet) -> far_end.Reaction:
            first, then = far_end.refusal(1)(packet), receipt(packet)
            return far_end.Reaction((*first.frames, *then.frames))

        national = stand.far_end(script=polite)
        stand.start(platform(), national)
        await stand.owe_minutes(2)
        await asyncio.sleep(3)
        assert await stand.states() == ["acknowledged"] * 2

    at_stand(tmp_path, work)


@pytest.mark.parametrize("script", [silence, hanging_up, far_end.late(9.9)], ids=["dead", "closing", "slow"])
def test_a_bad_platform_delays_no_other(tmp_path: Path, script: far_end.Script) -> None:
    async def work(stand: Stand) -> None:
        bad, good = stand.far_end(script=script), stand.far_end()
        stand.start(platform("provincial"), bad)
        stand.start(platform("national"), good)
        for minute in range(20):
            await stand.owe_minutes(1, "national", "provincial", since_ms=stand.clock.start_ms + minute * 60_000)
            await stand.owe_live("national", "provincial")
            await asyncio.sleep(MINUTE_S)
        ends = await stand.rows(
            "SELECT done_ms - created_ms FROM delivery JOIN record ON record.id = record WHERE platform = 'national'"
        )
        assert len(ends) == 40
        assert max(taken_ms for (taken_ms,) in ends) < 1000
        assert bad.heard

    at_stand(tmp_path, work)


class DeafPipe:
    """A connection whose other end takes no bytes: the queue of the system is full and stays so."""

    def __init__(self) -> None:
        self.is_closed = False
        self._for_ever = asyncio.Event()

    @property
    def name(self) -> str:
        return "deaf:9001"

    async def read(self) -> bytes:
        await self._for_ever.wait()
        return b""

    async def write(self, data: bytes) -> None:
        await self._for_ever.wait()

    async def close(self) -> None:
        self.is_closed = True


def test_a_platform_that_takes_no_bytes_is_given_up_in_time(tmp_path: Path) -> None:
    pipes: list[DeafPipe] = []

    async def dial() -> Pipe:
        pipes.append(DeafPipe())
        return pipes[-1]

    async def work(stand: Stand) -> None:
        session = Session(await stand.desk(platform(receipts=False)), dial, Bell())
        stand.sessions.append(stand.group.create_task(session.run(stand._beat)))
        await stand.owe_minutes(3)
        await asyncio.sleep(100)
        assert [pipe.is_closed for pipe in pipes[:3]] == [True, True, True]
        assert max(late - early for early, late in zip(stand.beats, stand.beats[1:], strict=False)) <= TAKE_S + 0.001
        assert await stand.states() == ["waiting"] * 3

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert lines[1]["error"].startswith("platform national: deaf:9001 did not take ")
    assert lines[1]["error"].endswith(" bytes within 10 s")


class BrokenPipe(DeafPipe):
    """A pipe with a bug."""

    async def read(self) -> bytes:
        raise ZeroDivisionError("a bug of the pipe")


def test_a_bug_in_the_listening_is_raised_and_not_waited_for(tmp_path: Path) -> None:
    async def dial() -> Pipe:
        return BrokenPipe()

    async def work(stand: Stand) -> None:
        session = Session(await stand.desk(platform()), dial, Bell())
        with pytest.raises(ZeroDivisionError, match="a bug of the pipe"):
            await session.run(stand._beat)
        assert stand.clock.monotonic_s() <= 5.0

    at_stand(tmp_path, work)


def test_stopped_in_the_middle_of_an_exchange_the_connection_is_closed(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end(script=silence)
        session = stand.start(platform(), national)
        await stand.owe_minutes(1)
        await asyncio.sleep(3)
        session.cancel()
        await asyncio.wait([session])
        assert session.cancelled()
        assert await national.pipes[0].read() == b""
        assert await stand.states() == ["waiting"]

    at_stand(tmp_path, work)


def limit(connection: sqlite3.Connection, pages: int) -> None:
    connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()


async def fill_the_disk(stand: Stand) -> None:
    """Let the file grow no further, and use up what is free in it."""

    def fill(connection: sqlite3.Connection) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        limit(connection, pages)

    await stand.database.write(fill)
    for size in (3000, 300, 30):
        try:
            while True:
                await stand.database.write(
                    lambda connection, size=size: connection.execute(  # type: ignore[misc]
                        "INSERT INTO wire (at_ms, platform, sent, frame) VALUES (0, 'filler', 1, ?)", (bytes(size),)
                    )
                )
        except DauError:
            continue


def test_a_full_disk_loses_nothing_and_nothing_is_sent_without_evidence(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = stand.far_end()
        await stand.owe_minutes(30)
        await fill_the_disk(stand)
        stand.start(platform(), national)
        await asyncio.sleep(300)
        sent = await stand.rows("SELECT count(*) FROM wire WHERE platform = 'national' AND sent")
        assert sent == [(len(national.heard),)]
        assert "waiting" in await stand.states()
        await stand.database.write(lambda connection: limit(connection, 1_000_000))
        await asyncio.sleep(120)
        assert await stand.states() == ["acknowledged"] * 30
        assert set(national.labels("2051")) == {f"20260101{11 * 100 + 30 + minute}00" for minute in range(30)}

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    told = [line for line in lines if line["event"] == "deliveries_wait"]
    assert "database or disk is full" in told[0]["error"]
    assert len(told) < 5


def test_a_disk_that_is_full_while_the_platform_is_away(tmp_path: Path) -> None:
    """Not even the state of the link can be noted: the session waits, it does not fail."""

    async def work(stand: Stand) -> None:
        dialled = 0

        async def dial() -> Pipe:
            nonlocal dialled
            dialled += 1
            if dialled == 1:
                await fill_the_disk(stand)
                raise LinkRefused("connecting to national: " + "no route " * 2000)
            near, far = pipe_pair()
            national.pipes.append(far)
            stand.group.create_task(national._serve(far, dialled))
            return near

        national = stand.far_end()
        way: Dial = dial
        session = Session(await stand.desk(platform()), way, Bell())
        stand.sessions.append(stand.group.create_task(session.run(stand._beat)))
        await stand.owe_minutes(1)
        await asyncio.sleep(60)
        assert dialled >= 1
        await stand.database.write(lambda connection: limit(connection, 1_000_000))
        await asyncio.sleep(20)
        assert await stand.states() == ["acknowledged"]

    with capture_logs() as lines:
        at_stand(tmp_path, work)
    assert "deliveries_wait" in [line["event"] for line in lines]


def test_a_damaged_database_ends_the_session(tmp_path: Path) -> None:
    places: list[int] = []

    async def owe(stand: Stand) -> None:
        await stand.owe_minutes(1)
        places.extend(
            page for (page,) in await stand.rows("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'delivery'")
        )

    at_stand(tmp_path, owe)
    with (tmp_path / "station.db").open("r+b") as file:
        for page in places:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)

    async def work(stand: Stand) -> None:
        session = Session(await stand.desk(platform()), stand.far_end().dial(), Bell())
        with pytest.raises(DatabaseDamaged, match=r"database .*station.db: SQLite says: .*malformed"):
            await session.run(stand._beat)

    at_stand(tmp_path, work)
