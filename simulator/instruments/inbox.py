"""What arrived for an instrument that is asked in lines or frames, kept until it is whole; bounded, sans-IO."""

from collections.abc import Callable
from typing import Final

MOST_BYTES: Final = 1024

Reads = Callable[[int], float]
"""What an instrument measures, by the instant (milliseconds UTC)."""


class Inbox:
    """Cuts what arrives into requests that end with ``end``."""

    def __init__(self, end: bytes = b"\r") -> None:
        """Begin with nothing."""
        self._end = end
        self._received = b""

    def take(self, received: bytes) -> list[bytes]:
        """Return the requests that are whole now, without their end."""
        *whole, rest = (self._received + received).split(self._end)
        self._received = rest[-MOST_BYTES:]
        return whole
