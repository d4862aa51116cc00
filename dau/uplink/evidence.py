"""What of a frame is kept as evidence: every byte of it, with stars for the new passwords and keys of commands."""

import re
from typing import Final

from dau.hj212 import SECRETS, Packet

_OPENING: Final = re.compile(rb"CP *= *&&", re.IGNORECASE)
_SECRET: Final = re.compile(rb"\b((?:NewPW|NewSK|PW) *= *)((?:[^,;&]|&(?!&))+)", re.IGNORECASE)
_NEW_SECRET: Final = re.compile(rb"\b((?:NewPW|NewSK) *= *)((?:[^,;&]|&(?!&))+)", re.IGNORECASE)


def evidence_of(raw: bytes, sealed: Packet | None = None) -> bytes:
    """Return ``raw`` with stars, as many as there were bytes, for the secrets in its data area.

    The password in a header stays: it is that of the settings, and a frame without it proves nothing. ``sealed`` is
    what an encrypted frame says: if that is a secret, the whole area is starred, whose last bytes travel in plaintext.
    """
    opening = _OPENING.search(raw)
    if opening is None:
        return _NEW_SECRET.sub(_stars, raw)
    head, area = raw[: opening.end()], raw[opening.end() :]
    if sealed is None:
        return head + _SECRET.sub(_stars, area)
    if not any(name in SECRETS for item in sealed.cp for name, _ in item):
        return raw
    inside, mark, tail = area.rpartition(b"&&")
    return head + b"*" * len(inside) + mark + tail


def _stars(found: re.Match[bytes]) -> bytes:
    return found[1] + b"*" * len(found[2])
