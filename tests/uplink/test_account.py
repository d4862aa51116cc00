"""What the platform changed over what the settings file says, and what happens when the file is newer."""

from pathlib import Path
from typing import Any

from dau.store import audit
from dau.store.audit import Act
from dau.store.settings import Name
from dau.uplink.account import REFUSALS, Account
from tests.uplink.stand import PW, START_MS, Stand, at_stand, platform


async def account_of(stand: Stand, *told: str, **configured: Any) -> Account:
    account = Account(platform(**configured), told, stand.database, stand.clock)
    await account.load()
    return account


async def audited(stand: Stand) -> list[Act]:
    return list(await stand.database.read(lambda connection: audit.newest(connection, 100)))[::-1]


def test_a_change_counts_at_once_and_for_good(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        account = await account_of(stand)
        await account.change(Name.REALTIME_S, "120", "1062")
        assert account.platform.realtime_s == 120
        assert (await account_of(stand)).platform.realtime_s == 120

    at_stand(tmp_path, work)


def test_a_newer_file_overtakes_what_the_platform_changed_and_that_is_audited(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        account = await account_of(stand, realtime_s=60)
        await account.change(Name.REALTIME_S, "120", "1062")
        await account.change(Name.RESENDS, "9", "1000")
        await account.change(Name.PW, "n3wPw9", "1072")
        await account.change(Name.REALTIME_ON, "0", "2012")
        newer = await account_of(stand, realtime_s=30, pw="0ther!")
        assert (newer.platform.realtime_s, newer.platform.resends, newer.platform.pw) == (30, 9, "0ther!")
        assert newer.value(Name.REALTIME_ON) == "0"
        rows = [(row.who, row.subject, row.before, row.after) for row in (await audited(stand))[4:]]
        assert rows == [
            ("settings", "national pw", "***", "***"),
            ("settings", "national realtime_s", "120", "30"),
        ]
        assert (await account_of(stand, realtime_s=60)).platform.realtime_s == 60

    at_stand(tmp_path, work)


def test_a_new_password_counts_when_its_exchange_is_over(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        account = await account_of(stand)
        await account.change(Name.PW, "n3wPw9", "1072")
        assert account.platform.pw == PW
        assert account.value(Name.PW) == "n3wPw9"
        account.settle()
        assert account.platform.pw == "n3wPw9"

    at_stand(tmp_path, work)


def test_one_platform_knows_nothing_of_what_another_changed(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        national = await account_of(stand)
        await national.change(Name.REALTIME_S, "120", "1062")
        other = Account(platform("provincial"), (), stand.database, stand.clock)
        await other.load()
        assert other.platform.realtime_s == 60

    at_stand(tmp_path, work)


def test_qns_are_never_twice_the_same(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        account = await account_of(stand)
        own = account.qns()
        qns = [account.next_qn(), next(own), account.next_qn(), next(own)]
        stand.clock.set_ms(START_MS - 60_000)
        qns.append(account.next_qn())
        assert qns == sorted(set(qns))

    at_stand(tmp_path, work)


def test_what_is_told_is_owed_to_those_that_want_to_hear_of_it(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        account = await account_of(stand, "national", "provincial")
        act = Act(START_MS, "national", "3012", "cod", None, None, "done")
        await account.note(act)
        assert await stand.rows("SELECT count(*) FROM delivery") == [(0,)]
        await account.note(act, "a sample was taken")
        assert await stand.rows("SELECT platform FROM delivery ORDER BY platform") == [("national",), ("provincial",)]
        assert len(await audited(stand)) == 2

    at_stand(tmp_path, work)


def test_a_flood_of_refusals_of_every_kind_is_bounded(tmp_path: Path) -> None:
    async def work(stand: Stand) -> None:
        account = await account_of(stand)
        for number in range(3 * REFUSALS):
            await account.note_refusal(f"{number:04}", 8, "CN wrong")
        assert len(await audited(stand)) == REFUSALS

    at_stand(tmp_path, work)
