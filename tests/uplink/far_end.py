"""A platform that does as it is told by a script: the far end of a memory pipe, speaking HJ 212 as the platform."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dau.hj212 import (
    HJ2017,
    NO_KEYS,
    Connection,
    Deviation,
    Dialect,
    Keys,
    Packet,
    Received,
    Role,
    crc212,
    data_receipt,
    encode,
    is_interaction,
    request_receipt,
)
from dau.link import LinkLost, LinkRefused
from dau.link.memory import MemoryPipe, dial_memory
from dau.link.pipe import Dial

TRAVEL_S = 0.05


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows a packet: frames, each some seconds after the one before, then perhaps the end of the connection."""

    frames: tuple[tuple[float, bytes], ...] = ()
    closes: bool = False
    cuts: bool = False


Script = Callable[[Packet], Reaction]


def receipt(packet: Packet) -> Reaction:
    """A good platform."""
    return Reaction(((TRAVEL_S, encode(data_receipt(packet))),)) if packet.needs_answer else Reaction()


def silence(packet: Packet) -> Reaction:
    """A platform that takes everything and says nothing."""
    return Reaction()


def late(seconds: float) -> Script:
    """A platform that takes its time."""
    return lambda packet: Reaction(((seconds, encode(data_receipt(packet))),))


def twice(packet: Packet) -> Reaction:
    """A platform that repeats itself."""
    frame = encode(data_receipt(packet))
    return Reaction(((TRAVEL_S, frame), (TRAVEL_S, frame)))


def wrong_qn(packet: Packet) -> Reaction:
    """A platform that answers something else."""
    return Reaction(((TRAVEL_S, encode(data_receipt(replace(packet, qn="20000101000000000")))),))


def refusal(code: int) -> Script:
    """A platform that answers an upload with 9011."""
    return lambda packet: Reaction(((TRAVEL_S, encode(request_receipt(packet, code))),))


def hanging_up(packet: Packet) -> Reaction:
    """A platform that closes instead of answering."""
    return Reaction(closes=True)


def preceded_by(noise: bytes) -> Script:
    """A good platform on a bad line."""
    return lambda packet: Reaction(((TRAVEL_S, noise), (TRAVEL_S, encode(data_receipt(packet)))))


def frame_of(segment: str) -> bytes:
    """Return the frame of any segment, allowed or not, with a good length and CRC."""
    data = segment.encode()
    return b"##%04d%b%04X\r\n" % (len(data), data, crc212(data))


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame that reached the platform: when (loop time), over which of its connections, and what."""

    at_s: float
    connection: int
    packet: Packet
    raw: bytes


@dataclass(slots=True)
class FarEnd:
    """The platform. ``script`` may be exchanged at any time; while ``is_up`` is false nobody can connect.

    What the unit does wrong fails the test, but for the departures in ``allows``. ``misread`` are the frames that the
    platform could not read; only one that ``may_misread`` bears them, because it has another key.
    """

    group: asyncio.TaskGroup
    script: Script = receipt
    is_up: bool = True
    greeting: bytes = b""
    dialect: Dialect = HJ2017
    keys: Keys = NO_KEYS
    allows: frozenset[Deviation] = frozenset()
    may_misread: bool = False
    misread: list[bytes] = field(default_factory=list)
    dialled: list[float] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list)
    pipes: list[MemoryPipe] = field(default_factory=list)

    def dial(self) -> Dial:
        """Return a unit's way here."""
        return dial_memory(self._accept, "platform:9001")

    def cut(self) -> None:
        """Pull the cable of the connection that is open."""
        self.pipes[-1].cut()

    async def say(self, frame: bytes) -> None:
        """Send something unasked over the newest connection."""
        self.said.append(frame)
        await self.pipes[-1].write(frame)

    def uploads(self, *commands: str) -> list[Packet]:
        """Return the packets heard, those of some commands or all but answers."""
        return [
            one.packet
            for one in self.heard
            if (one.packet.cn in commands if commands else not one.packet.cn.startswith("90"))
        ]

    def labels(self, command: str) -> list[str | None]:
        """Return the DataTime of each packet of one command, in the order of arrival."""
        return [packet.first("DataTime") for packet in self.uploads(command)]

    def _accept(self, pipe: MemoryPipe) -> None:
        self.dialled.append(asyncio.get_running_loop().time())
        if not self.is_up:
            raise LinkRefused("connecting to platform:9001: nobody listens")
        self.pipes.append(pipe)
        self.group.create_task(self._serve(pipe, len(self.pipes)))

    async def _serve(self, pipe: MemoryPipe, number: int) -> None:
        connection = Connection(Role.PLATFORM, self.dialect, self.keys)
        try:
            if self.greeting:
                await pipe.write(self.greeting)
            while data := await pipe.read():
                for event in connection.receive(data):
                    if self.may_misread and not isinstance(event, Received):
                        self.misread.append(event.raw)
                        continue
                    assert isinstance(event, Received), f"the unit sent {event}"
                    is_right = self.allows.issuperset(event.deviations) or is_interaction(event.packet.cn)
                    assert is_right, f"the unit sent {event}"
                    now_s = asyncio.get_running_loop().time()
                    self.heard.append(Heard(now_s, number, event.packet, event.raw))
                    self.group.create_task(self._react(pipe, self.script(event.packet)))
        except LinkLost:
            return

    async def _react(self, pipe: MemoryPipe, reaction: Reaction) -> None:
        try:
            for delay_s, frame in reaction.frames:
                await asyncio.sleep(delay_s)
                await pipe.write(frame)
                self.said.append(frame)
        except LinkLost:
            return
        if reaction.closes:
            await pipe.close()
        if reaction.cuts:
            pipe.cut()
