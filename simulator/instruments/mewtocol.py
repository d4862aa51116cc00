"""A Panasonic FP controller that speaks Mewtocol, sans-IO: data registers, contacts, errors."""

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from simulator.instruments.inbox import Inbox, Reads
from simulator.instruments.multidrop import Sending

THINKING_S: Final = 0.01
WRONG_CHECKSUM, NO_SUCH_COMMAND, WRONG_ADDRESS = 40, 42, 66


def float_words(at: int, reads: Reads) -> Mapping[int, Callable[[int], int]]:
    """Return the two registers of a single float, the low word first."""

    def word(place: int) -> Callable[[int], int]:
        return lambda at_ms: struct.unpack("<2H", struct.pack("<f", reads(at_ms)))[place]

    return {at: word(0), at + 1: word(1)}


@dataclass(slots=True)
class FpController:
    """Answers reads of what it has; what is written, if it ``keeps`` it, is ``written`` and read from there."""

    station: int
    registers: Mapping[int, Callable[[int], int]]
    contacts: Mapping[str, Callable[[int], bool]] = field(default_factory=dict)
    written: dict[int, int] = field(default_factory=dict)
    keeps: bool = True
    inbox: Inbox = field(default_factory=Inbox)

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        """See `Answering`."""
        return [
            Sending(THINKING_S, reply)
            for request in self.inbox.take(received)
            for reply in self._replies(request.decode("latin-1"), at_ms)
        ]

    def _replies(self, request: str, at_ms: int) -> Iterator[bytes]:
        head, body, printed = request[:4], request[4:-2], request[-2:]
        if head not in {f"%{self.station:02X}#", f"<{self.station:02X}#"}:
            return
        reply = self._reply(body, at_ms) if printed in {"**", _bcc(request[:-2])} else WRONG_CHECKSUM
        said = head[:3] + (f"!{reply:02d}" if isinstance(reply, int) else f"${reply}")
        yield (said + ("**" if printed == "**" else _bcc(said)) + "\r").encode("ascii")

    def _reply(self, body: str, at_ms: int) -> str | int:
        if body.startswith("RCS"):
            contact = self.contacts.get(body[3:])
            return WRONG_ADDRESS if contact is None else f"RC{int(contact(at_ms))}"
        if body[:3] not in {"RDD", "WDD"} or not body[3:13].isdigit():
            return NO_SUCH_COMMAND
        asked = range(int(body[3:8]), int(body[8:13]) + 1)
        if not asked or any(at not in self.registers for at in asked):
            return WRONG_ADDRESS
        if body.startswith("WDD"):
            data = struct.unpack(f"<{len(asked)}H", bytes.fromhex(body[13:]))
            self.written |= dict(zip(asked, data, strict=True)) if self.keeps else {}
            return "WD"
        numbers = (self.written.get(at, self.registers[at](at_ms)) for at in asked)
        return "RD" + struct.pack(f"<{len(asked)}H", *numbers).hex().upper()


def _bcc(text: str) -> str:
    found = 0
    for byte in text.encode("latin-1"):
        found ^= byte
    return f"{found:02X}"
