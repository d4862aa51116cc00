"""SM4 (GB/T 32907) for the data areas of HJ 212-2025: ECB, no padding, a rest under 16 bytes in plaintext (A.2).

ECB and the open rest are what the standard prescribes, not what a cryptographer would choose: equal groups show, and
the last characters of an area can be read by anybody. Where the platform allows it, run the link inside TLS or a VPN.
"""

import re
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from dau.errors import DauError

_GROUP: Final = 16
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]{32}")


class KeyFormError(DauError):
    """A text is no key. The message tells its length and never the text."""

    def __init__(self, length: int) -> None:
        super().__init__(f"SM4 key of {length} characters, expected 16 ASCII characters or 32 hexadecimal digits")


def key_bytes(text: str) -> bytes:
    """Return the 16 bytes of a key written as 16 ASCII characters (NewSK of command 1014) or 32 hexadecimal digits.

    Raises:
        KeyFormError: it is neither.
    """
    if _HEXADECIMAL.fullmatch(text):
        return bytes.fromhex(text)
    if len(text) == _GROUP and text.isascii() and text.isprintable():
        return text.encode("ascii")
    raise KeyFormError(len(text))


class Sm4:
    """One key at work: an ``hj212.AreaCipher``. Use it from one thread; neither repr nor pickle shows the key."""

    __slots__ = ("_closing", "_opening")

    def __init__(self, key: bytes) -> None:
        """Expand the 16 bytes of ``key`` once; ECB keeps nothing between areas, so both contexts last for ever."""
        if len(key) != _GROUP:
            raise KeyFormError(len(key))
        cipher = Cipher(algorithms.SM4(key), modes.ECB())  # noqa: S305 - the standard prescribes ECB
        self._closing = cipher.encryptor()
        self._opening = cipher.decryptor()

    @classmethod
    def of_text(cls, text: str) -> "Sm4":
        """Return the cipher of a key as people write it, see `key_bytes`."""
        return cls(key_bytes(text))

    def seal(self, area: bytes) -> bytes:
        """Encrypt the whole groups of 16 bytes, leave the rest; the size stays."""
        size = len(area)
        whole = size - size % _GROUP
        return self._closing.update(area[:whole]) + area[whole:]

    def open(self, area: bytes) -> bytes:
        """Undo `seal`; with a wrong key the result is noise, never an error."""
        size = len(area)
        whole = size - size % _GROUP
        return self._opening.update(area[:whole]) + area[whole:]

    def __repr__(self) -> str:
        """Show nothing of the key."""
        return "Sm4(***)"

    def __reduce__(self) -> str:
        """Refuse to be pickled or copied: a key would lie in the copy."""
        raise TypeError("an Sm4 is not pickled or copied, it would carry its key along")


class FixedKeys:
    """The same ciphers for every unit: an ``hj212.Keys`` for one link or one captured packet, the current key first."""

    __slots__ = ("_ciphers",)

    def __init__(self, *keys: str) -> None:
        """Take keys as people write them, see `key_bytes`."""
        self._ciphers = tuple(Sm4.of_text(key) for key in keys)

    def ciphers(self, mn: str | None) -> tuple[Sm4, ...]:  # noqa: ARG002 - the same for every MN
        """Return all of them."""
        return self._ciphers

    def __repr__(self) -> str:
        """Show how many, and nothing of them."""
        return f"FixedKeys({len(self._ciphers)} keys)"
