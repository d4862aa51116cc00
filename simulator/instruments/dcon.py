"""An analog module that speaks DCON text, sans-IO: eight numbers of seven characters, or one, or its type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from simulator.instruments.inbox import Inbox, Reads
from simulator.instruments.multidrop import Sending

FULL_SCALE: Final = 99.999
OVER: Final = "+9999.9"
THINKING_S: Final = 0.002


@dataclass(slots=True)
class DconModule:
    """Answers requests to its address. A number beyond full scale is shown as `OVER`; it knows no other commands.

    ``form`` is the format byte: 0 engineering units, 2 hexadecimal, 64 with checksums.
    """

    address: int
    inputs: Sequence[Reads]
    checksum: bool = False
    form: int = 0
    inbox: Inbox = field(default_factory=Inbox)

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        """See `Answering`."""
        return [
            Sending(THINKING_S, self._framed(reply))
            for request in self.inbox.take(received)
            for reply in self._replies(request.decode("latin-1"), at_ms)
        ]

    def _replies(self, request: str, at_ms: int) -> Iterator[str]:
        if self.checksum:
            request, printed = request[:-2], request[-2:]
            if printed != _sum(request):
                return
        if request[1:3] != f"{self.address:02X}":
            return
        mark, rest = request[0], request[3:]
        if mark == "#" and not rest:
            yield ">" + "".join(_shown(reads(at_ms)) for reads in self.inputs)
        elif mark == "#" and rest in "01234567" and int(rest) < len(self.inputs):
            yield ">" + _shown(self.inputs[int(rest)](at_ms))
        elif mark == "$" and rest == "2":
            yield f"!{self.address:02X}0D06{self.form | (64 if self.checksum else 0):02X}"
        else:
            yield f"?{self.address:02X}"

    def _framed(self, reply: str) -> bytes:
        return (reply + (_sum(reply) if self.checksum else "") + "\r").encode("ascii")


def _shown(value: float) -> str:
    return f"{value:+07.3f}" if abs(value) <= FULL_SCALE else OVER


def _sum(text: str) -> str:
    return f"{sum(text.encode('latin-1')) % 256:02X}"
