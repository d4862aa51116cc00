"""A listening port with a difficult platform behind it; each connection has a temper of its own."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dau.hj212 import NO_KEYS, Connection, Event, Keys, Packet, Received, Role, is_interaction
from dau.words import text
from simulator.clock import now_ms
from simulator.errors import PlugError
from simulator.platforms.examination import requests
from simulator.platforms.moods import Mood, Sending, Temper

READ_BYTES: Final = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Character:
    """How a platform behaves: its moods, drawn for each packet by ``seed``.

    ``examines``: asks each unit everything the table of commands has, once, after its first packet. ``keys`` open
    encrypted packets.
    """

    moods: Sequence[Mood] = (Mood.GOOD,)
    seed: int = 1
    examines: bool = False
    keys: Keys = NO_KEYS


Heard = Callable[[Received | None], None]
"""Hears of every packet that came; None stands for bytes that were none."""


class PlatformPort:
    """A platform at ``host:port``."""

    def __init__(self, address: str, character: Character, heard: Heard) -> None:
        self._host, _, port = address.rpartition(":")
        self._port = int(port)
        self._character = character
        self._heard = heard
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def plug(self) -> None:
        """Listen.

        Raises:
            PlugError: another program has the port, or the address is not ours.
        """
        try:
            self._server = await asyncio.start_server(self._serve, self._host, self._port)
        except OSError as problem:
            address = f"{self._host}:{self._port}"
            raise PlugError(text("sim.plug.listen", address=address, problem=problem.strerror)) from problem

    async def unplug(self) -> None:
        """Stop listening and break every connection."""
        if self._server is None:
            return
        self._server.close()
        for connection in tuple(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def address(self) -> str:
        """Where it really listens (another port than asked for if that was 0)."""
        port = self._server.sockets[0].getsockname()[1] if self._server else self._port
        return f"{self._host}:{port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        visit = Visit(writer, self._character, self._heard)
        try:
            while data := await reader.read(READ_BYTES):
                visit.take(data)
        except (ConnectionError, asyncio.CancelledError):
            pass  # broken by the unit, or unplugged by us: both end the connection here
        finally:
            visit.end()
            self._connections.discard(task)


class Visit:
    """One connection of a unit."""

    def __init__(self, writer: asyncio.StreamWriter, character: Character, heard: Heard) -> None:
        self._writer = writer
        self._heard = heard
        self._temper = Temper(character.moods, character.seed)
        self._has_examined = not character.examines
        self._reader = Connection(Role.PLATFORM, keys=character.keys)
        self._timers: set[asyncio.TimerHandle] = set()

    def take(self, data: bytes) -> None:
        """Take what came and plan what follows."""
        for event in self._reader.receive(data):
            self._react(event)

    def end(self) -> None:
        """Say nothing more and hang up."""
        for timer in self._timers:
            timer.cancel()
        self._writer.transport.abort()

    def _react(self, event: Event) -> None:
        if not isinstance(event, Received):
            self._heard(None)
            return
        self._heard(event)
        for sending in self._temper.react(event.packet, event.edition):
            self._send_later(sending)
        if not self._has_examined and not is_interaction(event.packet.cn):
            self._has_examined = True
            self._examine(event)

    def _examine(self, event: Received) -> None:
        told: Packet = event.packet
        for place, frame in enumerate(requests(told, event.edition, now_ms()), start=1):
            self._send_later(Sending(place * 0.5, frame))

    def _send_later(self, sending: Sending) -> None:
        timer = asyncio.get_running_loop().call_later(sending.delay_s, self._send, sending)
        self._timers.add(timer)

    def _send(self, sending: Sending) -> None:
        if self._writer.is_closing():
            return
        self._writer.write(sending.data)
        if sending.hangs_up:
            self._writer.close()
