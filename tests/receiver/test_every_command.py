"""Every command that a platform can send, in every edition: asked, followed to its end, stored. In virtual time."""

from pathlib import Path

import pytest

from dau.cipher import Sm4
from dau.hj212 import Content, Data, Edition, Kind, Packet, dialect, flag_of
from dau.hj212.command_table import TABLE
from dau.receiver.orders import Ending, Outcome, Part
from dau.receiver.unit_keys import set_current
from tests.receiver.site import START_MS, Site, at_site
from tests.receiver.unit import Unit, ask, parts

KEY = b"0123456789abcdef"
MNS = {Edition.E2005: "88888880000001", Edition.E2017: "010000A8900016F000169DC0", Edition.E2025: "A" * 24}
VALUES = {
    "OverTime": "5", "ReCount": "3", "WarnTime": "5", "PolId": "w01018", "SystemTime": "20260101000000",
    "AlarmTarget": "12345", "ReportTime": "0100", "RtdInterval": "60", "MinInterval": "10", "PW": "654321",
    "NewPW": "654321", "BeginTime": "20260101000000", "EndTime": "20260101020000", "CTime": "2",
    "CstartTime": "000000", "InfoId": "i12001", "CalibrationType": "0", "*-Info": "1", "*-LowValue": "1",
    "*-UpValue": "2",
}  # fmt: skip
ASKED = [
    (row, edition)
    for row in TABLE
    for edition in Edition
    if row.down in (Kind.REQUEST, Kind.NOTICE) and edition in row.editions | row.tolerated and row.number != "1014"
]


def named(name: str) -> str:
    return name.replace("*", "i12001" if "Info" in name else "011")


@pytest.mark.parametrize(("row", "edition"), ASKED, ids=[f"{row.number} {edition}" for row, edition in ASKED])
def test_it_is_followed_to_its_end(tmp_path: Path, row: object, edition: Edition) -> None:
    wanted = next(each for each, year in ASKED if each is row and year is edition)
    assert wanted.asked is not None
    given = {named(field.name): VALUES[field.name] for field in wanted.asked.fields}
    backwards: Content = tuple(((name, value),) for name, value in reversed(given.items()))

    async def work(site: Site) -> None:
        mn = MNS[edition]
        await site.database.write(lambda connection: set_current(connection, mn, KEY, START_MS, "20260101000000000"))
        unit = Unit(site.call(), [Sm4(KEY)] if edition is Edition.E2025 else [])
        await unit.say(hello(edition))
        await unit.request()
        asked = ask(site, wanted.number, mn=mn, cp=backwards)
        request = await unit.perform()
        assert await asked.end() == Ending(Outcome.DONE, None if wanted.down is Kind.NOTICE else 1)
        assert {name: value for item in request.cp for name, value in item} == given
        if wanted.asked and not wanted.asked.is_open and "*" not in wanted.asked.notation:
            assert request.cp == wanted.asked.content(given)
        data = {Data.NONE: 0, Data.ONE: 1, Data.MANY: 3}[wanted.data]
        ends = [Part.RECEIPT] if wanted.down is Kind.NOTICE else [Part.RECEIPT, *[Part.DATA] * data, Part.RESULT]
        assert parts(asked.told) == [Part.REQUEST, *ends]
        seen = await site.rows(
            f"SELECT edition, encrypted FROM packet WHERE cn = '{wanted.number}' AND direction = 'up'"
        )
        sealed = edition is Edition.E2025 and bool(wanted.sealed)
        assert seen == [(edition.value, int(sealed))] * data

    at_site(tmp_path, work)


def hello(edition: Edition) -> Packet:
    """Return an upload that shows how the unit speaks, and wants an answer."""
    return Packet(
        qn="20260101000000000", st="32", cn="2081", pw="123456", mn=MNS[edition],
        flag=flag_of(dialect(edition).version, answer=True),
        cp=((("DataTime", "20260101000000"),), (("RestartTime", "20260101000000"),)),
    )  # fmt: skip
