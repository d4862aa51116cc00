"""The two errors of the HJ 212 codec, and the kinds of fault a received frame can have.

::

    DauError
    └── ProtocolError
        ├── LocalError     we asked for a packet the standard forbids: a value with a semicolon, a segment above 1024
        bytes
        └── RemoteError    the bytes received break the standard beyond what a tolerant receiver forgives: CRC wrong

No other exception leaves the codec, whatever bytes arrive; another one is a bug: report it.
"""

from enum import Enum

from dau.errors import DauError


class ProtocolError(DauError):
    """Something is wrong with a packet, here (LocalError) or at the other end (RemoteError)."""


class LocalError(ProtocolError):
    """The packet we were asked to send, or the step we were asked to take, is not allowed."""


class Fault(Enum):
    """Why a received frame was rejected; the shell decides by this, the message is for a person."""

    NO_FRAME = "no frame"
    INCOMPLETE = "incomplete"
    LENGTH = "length"
    CRC = "crc"
    MALFORMED = "malformed"


class RemoteError(ProtocolError):
    """The received bytes are not an acceptable frame. The message names what was seen and what was expected."""

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message)
        self.fault = fault
