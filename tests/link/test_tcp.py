"""Pipes over real TCP connections on the loopback interface."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from dau.link import LinkLost, LinkRefused, Pipe, TcpPipe, dial_tcp
from tests.link import conversation

pytestmark = pytest.mark.sockets


@asynccontextmanager
async def connection() -> AsyncIterator[tuple[Pipe, Pipe]]:
    accepted: asyncio.Future[TcpPipe] = asyncio.get_running_loop().create_future()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        accepted.set_result(TcpPipe("accepted", reader, writer))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    near = await dial_tcp("127.0.0.1", server.sockets[0].getsockname()[1], 5)()
    far = await accepted
    try:
        yield near, far
    finally:
        await near.close()
        await far.close()
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    "check",
    [
        conversation.carries_every_byte_both_ways,
        conversation.gives_a_long_message_in_bounded_pieces,
        conversation.loses_nothing_when_a_reader_gives_up,
    ],
)
async def test_promises_of_a_pipe(check: Callable[[Pipe, Pipe], Awaitable[None]]) -> None:
    async with connection() as (near, far):
        await check(near, far)


async def test_is_closed_once_and_for_all() -> None:
    async with connection() as (near, far):
        await far.write(b"last words")
        await far.close()
        assert await conversation.read_exactly(near, 10) == b"last words"
        assert await near.read() == b""
        await conversation.is_closed_once_and_for_all(near)


async def test_a_reset_is_a_lost_link() -> None:
    async with connection() as (near, far):
        assert isinstance(far, TcpPipe)
        far._writer.transport.abort()
        with pytest.raises(LinkLost, match=r"(reading from|writing to) 127\.0\.0\.1:\d+"):
            await write_for_ever(near)


async def write_for_ever(pipe: Pipe) -> None:
    while True:
        await pipe.write(b"x")
        await asyncio.sleep(0.01)


async def test_a_vanished_peer_will_be_noticed() -> None:
    async with connection() as (near, _):
        assert isinstance(near, TcpPipe)
        plug = near._writer.get_extra_info("socket")
        assert plug.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        idle_s = plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE)
        probes = plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT)
        apart_s = plug.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL)
        assert idle_s + probes * apart_s <= 60


async def test_nobody_listens() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(LinkRefused, match=rf"connecting to 127\.0\.0\.1:{port}: .*"):
        await dial_tcp("127.0.0.1", port, 5)()


async def test_connecting_takes_no_longer_than_allowed() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        fillers = []
        for _ in range(4):  # the queue of the listener is full: a further connection stays without an answer
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(("127.0.0.1", port))
            fillers.append(filler)
        with pytest.raises(LinkRefused, match=rf"connecting to 127\.0\.0\.1:{port}: no answer within 0\.1 s"):
            await dial_tcp("127.0.0.1", port, 0.1)()
        for filler in fillers:
            filler.close()


@pytest.mark.parametrize("host", ["a..b", "x" * 300])
async def test_a_name_that_leads_nowhere(host: str) -> None:
    with pytest.raises(LinkRefused, match=f"connecting to {host}:502: "):
        await dial_tcp(host, 502, 20)()


async def test_an_address_of_the_newer_kind_is_named_in_brackets() -> None:
    with pytest.raises(LinkRefused, match=r"connecting to \[::1\]:1: "):
        await dial_tcp("::1", 1, 5)()
