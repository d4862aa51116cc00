"""What every pipe must do, whatever it is made of: one suite for the fake and the real ones."""

import asyncio

import pytest

from dau.link import LinkLost, Pipe


async def read_exactly(pipe: Pipe, count: int) -> bytes:
    """Return ``count`` bytes, in however many pieces they come."""
    received = b""
    while len(received) < count:
        piece = await pipe.read()
        assert piece, f"the stream ended after {len(received)} of {count} bytes"
        received += piece
    assert len(received) == count
    return received


async def carries_every_byte_both_ways(near: Pipe, far: Pipe) -> None:
    every_byte = bytes(range(256))
    await near.write(every_byte)
    assert await read_exactly(far, 256) == every_byte
    await far.write(every_byte[::-1])
    assert await read_exactly(near, 256) == every_byte[::-1]


async def gives_a_long_message_in_bounded_pieces(near: Pipe, far: Pipe) -> None:
    message = bytes(range(256)) * 400
    writing = asyncio.create_task(near.write(message))
    received, longest = b"", 0
    while len(received) < len(message):
        piece = await far.read()
        longest = max(longest, len(piece))
        received += piece
    await writing
    assert received == message
    assert longest <= 4096


async def loses_nothing_when_a_reader_gives_up(near: Pipe, far: Pipe) -> None:
    for _ in range(20):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await far.read()
    await near.write(b"still here")
    assert await read_exactly(far, 10) == b"still here"


async def is_closed_once_and_for_all(pipe: Pipe) -> None:
    await pipe.close()
    await pipe.close()
    with pytest.raises(LinkLost):
        await pipe.write(b"x")
