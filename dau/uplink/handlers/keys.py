"""A new key from the platform (1014, HJ 212-2025 clause 6.4.3)."""

import sqlite3
from collections.abc import Mapping
from itertools import pairwise
from typing import Final

from dau.cipher import key_bytes
from dau.hj212 import Packet, parse_data_time
from dau.store import audit, changes
from dau.store.changes import HIDDEN
from dau.uplink.desk import Act, Desk, ExeRtn, Failed
from dau.words import text

KEY_LENGTH: Final = 16
QN_LENGTH: Final = 17
"""SKCreateTime has the form of a QN."""

_ORDERS: Final = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 2, "1234567890" * 3, "ABCDEF0123456789" * 2)
_ALL_ORDERS: Final = (*_ORDERS, *(order[::-1] for order in _ORDERS))


async def take_key(packet: Packet, desk: Desk) -> None:
    """Store the new key. It is sent with once the result of this command went out, and counts when a receipt came.

    Raises:
        Failed: it is no key, it follows a pattern, it is not new, or there is none that it could replace. The reason
            never holds anything of it.
    """
    key, created = packet.first("NewSK") or "", packet.first("SKCreateTime") or ""
    _check(key, created)
    if desk.keys.in_use is None:
        raise Failed(ExeRtn.CONDITIONS, "1014: no key of this platform is set here, expected the initial one first")
    if await desk.keys.is_used(key, created):
        raise Failed(ExeRtn.CONDITIONS, "1014: NewSK is a key that was used before, expected a new one")
    account, at_ms = desk.account, desk.clock.now_ms()
    name, sentence = account.platform.name, text("keys.changed", platform=account.platform.name)

    def note(connection: sqlite3.Connection) -> None:
        audit.add(connection, audit.Act(at_ms, name, packet.cn, "key", HIDDEN, HIDDEN, "done"))
        changes.tell(connection, sentence, at_ms, account.told)

    await desk.keys.take(key, created, note)
    desk.ring()


def _check(key: str, created: str) -> None:
    if len(key) != KEY_LENGTH or not all("!" <= letter <= "~" for letter in key):
        raise Failed(ExeRtn.CONDITIONS, f"1014: NewSK has {len(key)} characters, expected 16 printable ones of ASCII")
    if follows_pattern(key):
        raise Failed(ExeRtn.CONDITIONS, "1014: NewSK follows a pattern, expected one that nobody can guess")
    if len(created) != QN_LENGTH or parse_data_time(created) is None:
        raise Failed(ExeRtn.CONDITIONS, f"1014: SKCreateTime {created!r}, expected a time of 17 digits")


def follows_pattern(key: str) -> bool:
    """Tell whether a key is one that the standard forbids: all alike, a few characters over and over, or in order."""
    codes = key_bytes(key)
    steps = {after - before for before, after in pairwise(codes)}
    is_repeated = any(key == key[:size] * (KEY_LENGTH // size) for size in (1, 2, 4, 8))
    return len(steps) == 1 or is_repeated or any(key.upper() in order for order in _ALL_ORDERS)


ACTS: Final[Mapping[str, Act]] = {"1014": take_key}
