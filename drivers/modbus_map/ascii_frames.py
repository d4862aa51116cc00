"""Modbus ASCII on the wire: a colon, the message and its check in hexadecimal, CR and LF.

The same is believed as in RTU (`drivers.modbus_map.frames`): address, function, byte count or place, and length of the
request, with a correct check. The check (LRC) is only eight bits wide, so that length and heading matter all the more.
A colon begins anew wherever it comes, so a broken frame never hides the one behind it. A found frame is given as the
bytes that its text stands for.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pymodbus.framer.ascii import FramerAscii

from dau.core.instrument import Found
from drivers.modbus_map.frames import ERROR_BIT, Search, SerialFraming, refusal
from drivers.modbus_map.requests import Request, Write

FRAME: Final = re.compile(rb":((?:[0-9A-Fa-f]{2})+)\r\n")
READ_REQUEST_BYTES: Final = 7
REFUSAL_BYTES: Final = 4
"""Length of the message of a read request and of a refusal, check included."""

MOST_ASKED: Final = 2000
"""A greater count is in no read request: the most bits that one answer has."""


def with_lrc(message: bytes) -> bytes:
    """Return a message with its check behind it."""
    return message + bytes([FramerAscii.compute_LRC(message)])


def as_text(message: bytes) -> bytes:
    """Return the frame of a message that has its check."""
    return b":" + message.hex().upper().encode() + b"\r\n"


class AsciiFraming(SerialFraming):
    """Modbus ASCII, on a serial line or through a serial server."""

    def _search(self, request: Request, echoes: bool | None, note_echo: Callable[[bool], None]) -> Search:
        return _AsciiSearch(request, echoes, note_echo)


class _AsciiSearch:
    """Looks for the answer to one request. See `SerialFraming`."""

    def __init__(self, request: Request, echoes: bool | None, note_echo: Callable[[bool], None]) -> None:
        self._asked = request
        self._echoes = echoes
        self._note_echo = note_echo
        self.request = as_text(with_lrc(bytes([request.slave]) + request.pdu()))
        self._message_bytes = 2 + request.answer_bytes
        self.answer_bytes = 3 + 2 * self._message_bytes
        self._header = bytes([request.slave]) + request.answer_head
        self._error_header = bytes([request.slave, request.function | ERROR_BIT])

    def find(self, received: bytes) -> Found | None:
        """Return the answer, if it is complete. See `Query`."""
        echo = -1 if self._echoes is False else received.find(self.request)
        if self._echoes and echo < 0:
            return None  # our own bytes come first
        begin = 0 if echo < 0 else echo + len(self.request)
        for text_bytes, message in _messages(received, begin):
            is_answer = len(message) == self._message_bytes and message.startswith(self._header)
            is_refusal = len(message) == REFUSAL_BYTES and message.startswith(self._error_header)
            if is_answer or is_refusal:
                self._note_echo(echo >= 0)
                noise = len(received) - text_bytes - (len(self.request) if echo >= 0 else 0)
                return refusal(self._asked, message, noise, message[2]) if is_refusal else Found(message, noise)
            if self._is_foreign_request(message):
                return None  # what follows may be the answer to that one
        return None

    def is_asked_already(self, heard: bytes) -> bool:
        """See `Search`."""
        is_asked = False
        for _, message in _messages(heard, 0):
            if self._is_foreign_request(message):
                is_asked = True
            elif message.startswith((self._header[:2], self._error_header)):
                is_asked = False
        return is_asked

    def _is_foreign_request(self, message: bytes) -> bool:
        is_alike = len(message) == READ_REQUEST_BYTES and message.startswith(self._header[:2])
        is_count = 1 <= int.from_bytes(message[4:6], "big") <= MOST_ASKED
        return is_alike and is_count and not isinstance(self._asked, Write)


def _messages(received: bytes, begin: int) -> Iterator[tuple[int, bytes]]:
    """Yield every message with a correct check, and how long its frame is."""
    for frame in FRAME.finditer(received, begin):
        message = bytes.fromhex(frame[1].decode())
        if with_lrc(message[:-1]) == message:
            yield len(frame[0]), message
