"""One Modbus slave, sans-IO: a request PDU and the instant in, a reply PDU and what it said about the plant out."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from simulator.faults import FaultKind, InstrumentState, Timeline
from simulator.instruments.encoding import Words, decode, encode, size
from simulator.instruments.told import ILLEGAL_VALUE, Told
from simulator.plant import Plant
from simulator.scene import Area, Instrument, Register

ILLEGAL_FUNCTION: Final = 1
ILLEGAL_ADDRESS: Final = 2

OVER_RANGE: Final = "over_range"
OVER_RANGE_FACTOR: Final = 1.1
"""How far beyond the top of its range an instrument shows."""

MOST_WORDS: Final = 125
MOST_BITS: Final = 2000

COIL_VALUES: Final = {b"\xff\x00": 1, b"\x00\x00": 0}
WRITTEN_AREAS: Final = {5: Area.COILS, 6: Area.HOLDING, 15: Area.COILS, 16: Area.HOLDING}
"""Function codes that write, and where."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one reply said of one quantity: the value exactly as the registers carry it, in the unit of the channel.

    ``state`` is an `InstrumentState` or "over_range"; ``spoilt`` names the fault that kept the reply from being
    believable, and is empty for a good one.
    """

    instrument: str
    channel: str
    value: float
    state: str
    spoilt: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply PDU and what it says of the plant."""

    pdu: bytes
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class Slave:
    """An instrument that looks at the plant, does what it is told, and misbehaves by its timeline."""

    instrument: Instrument
    plant: Plant
    timeline: Timeline
    told: Told

    def answer(self, pdu: bytes, at_ms: int) -> Reply:
        """Return the reply to the request PDU (function code first) received at ``at_ms`` (milliseconds UTC)."""
        function = pdu[0] if pdu else 0
        if function in WRITTEN_AREAS:
            return self._write(pdu, at_ms)
        if function not in list(Area):
            return refusal(function, ILLEGAL_FUNCTION)
        if len(pdu) != 5:
            return refusal(function, ILLEGAL_VALUE)
        start, count = struct.unpack(">HH", pdu[1:])
        area = Area(function)
        if not 1 <= count <= (MOST_BITS if area in (Area.COILS, Area.DISCRETE) else MOST_WORDS):
            return refusal(function, ILLEGAL_VALUE)
        image = self._image(area, at_ms)
        if not image or start < min(image) or start + count - 1 > max(image):
            return refusal(function, ILLEGAL_ADDRESS)
        words = tuple(image.get(address, 0) for address in range(start, start + count))
        said = tuple(self._spoken(area, start, words, at_ms))
        exception = self._find(FaultKind.EXCEPTION, at_ms)
        if exception:
            refused = refusal(function, int(exception))
            return Reply(refused.pdu, tuple(spoil(one, FaultKind.EXCEPTION) for one in said))
        return Reply(_reply_pdu(area, words), said)

    def state(self, at_ms: int) -> InstrumentState:
        """Return what the status words say at the instant."""
        return InstrumentState(self._find(FaultKind.STATE, at_ms) or self.told.state(at_ms))

    def _write(self, pdu: bytes, at_ms: int) -> Reply:
        function, words = pdu[0], _written(pdu)
        if words is None:
            return refusal(function, ILLEGAL_VALUE)
        exception = self._find(FaultKind.EXCEPTION, at_ms)
        if exception:
            return refusal(function, int(exception))
        refused = self.told.write(WRITTEN_AREAS[function], int.from_bytes(pdu[1:3]), words, at_ms)
        return refusal(function, refused) if refused else Reply(pdu[:5])

    def _image(self, area: Area, at_ms: int) -> dict[int, int]:
        """Return the content of one area by address; words between two registers read as zero."""
        image = self.told.image(area, at_ms)
        for register in self.instrument.registers:
            if register.area is area:
                image |= dict(enumerate(self._words(register, at_ms), register.address))
        for status in self.instrument.statuses:
            if status.area is area:
                image[status.address] = status.shows(self.state(at_ms))
        for text in self.instrument.texts:
            if text.area is area:
                data = text.text.encode("ascii").ljust(len(text.text) + len(text.text) % 2, b"\0")
                image |= dict(enumerate(struct.unpack(f">{len(data) // 2}H", data), text.address))
        return image

    def _words(self, register: Register, at_ms: int) -> Words:
        if self._is_over(register, at_ms):
            value = register.range_high * OVER_RANGE_FACTOR
        else:
            value = self.plant[register.quantity](self._frozen_at(at_ms))
        return encode(value, register.type, register.order, register.step)

    def _spoken(self, area: Area, start: int, words: Words, at_ms: int) -> Iterator[Spoken]:
        """Yield what the words say: one entry for each register that is wholly among them."""
        for register in self.instrument.registers:
            offset = register.address - start
            end = offset + size(register.type)
            if register.area is area and offset >= 0 and end <= len(words):
                value = decode(words[offset:end], register.type, register.order, register.step)
                state = OVER_RANGE if self._is_over(register, at_ms) else self.state(at_ms).value
                yield Spoken(self.instrument.name, register.channel or register.quantity, value, state)

    def _is_over(self, register: Register, at_ms: int) -> bool:
        return register.channel is not None and self._find(FaultKind.OVER_RANGE, at_ms) is not None

    def _frozen_at(self, at_ms: int) -> int:
        frozen = self.timeline.find(self.instrument.name, FaultKind.FROZEN, at_ms)
        return self.timeline.span_ms(frozen)[0] if frozen else at_ms

    def _find(self, kind: FaultKind, at_ms: int) -> str | None:
        """Return the argument of the active fault of that kind, None if there is none."""
        fault = self.timeline.find(self.instrument.name, kind, at_ms)
        return fault.argument if fault else None


def _written(pdu: bytes) -> Words | None:
    """Return the bits or registers that a request wants written; None if it is no such request."""
    function, rest = pdu[0], pdu[3:]
    if function == 5:
        return (COIL_VALUES[rest],) if rest in COIL_VALUES else None
    if function == 6:
        return (int.from_bytes(rest),) if len(rest) == 2 else None
    count, data = int.from_bytes(rest[:2]), rest[3:]
    length = (count + 7) // 8 if function == 15 else 2 * count
    if count == 0 or len(rest) < 3 or not rest[2] == len(data) == length:
        return None
    if function == 15:
        return tuple(data[at // 8] >> at % 8 & 1 for at in range(count))
    return struct.unpack(f">{count}H", data)


def refusal(function: int, code: int) -> Reply:
    """Return the Modbus exception ``code`` for the function."""
    return Reply(bytes((function | 0x80, code)))


def spoil(one: Spoken, reason: str) -> Spoken:
    """Return the entry marked as not believable; the first reason stays."""
    return Spoken(one.instrument, one.channel, one.value, one.state, one.spoilt or str(reason))


def _reply_pdu(area: Area, words: Words) -> bytes:
    if area in (Area.HOLDING, Area.INPUT):
        content = struct.pack(f">{len(words)}H", *words)
    else:
        packed = sum(bool(bit) << place for place, bit in enumerate(words))
        content = packed.to_bytes((len(words) + 7) // 8, "little")
    return bytes((area, len(content))) + content
