"""Instruments that push HJ 212 text, sans-IO: an analyser with empty MN and PW, or the host computer of a CEMS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from simulator.instruments.inbox import Inbox, Reads
from simulator.instruments.multidrop import Sending

BEIJING: Final = timezone(timedelta(hours=8))


@dataclass(slots=True)
class Pushing:
    """Makes one message of all its factors; what is answered is kept in ``receipts``.

    ``header`` stands before CP as it is. ``flags`` has the flag of a factor where it is not N; None: it sends none.
    """

    factors: Mapping[str, Reads]
    header: str = "ST=32;CN=2011;PW=;MN=;"
    digits: int = 2
    item: str = "Rtd"
    flags: dict[str, str | None] = field(default_factory=dict)
    receipts: list[bytes] = field(default_factory=list)
    inbox: Inbox = field(default_factory=lambda: Inbox(b"\r\n"))

    def message(self, at_ms: int) -> bytes:
        """Return what it pushes at an instant (milliseconds UTC)."""
        moment = datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(BEIJING)
        items = [f"DataTime={moment:%Y%m%d%H%M%S}", *(self._said(code, at_ms) for code in self.factors)]
        return framed(f"{self.header}CP=&&{';'.join(items)}&&")

    def _said(self, code: str, at_ms: int) -> str:
        flag = self.flags.get(code, "N")
        value = f"{code}-{self.item}={self.factors[code](at_ms):.{self.digits}f}"
        return value if flag is None else f"{value},{code}-Flag={flag}"

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:  # noqa: ARG002
        """See `Answering`: it takes receipts and says nothing to them."""
        self.receipts += self.inbox.take(received)
        return []


def framed(segment: str) -> bytes:
    """Return a data segment with its head, checksum and line end."""
    data = segment.encode("utf-8")
    return b"##%04d%b%04X\r\n" % (len(data), data, _crc(data))


def _crc(data: bytes) -> int:
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc
