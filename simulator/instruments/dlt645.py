"""An electricity meter that speaks DL/T 645-2007, sans-IO: items of packed decimals, long ones in several frames."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from simulator.instruments.multidrop import Sending

MOST_BYTES: Final = 512
THINKING_S: Final = 0.02
MOST_DATA: Final = 196
NO_SUCH_DATA: Final = 2


def packed(value: float, digits: int, decimals: int) -> bytes:
    """Return a number as a meter sends it: packed decimals, the lowest first, the sign in the top bit."""
    data = bytearray.fromhex(f"{round(abs(value) * 10**decimals) % 10**digits:0{digits}d}")[::-1]
    if value < 0:
        data[-1] |= 0x80
    return bytes(data)


@dataclass(slots=True)
class Meter:
    """Answers reads of its items, by their printed numbers; ``lead_in`` FE bytes stand before each answer."""

    address: str
    items: Mapping[str, Callable[[int], bytes]]
    lead_in: int = 4
    most_data: int = MOST_DATA
    received: bytes = b""

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        """See `Answering`."""
        self.received = (self.received + received)[-MOST_BYTES:]
        sendings: list[Sending] = []
        while request := self._request():
            lead = b"\xfe" * self.lead_in
            sendings += [Sending(THINKING_S, lead + reply) for reply in self._replies(request, at_ms)]
        return sendings

    def _request(self) -> bytes:
        """Take the next request with a right checksum out of what arrived; empty: there is none."""
        for at in range(len(self.received) - 11):
            if self.received[at] == self.received[at + 7] == 0x68:
                frame = self.received[at : at + 12 + self.received[at + 9]]
                if len(frame) >= 12 + self.received[at + 9] and sum(frame[:-2]) % 256 == frame[-2] and frame[-1] == 22:
                    self.received = self.received[at + len(frame) :]
                    return frame
        return b""

    def _replies(self, frame: bytes, at_ms: int) -> Iterator[bytes]:
        asked, control = frame[1:7], frame[8]
        own = bytes.fromhex(self.address)[::-1]
        if asked not in {own, b"\xaa" * 6} or control not in {0x11, 0x12}:
            return
        data = bytes((byte - 0x33) % 256 for byte in frame[10:-2])
        reads = self.items.get(data[3::-1].hex().upper())
        if reads is None:
            yield self._framed(control | 0xC0, bytes([NO_SUCH_DATA]))
            return
        sequence = data[4] if control == 0x12 else 0
        content = reads(at_ms)[sequence * self.most_data :]
        more = 0x20 if len(content) > self.most_data else 0
        number = bytes([sequence]) if sequence else b""
        yield self._framed(control | 0x80 | more, data[:4] + content[: self.most_data] + number)

    def _framed(self, control: int, data: bytes) -> bytes:
        own = bytes.fromhex(self.address)[::-1]
        shifted = bytes((byte + 0x33) % 256 for byte in data)
        body = b"\x68" + own + bytes([0x68, control, len(data)]) + shifted
        return body + bytes([sum(body) % 256, 0x16])
