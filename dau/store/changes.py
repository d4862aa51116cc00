"""A change that a platform made by command: the value, the audit row and the notice of it, all or nothing."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from dau.core.events import Info
from dau.core.records import RecordKind
from dau.store import audit, events, settings
from dau.store.audit import Act
from dau.store.settings import SECRET, Name, Setting

HIDDEN: Final = "***"
"""What stands for a secret."""

UNIT_LOG: Final = "i21001"
"""Code of the log of the unit (HJ 212-2017 table B.10)."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a platform changed of its own standing.

    ``before`` and ``after`` are the values, ``configured`` what the settings file says; ``what`` is the number of the
    command, ``told`` the platforms that hear of it, ``sentence`` what they hear: it goes into the log of the unit.
    """

    platform: str
    name: Name
    before: str
    after: str
    configured: str
    at_ms: int
    what: str
    told: tuple[str, ...]
    sentence: str


def make(connection: sqlite3.Connection, change: Change) -> None:
    """Set the value, audit it and owe the notice of it, in the caller's transaction.

    A secret stands only where it is used: in the audit row and in the notice it is ``***``.
    """
    setting = Setting(change.name, change.after, change.configured, change.at_ms)
    settings.put(connection, change.platform, setting)
    before, after, sentence = change.before, change.after, change.sentence
    if change.name in SECRET:
        before, after, sentence = HIDDEN, HIDDEN, _without(sentence, before, after)
    audit.add(connection, Act(change.at_ms, change.platform, change.what, change.name.value, before, after, "done"))
    tell(connection, sentence, change.at_ms, change.told)


def tell(connection: sqlite3.Connection, sentence: str, at_ms: int, platforms: Collection[str]) -> None:
    """Owe platforms an entry in the log of the unit (3020) about what happened at ``at_ms`` (milliseconds UTC)."""
    events.owe(connection, RecordKind.INFO, Info(UNIT_LOG, sentence), at_ms, at_ms, platforms)


def _without(sentence: str, *secrets: str) -> str:
    """Return the sentence without the secrets, the longer ones first: one may be a part of the other."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        sentence = sentence.replace(secret, HIDDEN)
    return sentence
