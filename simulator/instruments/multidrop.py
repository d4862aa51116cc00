"""The slaves of one line, sans-IO: bytes of the master in, timed bytes of the slaves out, faults included.

A slave address that nobody has is silence, as on every multi-drop line.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from simulator.faults import FaultKind, Noise, Timeline
from simulator.instruments.framing import Framing, Request
from simulator.instruments.slave import Slave, Spoken, spoil
from simulator.plant.waves import chance

BITS_PER_CHARACTER: Final = 10
SILENCE_MS: Final = 200
"""Bytes older than this when the next ones come belong to no frame any more."""

MOST_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Sending:
    """Bytes to send after a delay, and what they say; no bytes at all is a silence that deserves a note."""

    delay_s: float
    data: bytes
    spoken: tuple[Spoken, ...] = ()


class Answering(Protocol):
    """Whoever hears a line and answers on it, in any language."""

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        """Return what is sent for the bytes that arrived at ``at_ms`` (milliseconds UTC)."""


class Multidrop:
    """All slaves that hear one master."""

    def __init__(self, framing: Framing, slaves: Iterable[Slave], timeline: Timeline, baud: int = 0) -> None:
        """Begin with an empty line; ``baud`` 0 means that bytes take no time."""
        self._framing = framing
        self._slaves = {slave.instrument.slave: slave for slave in slaves}
        self._timeline = timeline
        self._baud = baud
        self._received = b""
        self._heard_ms = 0

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        """Return what the slaves send for the bytes that arrived at ``at_ms`` (milliseconds UTC)."""
        kept = self._received if at_ms - self._heard_ms <= SILENCE_MS else b""
        self._heard_ms = at_ms
        requests, rest = self._framing.split(kept + received)
        self._received = rest[-MOST_BYTES:]
        return [sending for request in requests for sending in self._to(request, at_ms)]

    def _to(self, request: Request, at_ms: int) -> list[Sending]:
        slave = self._slaves.get(request.slave)
        if slave is None:
            return []
        reply = slave.answer(request.pdu, at_ms)
        name = slave.instrument.name
        if self._timeline.find(name, FaultKind.SILENCE, at_ms):
            return [Sending(0, b"", _spoilt(reply.spoken, FaultKind.SILENCE))]
        frame, spoken = self._framing.wrap(request, reply.pdu), reply.spoken
        delay_s = slave.instrument.thinking_ms / 1000 + self._on_the_wire_s(len(request.pdu) + 3 + len(frame))
        late = self._timeline.find(name, FaultKind.LATE, at_ms)
        if late:
            delay_s, spoken = float(late.argument), _spoilt(spoken, FaultKind.LATE)
        if self._timeline.find(name, FaultKind.CRC, at_ms):
            frame, spoken = frame[:-1] + bytes((frame[-1] ^ 0x5A,)), _spoilt(spoken, FaultKind.CRC)
        noise = self._timeline.find(name, FaultKind.NOISE, at_ms)
        if noise:
            frame = _noisy(frame, Noise(noise.argument), at_ms)
        return [Sending(delay_s, frame, spoken)]

    def _on_the_wire_s(self, characters: int) -> float:
        return characters * BITS_PER_CHARACTER / self._baud if self._baud else 0.0


def _spoilt(spoken: tuple[Spoken, ...], reason: FaultKind) -> tuple[Spoken, ...]:
    return tuple(spoil(one, reason) for one in spoken)


def _noisy(frame: bytes, where: Noise, at_ms: int) -> bytes:
    count = 1 + int(3 * abs(chance(at_ms, "noise-length", 0)))
    stray = bytes(int(256 * abs(chance(at_ms, "noise", number))) & 0xFF for number in range(count))
    before = stray if where is not Noise.AFTER else b""
    after = stray if where is not Noise.BEFORE else b""
    return before + frame + after
