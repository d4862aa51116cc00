"""What is said on one connection: what is stored, what is answered, when it ends. In virtual time."""

import asyncio
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from dau.link import LinkLost
from dau.receiver.desk import Limits
from dau.receiver.tables import RAW_KEPT, REFUSED_KEPT
from tests.receiver.site import MN, QUIET_S, Site, at_site, frame, is_quiet, upload

RECEIPT = frame(f"QN=20260101000000000;ST=91;CN=9014;PW=100000;MN={MN};Flag=4;CP=&&&&")
NO_FRAME = b"##0004abcdFFFF\r\n"


def receipts(count: int) -> bytes:
    return b"".join(
        frame(f"QN=20260101000000{number:03};ST=91;CN=9014;PW=100000;MN={MN};Flag=4;CP=&&&&") for number in range(count)
    )


async def read_all(pipe: Any, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += await pipe.read()
    return data


def test_an_upload_is_on_the_disk_when_its_answer_comes(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload("40.1"))
        assert await unit.read() == RECEIPT
        columns = "direction, at_ms, peer, ok, mn, st, cn, qn, edition, flag, data_time, raw"
        assert await site.rows(f"SELECT {columns} FROM packet ORDER BY id") == [
            (
                "up", 1767196800000, "10.0.0.7:40001", 1, MN, "32", "2061", "20260101000000000", "2017", 5,
                "20260101000000", upload("40.1"),
            ),
            (
                "down", 1767196800000, "10.0.0.7:40001", 1, MN, "91", "9014", "20260101000000000", "2017", 4,
                "", RECEIPT,
            ),
        ]  # fmt: skip
        assert await site.rows("SELECT * FROM datum") == [
            (MN, "2061", "20260101000000", "w01018", "Avg", "40.1", 1, 1, 1, 0),
            (MN, "2061", "20260101000000", "w01018", "Flag", "N", 1, 1, 1, 0),
        ]

    at_site(tmp_path, work)


def test_a_frame_may_come_byte_by_byte(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        for byte in upload():
            await unit.write(bytes([byte]))
            await asyncio.sleep(0.1)
        assert await unit.read() == RECEIPT

    at_site(tmp_path, work)


def test_frames_in_one_segment_are_answered_one_by_one_in_their_order(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(b"AT+OK\r\n" + b"".join(upload(number=number) for number in range(30)))
        assert await read_all(unit, 30 * len(RECEIPT)) == receipts(30)
        assert await site.tally() == {"packets": 30, "rubbish": 1}

    at_site(tmp_path, work)


def test_a_wrong_crc_gets_no_answer_and_stores_no_datum_but_stays_as_evidence(tmp_path: Path) -> None:
    spoilt = upload().replace(b"40.1", b"41.0")

    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(spoilt)
        assert await is_quiet(unit)
        assert await site.rows("SELECT * FROM datum") == []
        [(ok, raw, reason)] = await site.rows("SELECT ok, raw, deviations FROM packet")
        assert (ok, raw) == (0, spoilt)
        assert "CRC received" in json.loads(reason)[0]
        await unit.write(upload())
        assert await unit.read() == RECEIPT

    at_site(tmp_path, work)


@pytest.mark.parametrize(
    ("sent", "data"),
    [
        (upload(flag=4), 2),
        (frame(f"QN=20260101000000000;ST=91;CN=9014;PW=100000;MN={MN};Flag=5;CP=&&&&"), 0),
        (frame(f"QN=20260101000000000;ST=91;CN=9012;PW=100000;MN={MN};Flag=4;CP=&&ExeRtn=1&&"), 0),
        (frame("ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20260101000000;011-Rtd=1.1,011-Flag=N&&"), 2),
        (frame(f"QN=20260101000000000;ST=32;CN=1062;PW=100000;MN={MN};Flag=5;CP=&&RtdInterval=30&&"), 1),
    ],
    ids=["no answer wanted", "a 9014", "a 9012", "2005 without Flag", "a request only a platform sends"],
)
def test_stored_but_not_answered(tmp_path: Path, sent: bytes, data: int) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(sent)
        assert await is_quiet(unit)
        assert await site.tally() == {"packets": 1} | ({"deviating": 1} if b"Flag=5" in sent else {})
        assert len(await site.rows("SELECT * FROM datum")) == data

    at_site(tmp_path, work)


def test_a_repeat_with_a_new_qn_changes_nothing_and_is_answered(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload() + upload(qn="20260101000000001"))
        assert await read_all(unit, 2 * len(RECEIPT)) == receipts(2)
        found = await site.rows("SELECT value, first_packet, last_packet, seen, differing FROM datum")
        assert found == [("40.1", 1, 3, 2, 0), ("N", 1, 3, 2, 0)]
        assert await site.tally() == {"packets": 2, "repeated": 1}

    at_site(tmp_path, work)


def test_another_value_for_a_label_is_kept_counted_and_logged(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload("40.1"))
        await unit.read()
        with capture_logs() as logs:
            await unit.write(upload("39.8"))
            await unit.read()
        found = await site.rows("SELECT value, first_packet, last_packet, seen, differing FROM datum")
        assert found == [("39.8", 1, 3, 2, 1), ("N", 1, 3, 2, 0)]
        assert await site.tally() == {"packets": 2, "repeated": 1, "differing": 1}
        [entry] = [entry for entry in logs if entry["event"] == "datum differs from the one stored"]
        assert (entry["data_time"], entry["factor"], entry["before"], entry["now"]) == (
            "20260101000000", "w01018", "40.1", "39.8",
        )  # fmt: skip

    at_site(tmp_path, work)


def test_one_connection_may_carry_several_units(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        gateway = site.call()
        await gateway.write(upload(mn="A") + upload(mn="B"))
        expected = [frame(f"QN=20260101000000000;ST=91;CN=9014;PW=100000;MN={mn};Flag=4;CP=&&&&") for mn in "AB"]
        assert await read_all(gateway, len(b"".join(expected))) == b"".join(expected)
        assert await site.rows("SELECT DISTINCT mn FROM datum") == [("A",), ("B",)]

    at_site(tmp_path, work)


def test_half_a_frame_at_the_end_of_a_connection_is_kept(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload()[:50])
        await unit.close()
        await asyncio.sleep(1)
        assert await site.rows("SELECT ok, raw FROM packet") == [(0, upload()[:50])]
        assert site.receiver.connections == 0

    at_site(tmp_path, work)


def test_half_a_frame_of_a_broken_connection_is_kept(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload()[:50])
        await asyncio.sleep(1)
        unit.cut()
        await asyncio.sleep(1)
        assert await site.rows("SELECT ok, raw FROM packet") == [(0, upload()[:50])]

    at_site(tmp_path, work)


def test_half_a_frame_is_given_up_so_that_the_next_is_understood(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload()[:50])
        await asyncio.sleep(61)
        assert await site.tally() == {"rejected": 1}
        await unit.write(upload())
        assert await unit.read() == RECEIPT

    at_site(tmp_path, work, Limits(half_frame_s=60))


def test_a_flood_of_rubbish_stays_bounded_and_the_connection_open(tmp_path: Path) -> None:
    flood = REFUSED_KEPT + 1_000

    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(NO_FRAME * flood + b"GET / HTTP/1.1\r\n" + b"\x00" * 100_000 + upload())
        assert await unit.read() == RECEIPT
        counts = await site.tally()
        assert counts["rejected"] == flood
        [(kept, longest)] = await site.rows("SELECT count(*), max(length(raw)) FROM packet WHERE ok = 0")
        assert kept == REFUSED_KEPT
        assert longest <= RAW_KEPT

    with capture_logs() as logs:
        at_site(tmp_path, work)
    assert len(logs) <= 5


def test_a_connection_without_a_frame_for_too_long_is_closed(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit, babbler = site.call(), site.call("10.0.0.8:40001")
        for _ in range(2):
            await asyncio.sleep(60)
            assert site.receiver.connections == 2
            await unit.write(upload())
            await babbler.write(b"hello\r\n")
            assert await unit.read() == RECEIPT
        assert site.receiver.connections == 2
        assert await babbler.read() == b""
        assert site.receiver.connections == 1
        await asyncio.sleep(119)
        assert site.receiver.connections == 1
        await asyncio.sleep(2)
        assert await unit.read() == b""

    at_site(tmp_path, work, Limits(idle_s=130))


def test_stopping_ends_every_connection(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        units = [site.call(f"10.0.0.{number}:1") for number in range(5)]
        await units[0].write(upload())
        assert await units[0].read() == RECEIPT
        site.receiver.stop()
        assert [await unit.read() for unit in units] == [b""] * 5
        assert await site.call().read() == b""

    with capture_logs() as logs:
        at_site(tmp_path, work)
    assert [entry["reason"] for entry in logs if "reason" in entry] == ["receiver stops"] * 5


def test_one_connection_too_many_is_closed_at_once(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        first, second, third = (site.call(f"10.0.0.{number}:1") for number in range(3))
        assert await third.read() == b""
        for unit in (first, second):
            await unit.write(upload())
            assert await unit.read() == RECEIPT

    at_site(tmp_path, work, Limits(connections=2))


class StuffedPipe:
    """A peer that sends and never reads: the second write waits for ever."""

    name = "stuffed"

    def __init__(self) -> None:
        self.sent = [upload(number=1), upload(number=0)]
        self.taken: list[bytes] = []
        self.is_closed = False

    async def read(self) -> bytes:
        return self.sent.pop()

    async def write(self, data: bytes) -> None:
        if self.taken:
            await asyncio.Event().wait()
        self.taken.append(data)

    async def close(self) -> None:
        self.is_closed = True


def test_a_peer_that_does_not_take_answers_is_given_up(tmp_path: Path) -> None:
    pipe = StuffedPipe()

    async def work(site: Site) -> None:
        await site.receiver.serve(pipe, "10.0.0.9:1")
        assert pipe.is_closed
        assert pipe.taken == [RECEIPT]
        assert await site.tally() == {"packets": 2}

    with capture_logs() as logs:
        at_site(tmp_path, work)
    assert logs[-1]["reason"] == "peer does not take answers"


def test_what_cannot_be_stored_is_not_answered_until_it_can(tmp_path: Path) -> None:
    def full(connection: sqlite3.Connection) -> None:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def roomy(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 100000")

    async def work(site: Site) -> None:
        unit = site.call()
        await site.database.write(full)
        big = upload("4" * 500, flag=5)
        sent = 0
        with capture_logs() as logs:
            while not any(entry["event"] == "packets neither stored nor answered" for entry in logs):
                sent += 1
                assert sent < 100, "the disk never filled"
                await unit.write(big)
                await asyncio.sleep(1)
        answered = len(await unit.read()) // len(RECEIPT)
        assert answered == sent - 1
        assert await site.tally() == {"packets": answered, "repeated": answered - 1}
        await site.database.write(roomy)
        await unit.write(big)
        assert await unit.read() == RECEIPT

    at_site(tmp_path, work)


def test_what_cannot_be_echoed_is_stored_and_the_connection_lives_on(tmp_path: Path) -> None:
    endless = frame(f"QN=1;ST=32;CN=2011;PW=1;MN={'A' * 1500};Flag=5;CP=&&DataTime=20260101000000;w01018-Rtd=1&&")

    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(endless)
        assert await is_quiet(unit)
        await unit.write(upload())
        assert await unit.read() == RECEIPT
        assert (await site.tally())["packets"] == 2

    at_site(tmp_path, work)


def test_a_unit_that_is_gone_before_its_answer_does_no_harm(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = site.call()
        await unit.write(upload())
        await unit.close()
        await asyncio.sleep(QUIET_S)
        assert await site.tally() == {"packets": 1}
        with pytest.raises(LinkLost):
            await unit.read()

    at_site(tmp_path, work)
