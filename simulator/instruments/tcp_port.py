"""A listening port with instruments behind it: Modbus TCP, or a serial server that carries RTU over TCP."""

import asyncio
from collections.abc import Callable

from simulator.clock import now_ms
from simulator.instruments.multidrop import Answering
from simulator.instruments.speaker import Note, Speaker
from simulator.listening import ListeningPort


class TcpPort(ListeningPort):
    """Instruments at ``host:port``; each connection is a line of its own, as with a serial server's sessions."""

    def __init__(self, address: str, slaves: Callable[[], Answering], note: Note) -> None:
        """``slaves`` makes the line of a new connection."""
        super().__init__(address, lambda writer: _Line(writer, slaves(), note))


class _Line:
    """One connection: a line with its own instruments."""

    def __init__(self, writer: asyncio.StreamWriter, slaves: Answering, note: Note) -> None:
        self._writer = writer
        self._slaves = slaves
        self._speaker = Speaker(self._send, note)

    def take(self, data: bytes) -> None:
        """Have the instruments answer what came."""
        self._speaker.speak(self._slaves.answer(data, now_ms()))

    def end(self) -> None:
        """Say nothing more."""
        self._speaker.hush()

    def _send(self, data: bytes) -> bool:
        if self._writer.is_closing():
            return False
        self._writer.write(data)
        return True
