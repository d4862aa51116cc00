"""A difficult platform on a real port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from dau.cipher import FixedKeys, Sm4
from dau.hj212 import HJ2025, Packet, Received, encode, flag_of
from simulator.errors import PlugError
from simulator.platforms.moods import Mood
from simulator.platforms.port import Character, PlatformPort

KEY = "0123456789abcdeF"
UPLOAD = Packet(
    qn="20260101120000001",
    st="32",
    cn="2051",
    pw="123456",
    mn="A" * 24,
    flag=flag_of(2, answer=True),
    cp=((("DataTime", "20260101115000"),), (("w01018-Avg", "40.1"), ("w01018-Flag", "N"))),
)


@asynccontextmanager
async def platform(heard: list[Received | None], character: Character) -> AsyncIterator[PlatformPort]:
    port = PlatformPort("127.0.0.1:0", character, heard.append)
    await port.plug()
    try:
        yield port
    finally:
        await port.unplug()


async def connect(port: PlatformPort) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, number = port.address.rpartition(":")
    return await asyncio.open_connection(host, int(number))


@pytest.mark.sockets
async def test_it_opens_what_is_encrypted_and_answers_it() -> None:
    heard: list[Received | None] = []
    async with platform(heard, Character(keys=FixedKeys(KEY))) as port:
        reader, writer = await connect(port)
        writer.write(b"noise" + encode(UPLOAD, HJ2025, Sm4.of_text(KEY)))
        answer = await reader.readuntil(b"\r\n")
        writer.close()
        await writer.wait_closed()
    assert b"CN=9014" in answer
    assert heard[0] is None
    assert heard[1] is not None and heard[1].packet == UPLOAD


@pytest.mark.sockets
async def test_it_hangs_up_when_it_is_in_the_mood() -> None:
    heard: list[Received | None] = []
    async with platform(heard, Character(moods=(Mood.HALF,))) as port:
        reader, writer = await connect(port)
        writer.write(encode(UPLOAD, HJ2025))
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert said.startswith(b"##") and not said.endswith(b"\r\n")


@pytest.mark.sockets
async def test_it_asks_each_unit_everything() -> None:
    heard: list[Received | None] = []
    async with platform(heard, Character(examines=True)) as port:
        reader, writer = await connect(port)
        writer.write(encode(UPLOAD, HJ2025))
        receipt = await reader.readuntil(b"\r\n")
        first = await reader.readuntil(b"\r\n")
        writer.close()
        await writer.wait_closed()
    assert b"CN=9014" in receipt
    assert b"CN=1000" in first and b"OverTime=10;ReCount=3" in first


@pytest.mark.sockets
async def test_a_port_that_is_taken_is_told() -> None:
    async with platform([], Character()) as port:
        with pytest.raises(PlugError, match=port.address):
            await PlatformPort(port.address, Character(), lambda _: None).plug()
