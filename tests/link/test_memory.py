"""The fake of equal rank keeps the promises of a pipe."""

import asyncio

import pytest

from dau.link import LinkLost, LinkRefused, MemoryPipe, dial_memory, pipe_pair
from tests.link import conversation


async def test_carries_every_byte_both_ways() -> None:
    await conversation.carries_every_byte_both_ways(*pipe_pair())


async def test_gives_a_long_message_in_bounded_pieces() -> None:
    await conversation.gives_a_long_message_in_bounded_pieces(*pipe_pair())


async def test_loses_nothing_when_a_reader_gives_up() -> None:
    await conversation.loses_nothing_when_a_reader_gives_up(*pipe_pair())


async def test_is_closed_once_and_for_all() -> None:
    near, far = pipe_pair("wire")
    await far.write(b"last words")
    await far.close()
    assert (await near.read(), await near.read(), await near.read()) == (b"last words", b"", b"")
    with pytest.raises(LinkLost, match="writing to wire: the pipe is closed"):
        await near.write(b"too late")
    await conversation.is_closed_once_and_for_all(near)
    with pytest.raises(LinkLost, match="reading from wire: the pipe is closed"):
        await near.read()


async def test_cut_wakes_both_ends() -> None:
    near, far = pipe_pair("wire")
    await near.write(b"never read")
    reading = asyncio.create_task(near.read())
    await asyncio.sleep(0)
    far.cut()
    for lost in (reading, far.read()):
        with pytest.raises(LinkLost, match="reading from wire: the pipe is cut"):
            await lost
    with pytest.raises(LinkLost, match="writing to wire: the pipe is cut"):
        await far.write(b"x")
    await near.close()


async def test_each_dial_is_a_new_pipe() -> None:
    accepted: list[MemoryPipe] = []
    dial = dial_memory(accepted.append, "wire")
    for name in (b"first", b"second"):
        pipe = await dial()
        await pipe.write(name)
        assert pipe.name == "wire"
    assert [await far.read() for far in accepted] == [b"first", b"second"]


async def test_a_dial_can_be_refused() -> None:
    def refuse(_: MemoryPipe) -> None:
        raise LinkRefused("nobody listens")

    with pytest.raises(LinkRefused, match="nobody listens"):
        await dial_memory(refuse)()
