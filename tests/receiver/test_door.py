"""The door of a receiver: visitors of other processes, good and bad."""

import asyncio
import os
import socket
import stat
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dau.database import Database
from dau.hj212 import execution_result, request_receipt
from dau.link import LinkError, LinkLost, LinkRefused, PortBusy
from dau.receiver import door as door_module
from dau.receiver.door import VISITORS, door_of, open_door, short_address
from dau.receiver.door_client import give_order
from dau.receiver.door_lines import ORDER_LIMIT, order_line, read_told
from dau.receiver.orders import Ending, Order, Outcome, Part, Step, Told, Waiting
from dau.receiver.server import Receiver
from dau.receiver.tables import SCHEMA
from dau.runtime.clock import SystemClock
from tests.receiver.site import MN, Site
from tests.receiver.unit import SPAN, accept, connected, record


@dataclass(frozen=True, slots=True)
class House(Site):
    """A receiver with a door."""

    path: Path

    async def order(self, **fields: object) -> list[Told | Ending]:
        """Give an order as another process would, and return all that was told."""
        order = Order(**{"mn": MN, "cn": "1011"} | fields)  # type: ignore[arg-type]
        return await asyncio.to_thread(lambda: list(give_order(self.path, order)))

    async def knock(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Come to the door without a word."""
        with short_address(door_of(self.path)) as address:
            return await asyncio.open_unix_connection(address)


@asynccontextmanager
async def house(folder: Path) -> AsyncIterator[House]:
    """Run a receiver with a door, without a port."""
    path = folder / "receiver.db"
    database = Database(path, SCHEMA)
    await database.open()
    receiver = Receiver(database, SystemClock())
    try:
        async with open_door(door_of(path), receiver), asyncio.TaskGroup() as group:
            yield House(database, receiver, group, path)
            receiver.stop()
    finally:
        await database.close()


def steps(told: list[Told | Ending]) -> list[Part]:
    return [each.part for each in told if isinstance(each, Step)]


async def last_word(reader: asyncio.StreamReader) -> Ending:
    told = read_told((await reader.read()).splitlines()[-1])
    assert isinstance(told, Ending)
    return told


async def test_a_visitor_gives_an_order_and_is_told_what_becomes_of_it(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        unit = await connected(site)
        told, request = await asyncio.gather(site.order(cp=((("PolId", "w01018"),),)), accept(unit))
        assert request.cp == ((("PolId", "w01018"),),)
        assert steps(told) == [Part.REQUEST, Part.RECEIPT, Part.RESULT]
        assert told[-1] == Ending(Outcome.DONE, 1)


async def test_steps_are_told_when_they_happen(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        unit = await connected(site)
        reader, writer = await site.knock()
        writer.write(order_line(Order(mn=MN, cn="1011")))
        told = read_told(await reader.readline())  # before the unit has said anything
        assert isinstance(told, Step) and told.part is Part.REQUEST
        await accept(unit)
        assert await last_word(reader) == Ending(Outcome.DONE, 1)
        writer.close()


async def test_two_visitors_ask_one_unit_one_after_the_other(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        unit = await connected(site)
        first = asyncio.create_task(site.order(cn="1011"))
        request = await unit.request()
        second = asyncio.create_task(site.order(cn="1061"))
        await asyncio.sleep(0.2)
        await unit.say(request_receipt(request, 1), execution_result(request, 1))
        assert (await accept(unit)).cn == "1061"
        assert (await first)[-1] == Ending(Outcome.DONE, 1)
        told = await second
        assert (told[0], told[-1]) == (Waiting(1), Ending(Outcome.DONE, 1))


async def test_who_is_not_known_is_said_at_once(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        assert await site.order() == [Ending(Outcome.UNKNOWN)]


async def test_a_visitor_who_leaves_gives_up_his_order(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        unit = await connected(site)
        reader, writer = await site.knock()
        writer.write(order_line(Order(mn=MN, cn="1011", timeout_s=3600)))
        await reader.readline()
        writer.close()
        await unit.request()
        told, request = await asyncio.gather(site.order(cn="1061"), accept(unit))
        assert request.cn == "1061"
        assert told[-1] == Ending(Outcome.DONE, 1)


@pytest.mark.parametrize(
    ("said", "detail"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "a line of 16 bytes is no JSON"),
        (b"\x00" * 100 + b"\n", "a line of 101 bytes is no JSON"),
        (b'{"mn": "' + b"9" * 2 * ORDER_LIMIT, f"order: a line longer than {ORDER_LIMIT} bytes"),
        (b'{"mn": "M", "cn": "1011"', "order: no whole line within 10 s"),
        (b"[" * 10_000 + b"\n", "a line of 10001 bytes is no JSON"),
    ],
    ids=["http", "zeros", "endless", "half a line", "deep"],
)
async def test_whoever_talks_nonsense_is_told_so(tmp_path: Path, said: bytes, detail: str) -> None:
    async with house(tmp_path) as site:
        reader, writer = await site.knock()
        writer.write(said)
        writer.write_eof()
        assert await last_word(reader) == Ending(Outcome.IMPOSSIBLE, detail=detail)
        writer.close()
        assert await site.order() == [Ending(Outcome.UNKNOWN)]


async def test_a_crowd_in_the_door_is_bounded_and_silent_ones_are_sent_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door_module, "ORDER_S", 0.5)
    async with house(tmp_path) as site:
        crowd = [await site.knock() for _ in range(VISITORS)]
        assert await site.order() == [Ending(Outcome.BUSY, detail=str(VISITORS))]
        for reader, writer in crowd:
            assert (await last_word(reader)).outcome is Outcome.IMPOSSIBLE
            writer.close()
        assert await site.order() == [Ending(Outcome.UNKNOWN)]


async def test_a_visitor_who_does_not_listen_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_module, "UNREAD_LIMIT", 10_000)
    async with house(tmp_path) as site:
        unit = await connected(site)
        _, writer = await site.knock()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(order_line(Order(mn=MN, cn="2061", cp=SPAN)))
        request = await unit.request()
        await unit.say(request_receipt(request, 1))
        for _ in range(3000):
            await unit.say(record("20260101000000", "20260101090000000"))
        told, _ = await asyncio.gather(site.order(cn="1061"), accept(unit))
        assert told[-1] == Ending(Outcome.DONE, 1)
        writer.transport.abort()


async def test_only_its_owner_may_knock(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        assert stat.S_IMODE(door_of(site.path).stat().st_mode) == 0o600
    assert not door_of(site.path).exists()


async def test_a_second_receiver_on_the_same_database_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        with pytest.raises(PortBusy, match="another receiver is running on the same database"):
            async with open_door(door_of(site.path), site.receiver):
                pytest.fail("two doors at one place")
        assert await site.order() == [Ending(Outcome.UNKNOWN)]  # the first one still stands


async def test_what_a_dead_receiver_left_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "receiver.db"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(door_of(path)))
        dead.listen()
    with pytest.raises(LinkRefused, match="nobody is behind the door"):
        list(give_order(path, Order(mn=MN, cn="1011")))
    async with house(tmp_path) as site:
        assert await site.order() == [Ending(Outcome.UNKNOWN)]


def _file(path: Path) -> None:
    path.write_text("mine")


def _names(folder: Path) -> list[str]:
    return os.listdir(folder)  # noqa: PTH208 - names, of links that lead nowhere too


def _link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("lay", [_file, _link, Path.mkdir])
async def test_what_is_no_socket_is_not_touched(tmp_path: Path, lay: Callable[[Path], None]) -> None:
    lay(door_of(tmp_path / "receiver.db"))
    with pytest.raises(LinkError, match="something lies there that is no socket"):
        async with house(tmp_path):
            pytest.fail("a door in the place of something else")
    assert _names(tmp_path).count("receiver.db.sock") == 1


async def test_a_database_deep_down_has_a_door_too(tmp_path: Path) -> None:
    folder = tmp_path / ("d" * 100) / ("e" * 100)
    folder.mkdir(parents=True)
    async with house(folder) as site:
        assert await site.order() == [Ending(Outcome.UNKNOWN)]


def test_without_a_receiver_there_is_no_door(tmp_path: Path) -> None:
    for path in (tmp_path / "none.db", tmp_path / "no" / "folder.db"):
        with pytest.raises(LinkRefused, match=rf"no receiver that writes {path} can be reached .*: there is no door"):
            list(give_order(path, Order(mn=MN, cn="1011")))


async def test_a_receiver_that_stops_tells_its_visitors(tmp_path: Path) -> None:
    async with house(tmp_path) as site:
        unit = await connected(site)
        visit = asyncio.create_task(site.order(timeout_s=3600))
        await unit.request()
        silent = await site.knock()
    assert (await visit)[-1] == Ending(Outcome.LOST)
    silent[1].close()


def test_a_receiver_that_dies_is_no_ending(tmp_path: Path) -> None:
    path = tmp_path / "receiver.db"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(door_of(path)))
        door.listen()
        visit = give_order(path, Order(mn=MN, cn="1011"))

        def die() -> None:
            door.accept()[0].close()

        death = threading.Thread(target=die)
        death.start()
        with pytest.raises(LinkLost, match=r"ended before the order did|broke off"):
            next(visit)
        death.join()
