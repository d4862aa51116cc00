"""A listening port with a difficult platform behind it; each connection has a temper of its own."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dau.hj212 import NO_KEYS, Connection, Event, Keys, Packet, Received, Role, is_interaction
from simulator.clock import now_ms
from simulator.listening import ListeningPort
from simulator.platforms.examination import requests
from simulator.platforms.moods import Mood, Sending, Temper


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


class PlatformPort(ListeningPort):
    """A platform at ``host:port``."""

    def __init__(self, address: str, character: Character, heard: Heard) -> None:
        super().__init__(address, lambda writer: Visit(writer, character, heard))


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
        """Say nothing more."""
        for timer in self._timers:
            timer.cancel()

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
