"""1002: the unit takes the MN that is meant for it, and no other."""

from pathlib import Path
from typing import Final

import pytest

from dau.hj212 import HJ2025, Packet
from dau.uplink.desk import ExeRtn, Failed
from dau.uplink.handlers.registration import take_mn
from dau.uplink.identity import Duties, Platform
from dau.uplink.site import Site
from tests.uplink.handlers.office import Office, at_desk
from tests.uplink.stand import platform

SERIAL: Final = "6970000000001ABCDEFG1234"
MN: Final = "010000A8900016F000169DC1"
SITE: Final = Site(identity={"i23005": SERIAL})
NEW: Final = platform(dialect=HJ2025, mn="", duties=Duties(registers=True))


def given_mn(mn: str | None = MN, serial: str | None = SERIAL) -> Packet:
    return Packet(cn="1002", mn=mn, cp=() if serial is None else ((("i23005-Info", serial),),))


@pytest.mark.parametrize("identity", [NEW, platform(dialect=HJ2025)], ids=["new", "known"])
def test_the_mn_is_taken_for_good(tmp_path: Path, identity: Platform) -> None:
    async def work(office: Office) -> None:
        before = office.desk.account.platform.mn
        await take_mn(given_mn(), office.desk)
        assert office.desk.account.platform.mn == MN
        await office.desk.account.load()
        assert office.desk.account.platform.mn == MN
        (act,) = await office.audited()
        assert (act.who, act.what, act.subject, act.before, act.after) == ("national", "1002", "mn", before, MN)
        assert len(await office.logged()) == 1

    at_desk(tmp_path, work, site=SITE, identity=identity)


@pytest.mark.parametrize(
    ("packet", "site", "why"),
    [
        (given_mn(serial="6970000000001ABCDEFG1235"), SITE, "1002: i23005 is '6970000000001ABCDEFG1235', this unit is"),
        (given_mn(serial=None), SITE, f"1002: i23005 is None, this unit is '{SERIAL}'"),
        (given_mn(serial=None), Site(), "1002: i23005 is None, this unit is None"),
        (given_mn(mn=None), SITE, "1002: MN is '', expected 24 digits and letters A to F"),
        (given_mn(mn="010000"), SITE, "1002: MN is '010000', expected 24 digits and letters A to F"),
    ],
)
def test_another_unit_is_meant_or_it_is_no_mn(tmp_path: Path, packet: Packet, site: Site, why: str) -> None:
    async def work(office: Office) -> None:
        with pytest.raises(Failed) as failed:
            await take_mn(packet, office.desk)
        assert failed.value.code is ExeRtn.CONDITIONS
        assert str(failed.value).startswith(why)
        assert office.desk.account.platform.mn == ""
        assert await office.audited() == []

    at_desk(tmp_path, work, site=site, identity=NEW)
