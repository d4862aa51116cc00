"""Replies on their way: each is sent when its time has come, and noted in the journal as it was really sent."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from simulator.clock import now_ms
from simulator.instruments.multidrop import Sending
from simulator.instruments.slave import Spoken, spoil

LOST: Final = "lost"
"""Why a reply is spoilt that had nobody to go to."""

Note = Callable[[int, Spoken], None]
"""Called with the instant (milliseconds UTC) and what was said."""


class Speaker:
    """Sends the replies of one line or connection in their own time."""

    def __init__(self, send: Callable[[bytes], bool], note: Note) -> None:
        """``send`` returns whether the bytes could be sent."""
        self._send = send
        self._note = note
        self._waiting: dict[int, tuple[asyncio.TimerHandle, Sending]] = {}
        self._number = 0

    def speak(self, sendings: Iterable[Sending]) -> None:
        """Send each of them after its delay."""
        loop = asyncio.get_running_loop()
        for sending in sendings:
            self._number += 1
            handle = loop.call_later(sending.delay_s, self._utter, self._number)
            self._waiting[self._number] = handle, sending

    def hush(self) -> None:
        """Forget what is not yet sent: the port is gone."""
        for handle, sending in self._waiting.values():
            handle.cancel()
            self._write_down(sending, now_ms(), LOST)
        self._waiting.clear()

    def _utter(self, number: int) -> None:
        _, sending = self._waiting.pop(number)
        at_ms = now_ms()  # before the bytes leave: the station's stamp of the same reply is never earlier
        sent = self._send(sending.data) if sending.data else True
        self._write_down(sending, at_ms, "" if sent else LOST)

    def _write_down(self, sending: Sending, at_ms: int, spoilt: str) -> None:
        for one in sending.spoken:
            self._note(at_ms, spoil(one, spoilt))
