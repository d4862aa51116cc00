"""Units without an MN: known by their serial numbers until each has its own (HJ 212-2025 clause 6.8)."""

import asyncio
from pathlib import Path

from dau.hj212 import Packet
from dau.receiver.orders import Ending, Outcome
from tests.receiver.site import Site, at_site
from tests.receiver.unit import Unit, ask


def hello(serial: str) -> Packet:
    identity = (("i23005-Info", serial), ("i23006-Info", "A800200A8C6D"))
    return Packet(
        qn="20260101000000000", st="32", cn="1001", pw="123456", mn="", flag=9, cp=tuple((pair,) for pair in identity)
    )


async def new_unit(site: Site, serial: str, peer: str = "10.0.0.7:40001") -> Unit:
    unit = Unit(site.call(peer))
    await unit.say(hello(serial))
    answer = await unit.next()
    assert (answer.packet.cn, answer.packet.mn, b"MN=;" in answer.raw) == ("9013", "", True)
    return unit


def serial_of(serial: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    return ((("i23005-Info", serial),),)


def test_each_of_several_new_units_gets_its_own_mn(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        units = {serial: await new_unit(site, serial, f"10.0.0.{serial}:1") for serial in ("7", "8", "9")}
        for serial in ("8", "7", "9"):
            mn = serial * 24
            asked = ask(site, "1002", mn=mn, via="", cp=serial_of(serial))
            request = await units[serial].perform()
            assert (request.mn, request.flag, request.cp) == (mn, 9, serial_of(serial))
            assert await asked.end() == Ending(Outcome.DONE, 1)
            asked = ask(site, "1000", mn=mn, cp=((("ReCount", "3"), ("OverTime", "5")),))  # known under it at once
            assert (await units[serial].perform()).mn == mn
            assert await asked.end() == Ending(Outcome.DONE, 1)
        assert (await ask(site, "1002", mn="A" * 24, via="", cp=serial_of("7")).end()).outcome is Outcome.AWAY

    at_site(tmp_path, work)


def test_nobody_else_gets_it(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        assert (await ask(site, "1002", via="", cp=serial_of("7")).end()).outcome is Outcome.UNKNOWN
        await new_unit(site, "8", "10.0.0.8:1")
        ending = await ask(site, "1002", via="", cp=serial_of("7")).end()
        assert ending == Ending(Outcome.IMPOSSIBLE, detail="1 units without an MN are connected: 8")
        await new_unit(site, "9", "10.0.0.9:1")
        ending = await ask(site, "1011", mn="").end()
        assert ending == Ending(Outcome.IMPOSSIBLE, detail="2 units without an MN are connected: 8, 9")

    at_site(tmp_path, work)


def test_a_unit_that_comes_back_is_found_on_its_new_connection(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        old = await new_unit(site, "7", "10.0.0.7:1")
        new = await new_unit(site, "7", "10.0.0.7:2")
        await old.pipe.close()
        await asyncio.sleep(1)
        asked = ask(site, "1002", via="", cp=serial_of("7"))
        await new.perform()
        assert await asked.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)


def test_a_unit_that_refuses_stays_without(tmp_path: Path) -> None:
    async def work(site: Site) -> None:
        unit = await new_unit(site, "7")
        asked = ask(site, "1002", via="", cp=serial_of("7"), timeout_s=1, resends=0)
        assert await asked.end() == Ending(Outcome.GIVEN_UP)
        await unit.request()
        again = ask(site, "1002", via="", cp=serial_of("7"))
        await unit.perform()
        assert await again.end() == Ending(Outcome.DONE, 1)

    at_site(tmp_path, work)
