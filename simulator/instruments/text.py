"""Instruments that answer lines of text, sans-IO; among them a UPS that speaks the Q1 protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from simulator.instruments.inbox import Inbox, Reads
from simulator.instruments.multidrop import Sending


@dataclass(slots=True)
class TextInstrument:
    """Answers each request that it knows with a text and an end; with ``echo`` it gives the request back first."""

    answers: Mapping[str, Callable[[int], str]]
    ends: bytes = b"\r"
    echo: bool = False
    asked: list[str] = field(default_factory=list)
    inbox: Inbox | None = None

    def answer(self, received: bytes, at_ms: int) -> list[Sending]:
        """See `Answering`."""
        if self.inbox is None:
            self.inbox = Inbox(self.ends)
        sendings: list[Sending] = []
        for request in self.inbox.take(received):
            asked = request.decode("latin-1")
            self.asked.append(asked)
            if self.echo:
                sendings.append(Sending(0.0, request + self.ends))
            if reply := self.answers.get(asked):
                sendings.append(Sending(0.005, reply(at_ms).encode("latin-1") + self.ends))
        return sendings


def ups(mains: Reads, battery: Reads) -> TextInstrument:
    """Return a UPS: ``(MMM.M NNN.N PPP.P QQQ RR.R SS.S TT.T bbbbbbbb``; below 170 V its mains have failed."""

    def status(at_ms: int) -> str:
        volts, cells = mains(at_ms), battery(at_ms)
        bits = f"{int(volts < 170)}{int(cells < 11)}001001"
        return f"({volts:05.1f} 140.0 220.5 017 50.0 {cells:04.1f} 31.2 {bits}"

    return TextInstrument({"Q1": status})
