"""Units that encrypt, and the change of their keys, whatever gets lost on the way. In virtual time."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from dau.cipher import Sm4
from dau.hj212 import Packet, decode, execution_result, request_receipt
from dau.receiver.desk import Limits
from dau.receiver.follow_up import Habits
from dau.receiver.orders import Ending, Order, Outcome, Part, Step
from dau.receiver.renewal import Offer
from dau.receiver.status import Unencrypted, read_status
from dau.receiver.unit_keys import PENDING, Standing, UnitKey, set_current
from tests.receiver.site import MN, START_MS, Site, at_site, frame, is_quiet, upload
from tests.receiver.unit import Unit, ask, connected, parts

OLD, OTHER = b"0123456789abcdef", b"another key of16"
CREATED = "20251001000000000"
DAY_S = 86_400.0
Work = Callable[[Site], Coroutine[Any, Any, None]]


async def agree(site: Site, key: bytes = OLD, mn: str = MN) -> None:
    """Store a key as another process does."""
    at_ms = START_MS + round(asyncio.get_running_loop().time() * 1000)
    await site.database.write(lambda connection: set_current(connection, mn, key, at_ms, CREATED))


async def standing(site: Site) -> list[str]:
    return [found for (found,) in await site.rows("SELECT standing FROM unit_key ORDER BY id")]


async def sealing(site: Site, key: bytes = OLD, peer: str = "10.0.0.7:40001") -> Unit:
    """Return a connected unit of 2025 that encrypts with a key which the receiver has."""
    await agree(site, key)
    return await connected(site, peer, keys=[Sm4(key)], flag=9)


def with_key(work: Callable[[Site, Unit], Coroutine[Any, Any, None]]) -> Work:
    async def begin(site: Site) -> None:
        await work(site, await sealing(site))

    return begin


def new_key(request: Packet) -> Sm4:
    return Sm4.of_text(request.first("NewSK") or "")


def test_an_encrypted_upload_is_kept_as_it_came_and_what_it_says_is_stored(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        sent = unit.frame(decode(upload("41.5", number=1, flag=9)).packet)
        assert b"41.5" not in sent
        await unit.pipe.write(sent)
        answer = await unit.next()
        assert (answer.packet.cn, answer.packet.flag, answer.is_encrypted) == ("9014", 8, False)
        rows = await site.rows("SELECT raw, encrypted FROM packet WHERE direction = 'up' ORDER BY id DESC LIMIT 1")
        assert rows == [(sent, 1)]
        values = await site.rows("SELECT value FROM datum WHERE field = 'Avg' AND data_time = '20260101010000'")
        assert values == [("41.5",)]
        assert "unencrypted" not in await site.tally()

    at_site(tmp_path, with_key(work))


def test_a_key_that_is_set_meanwhile_is_used_within_a_second(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        unit.keys = [Sm4(OTHER)]
        await unit.say(decode(upload(number=1, flag=9)).packet)
        assert await is_quiet(unit.pipe)
        assert (await site.tally())["rejected"] == 1
        await agree(site, OTHER)
        assert (await unit.upload(number=1, flag=9)).packet.cn == "9014"

    at_site(tmp_path, with_key(work))


def test_keys_are_those_of_one_unit(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        await unit.say(decode(upload(mn="B" * 24, flag=9)).packet)
        assert await is_quiet(unit.pipe)

    at_site(tmp_path, with_key(work))


def test_plaintext_of_a_unit_with_a_key_is_stored_answered_and_counted(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        unit.keys = []
        for flag, cn in ((9, "2061"), (5, "2061"), (9, "9015")):  # 2017 has no keys, a heartbeat is not encrypted
            await unit.upload(number=1, flag=flag, cn=cn)
        assert (await site.tally())["unencrypted"] == 1
        status = await site.database.read(read_status)
        assert status.unencrypted == (Unencrypted(MN, 1, START_MS),)

    at_site(tmp_path, with_key(work))


def test_a_new_key_is_on_the_disk_before_it_is_sent_and_counts_from_the_9012(tmp_path: Path) -> None:
    told: list[object] = []
    secret = ""

    async def work(site: Site, unit: Unit) -> None:
        nonlocal secret
        asked = ask(site, "1014")
        received = await unit.next()
        secret = received.packet.first("NewSK") or ""
        assert (received.is_encrypted, len(secret), secret.isalnum()) == (True, 16, True)
        assert [name for name, _ in received.packet.cp[0]] == ["SKCreateTime", "NewSK"]
        assert await standing(site) == ["current", "next"]
        await unit.say(request_receipt(received.packet, 1), execution_result(received.packet, 1))
        created = received.packet.first("SKCreateTime") or ""
        assert await asked.end() == Ending(Outcome.DONE, 1, created)
        assert await standing(site) == ["previous", "current"]
        unit.keys.insert(0, Sm4.of_text(secret))
        assert (await unit.upload(number=1, flag=9)).packet.cn == "9014"
        asked = ask(site, "1014")
        assert decode((await unit.next()).raw, keys=unit).key == 0
        told.append(asked.told)
        [(raw,)] = await site.rows("SELECT raw FROM packet WHERE cn = '1014' ORDER BY id LIMIT 1")
        assert f"CP=&&SKCreateTime={created},NewSK={'*' * 16}&&".encode() in raw
        asked.task.cancel()
        assert await site.rows(f"SELECT count(*) FROM packet WHERE instr(raw, CAST('{secret}' AS BLOB))") == [(0,)]

    with capture_logs() as logs:
        at_site(tmp_path, with_key(work))
    assert secret not in str(told) + str(logs)
    assert OLD.decode() not in str(told) + str(logs)


def test_a_refused_key_is_dropped_one_that_failed_is_kept(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        asked = ask(site, "1014")
        request = await unit.request()
        await unit.say(request_receipt(request, 2))
        assert await asked.end() == Ending(Outcome.REFUSED, 2)
        assert await standing(site) == ["current"]
        asked = ask(site, "1014")
        request = await unit.request()
        await unit.say(request_receipt(request, 1), execution_result(request, 6))
        assert await asked.end() == Ending(Outcome.FAILED, 6)
        assert await standing(site) == ["current", "next"]
        assert (await unit.upload(number=1, flag=9)).packet.cn == "9014"

    at_site(tmp_path, with_key(work))


@pytest.mark.parametrize("takes_it", [False, True])
@pytest.mark.parametrize("how", ["cut", "silent", "gives up"])
def test_a_key_of_unknown_fate_opens_packets_like_the_old_one(tmp_path: Path, takes_it: bool, how: str) -> None:
    async def work(site: Site, unit: Unit) -> None:
        asked = ask(site, "1014", timeout_s=1)
        request = await unit.request()
        if how == "cut":
            unit.pipe.cut()
            assert (await asked.end()).outcome is Outcome.LOST
        elif how == "silent":
            assert (await asked.end()).outcome is Outcome.GIVEN_UP
        else:
            asked.task.cancel()
        await asyncio.sleep(5 * DAY_S)
        assert await standing(site) == ["current", "next"]
        key = new_key(request) if takes_it else Sm4(OLD)
        again = await connected(site, "10.0.0.7:40002", keys=[key], number=1, flag=9)
        assert await standing(site) == (["previous", "current"] if takes_it else ["current", "next"])
        asked = ask(site, "1014")
        assert decode((await again.next()).raw, keys=again).is_encrypted
        asked.task.cancel()

    at_site(tmp_path, with_key(work))


def test_the_next_receiver_on_the_file_knows_what_the_one_before_sent(tmp_path: Path) -> None:
    taken: list[Sm4] = []

    async def before(site: Site, unit: Unit) -> None:
        asked = ask(site, "1014")
        taken.append(new_key(await unit.request()))
        asked.task.cancel()

    async def after(site: Site) -> None:
        assert (await connected(site, keys=taken, number=1, flag=9)).keys == taken
        assert await standing(site) == ["previous", "current"]

    at_site(tmp_path, with_key(before))
    at_site(tmp_path, after)


def test_the_previous_key_opens_for_a_day(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        await agree(site, OTHER)
        await asyncio.sleep(2)
        unit.keys = [Sm4(OTHER)]
        await unit.upload(number=1, flag=9)
        await asyncio.sleep(1.1 * DAY_S)
        unit.keys = [Sm4(OLD)]
        await unit.say(decode(upload(number=10, flag=9)).packet)
        assert await is_quiet(unit.pipe)

    at_site(tmp_path, with_key(work), Limits(idle_s=9 * DAY_S))


def test_a_unit_that_never_learned_of_a_change_is_understood_for_ever(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        asked = ask(site, "1014")
        request = await unit.perform()
        await asked.end()
        for number in range(3):
            await asyncio.sleep((0.9, 1.1, 1.1)[number] * DAY_S)
            assert (await unit.upload(number=number, flag=9)).packet.cn == "9014"
        assert await standing(site) == ["current", "next"]
        unit.keys.insert(0, new_key(request))
        await unit.upload(number=4, flag=9)
        assert await standing(site) == ["previous", "current"]

    at_site(tmp_path, with_key(work), Limits(idle_s=9 * DAY_S))


def test_a_new_key_is_never_sent_in_plaintext_nor_made_by_anybody_else(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site, flag=9)
        ending = await ask(site, "1014").end()
        assert ending.outcome is Outcome.IMPOSSIBLE
        assert f"unit {MN} has no key, expected one (dau receive keys set)" in ending.detail
        await agree(site)
        ending = await ask(site, "1014", cp=((("NewSK", "chosen by a man!"),),)).end()
        assert ending.outcome is Outcome.IMPOSSIBLE
        assert "the receiver makes the key" in ending.detail and "chosen" not in ending.detail
        await unit.upload(number=1, flag=5)
        ending = await ask(site, "1014").end()
        assert (ending.outcome, "speaks edition 2017, expected 2025" in ending.detail) == (Outcome.IMPOSSIBLE, True)
        assert await standing(site) == ["current"]

    at_site(tmp_path, work)


def test_keys_without_a_word_of_the_unit_are_bounded(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        for _ in range(PENDING):
            assert (await ask(site, "1014", timeout_s=1, resends=0).end()).outcome is Outcome.GIVEN_UP
        requests = [await unit.request() for _ in range(PENDING)]
        unit.keys = [new_key(requests[3])]
        await unit.upload(number=1, flag=9)
        assert await standing(site) == [*["previous"] * 4, "current", *["next"] * (PENDING - 4)]

    at_site(tmp_path, with_key(work))


def test_keys_that_were_never_confirmed_are_offered_again_in_turn(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        for _ in range(PENDING + 2):
            assert (await ask(site, "1014", timeout_s=1, resends=0).end()).outcome is Outcome.GIVEN_UP
        offered = [(await unit.request()).cp for _ in range(PENDING + 2)]
        assert len(set(offered)) == PENDING
        assert offered[PENDING:] == offered[:2]
        refused = ask(site, "1014")
        request = await unit.request()
        assert request.cp == offered[2]
        await unit.say(request_receipt(request, 2))
        assert (await refused.end()).outcome is Outcome.REFUSED
        assert await standing(site) == ["current", *["next"] * PENDING]  # it may have been taken the first time
        asked = ask(site, "1014")
        assert (await unit.perform()).cp == offered[3]
        assert (await asked.end()).outcome is Outcome.DONE
        assert await standing(site) == [*["previous"] * 4, "current", *["next"] * (PENDING - 4)]

    at_site(tmp_path, with_key(work))


def test_no_key_is_in_a_repr() -> None:
    order = Order(mn=MN, cn="1014", cp=((("NewSK", OLD.decode()),),))
    row = UnitKey(1, MN, OLD, CREATED, Standing.CURRENT, START_MS)
    assert OLD.decode() not in repr(order) + repr(row) + repr(Offer(1, CREATED, order.cp))


def asks_for(cn: str, **fields: object) -> bytes:
    version = fields.get("flag", 9)
    cp = fields.get("cp", "")
    return frame(f"QN=20260101000000000;ST=32;CN={cn};PW=123456;MN={MN};Flag={version};CP=&&{cp}&&")


def test_a_unit_that_asks_for_a_key_gets_one_where_the_receiver_is_told_so(tmp_path: Path) -> None:
    async def work(site: Site, unit: Unit) -> None:
        await unit.pipe.write(asks_for("1014", cp=f"SKCreateTime={CREATED}"))
        assert (await unit.request()).cn == "9013"
        request = await unit.perform()
        assert (request.cn, request.flag) == ("1014", 9)
        await asyncio.sleep(1)
        assert await standing(site) == ["previous", "current"]

    at_site(tmp_path, with_key(work), None, Habits(renews_keys=True))


@pytest.mark.parametrize(("flag", "polid"), [(5, ""), (9, ""), (5, "w01018"), (9, "w01018")])
def test_a_unit_that_asks_for_the_time_gets_it(tmp_path: Path, flag: int, polid: str) -> None:
    async def work(site: Site) -> None:
        unit = Unit(site.call())
        await asyncio.sleep(3)
        await unit.pipe.write(asks_for("1013", flag=flag, cp=polid and f"PolId={polid}"))
        assert (await unit.request()).cn == "9013"
        request = await unit.perform()
        about = ((("PolId", polid),),) if polid else ()
        assert (request.cn, request.cp) == ("1012", (*about, (("SystemTime", "20260101000003"),)))
        assert request.qn != "20260101000000000"

    at_site(tmp_path, work, None, Habits(sets_clock=True))


@pytest.mark.parametrize(("cn", "habits"), [("1013", None), ("1014", None), ("1014", Habits(renews_keys=True))])
def test_without_being_told_or_without_a_key_a_receipt_is_all(tmp_path: Path, cn: str, habits: Habits | None) -> None:
    async def work(site: Site) -> None:
        unit = Unit(site.call())
        await unit.pipe.write(asks_for(cn))
        assert (await unit.request()).cn == "9013"
        assert await is_quiet(unit.pipe)

    at_site(tmp_path, work, None, habits)


def test_a_unit_that_asks_again_and_again_is_served_once_at_a_time(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = Unit(site.call())
        await unit.pipe.write(asks_for("1013") * 50)
        came = [(await unit.request()).cn for _ in range(51)]
        assert sorted(came) == ["1012"] + ["9013"] * 50
        await unit.pipe.close()
        await asyncio.sleep(1)
        assert site.receiver.connections == 0

    at_site(tmp_path, work, None, Habits(sets_clock=True))


def test_a_1012_without_a_time_gets_that_of_its_turn(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await connected(site)
        first, second = ask(site, "1061"), ask(site, "1012")
        await asyncio.sleep(4)
        await unit.perform()
        request = await unit.perform()
        assert request.first("SystemTime") == "20260101000004"
        assert [(await each.end()).outcome for each in (first, second)] == [Outcome.DONE] * 2
        shown = [step.part for step in second.told if isinstance(step, Step)]
        assert shown == [Part.REQUEST, Part.RECEIPT, Part.RESULT]
        third = ask(site, "1012", cp=((("SystemTime", "20270101000000"),), (("PolId", "w01018"),)))
        request = await unit.perform()
        assert request.cp == ((("PolId", "w01018"),), (("SystemTime", "20270101000000"),))
        await third.end()
        assert parts(third.told) == shown

    at_site(tmp_path, work)
