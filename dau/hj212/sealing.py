"""The encrypted data area of HJ 212-2025 (clause 6.4, appendix A.2), without the cipher itself.

The codec is pure, so a cipher comes from outside: an ``AreaCipher`` encrypts and decrypts data areas with one key, and
``Keys`` knows which of them may open a packet of a unit. What is encrypted keeps its size: whole groups of 16 bytes
from the start, the rest as it is. Length and CRC of the packet are those of the plaintext.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Protocol

GROUP = 16
"""Bytes that are encrypted together; an area with fewer travels as it is."""

_PRINTED = re.compile(rb"\{ *(0[xX][0-9A-Fa-f]{2}(?: *, *0[xX][0-9A-Fa-f]{2})*) *\}")
_NOT_HEXADECIMAL = re.compile(rb"0[xX]|[ ,]")


class CipherForm(Enum):
    """How encrypted bytes travel. The standard prints ``{0xE4,...}``; its length fields fit the raw bytes alone."""

    RAW = "raw"
    PRINTED = "printed"


class AreaCipher(Protocol):
    """One key at work on data areas. The result has as many bytes as ``area``."""

    def seal(self, area: bytes) -> bytes:
        """Encrypt the whole groups of 16 bytes, leave the rest."""
        ...

    def open(self, area: bytes) -> bytes:
        """Undo ``seal``; with a wrong key the result is noise, never an error."""
        ...


class Keys(Protocol):
    """The keys that may have encrypted a packet."""

    def ciphers(self, mn: str | None) -> Sequence[AreaCipher]:
        """Return the ciphers of the unit with this MN: the current key first, then previous ones within their grace."""
        ...


class _NoKeys:
    def ciphers(self, mn: str | None) -> Sequence[AreaCipher]:  # noqa: ARG002 - whatever the MN
        return ()


NO_KEYS: Keys = _NoKeys()
"""Nothing is decrypted: an encrypted packet is rejected for its CRC."""


def print_area(sealed: bytes) -> bytes:
    """Return an encrypted area in the form the standard prints: ``{0xE4,0x3E}`` and the rest in plaintext."""
    groups = len(sealed) // GROUP * GROUP
    if not groups:
        return sealed
    return b"{%b}%b" % (b",".join(b"0x%02X" % byte for byte in sealed[:groups]), sealed[groups:])


def read_printed_area(area: bytes) -> bytes | None:
    """Return the encrypted bytes that a printed area stands for, None if it is not one."""
    found = _PRINTED.match(area)
    if not found:
        return None
    return bytes.fromhex(_NOT_HEXADECIMAL.sub(b"", found[1]).decode("ascii")) + area[found.end() :]
