"""The standing of the station with one platform: what the settings file says, and what the platform changed of it."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from dau.database import Database
from dau.hj212 import QnSource
from dau.runtime.clock import Clock
from dau.store import audit, changes, settings
from dau.store.audit import Act
from dau.store.changes import HIDDEN, Change
from dau.store.settings import SECRET, Name
from dau.uplink.identity import Platform
from dau.words import text

SWITCHES: Final = frozenset({Name.REALTIME_ON, Name.FACILITIES_ON})
"""What no settings file says, so that none overtakes it."""

REFUSALS: Final = 64
"""Most refusals that are audited in one minute: a flood of them is one fact."""


class Account:
    """One platform as it stands now. ``load`` it before it is used, and where a change may have been cut short.

    Args:
        configured: the platform as the settings file has it.
        told: the platforms that hear of what is changed by command.
        database: where changes are kept.
        clock: for stamps and QNs.
    """

    def __init__(self, configured: Platform, told: Sequence[str], database: Database, clock: Clock) -> None:
        self.told = tuple(told)
        self._configured = configured
        self._database = database
        self._clock = clock
        self._qns = QnSource()
        self._values: Mapping[Name, str] = {}
        self._platform = configured
        self._refused_in = 0.0
        self._refused: set[tuple[str, int]] = set()

    @property
    def platform(self) -> Platform:
        """The platform with what it changed by command; ask each time, it may differ from one packet to the next."""
        return self._platform

    def next_qn(self) -> str:
        """Return a QN that no other packet to this platform has."""
        return self._qns.next(self._clock.now_ms())

    def qns(self) -> Iterator[str]:
        """Yield such QNs without end."""
        while True:
            yield self.next_qn()

    async def load(self) -> None:
        """Take over what the platform changed before, but for what the settings file has overtaken since.

        Raises:
            StoreError: the database cannot be read, or not be written.
        """
        now_ms = self._clock.now_ms()
        self._values = await self._database.write(lambda connection: _standing(connection, self._configured, now_ms))
        self.settle()

    def value(self, name: Name) -> str:
        """Return how one thing stands, as it is stored: changed by the platform, or as configured."""
        return self._values.get(name, configured_value(self._configured, name))

    async def change(self, name: Name, value: str, what: str, sentence: str = "") -> None:
        """Change one thing for good, with its audit row and the news for the platforms that are told of it.

        What is so already is not changed. A new password counts from `settle` on, that is when the exchange that
        brought it is over.

        Args:
            name: what.
            value: its new value, as it is stored.
            what: the command that asked for it.
            sentence: the news; empty: the usual one, from the words.

        Raises:
            StoreError: nothing was changed.
        """
        platform, before = self._configured.name, self.value(name)
        if value == before:
            return
        change = Change(
            platform=platform,
            name=name,
            before=before,
            after=value,
            configured=configured_value(self._configured, name),
            at_ms=self._clock.now_ms(),
            what=what,
            told=self.told,
            sentence=sentence or text(f"uplink.{name.value}", platform=platform, before=before, after=value),
        )

        def make(connection: sqlite3.Connection) -> Mapping[Name, str]:
            changes.make(connection, change)
            return settings.of_platform(connection, platform)

        self._values = await self._database.write(make)
        if name is not Name.PW:
            self.settle()

    def settle(self) -> None:
        """Let everything count that was changed."""
        self._platform = overlaid(self._configured, self._values)

    async def note_refusal(self, cn: str, code: int, reason: str) -> bool:
        """Audit a request that was refused, and return True; False if it is no news: it was refused this minute.

        Raises:
            StoreError: nothing was noted.
        """
        now_ms = self._clock.now_ms()
        minute = self._clock.monotonic_s() // 60
        if self._refused_in != minute:
            self._refused_in, self._refused = minute, set()
        if (cn, code) in self._refused or len(self._refused) >= REFUSALS:
            return False
        self._refused.add((cn, code))
        await self.note(Act(now_ms, self._configured.name, cn, "", None, None, f"QnRtn={code} {reason}"))
        return True

    async def note(self, act: Act, sentence: str = "") -> None:
        """Audit what was done or refused; a sentence goes to the platforms that are told.

        Raises:
            StoreError: nothing was noted.
        """

        def add(connection: sqlite3.Connection) -> None:
            audit.add(connection, act)
            if sentence:
                changes.tell(connection, sentence, act.at_ms, self.told)

        await self._database.write(add)


def _standing(connection: sqlite3.Connection, configured: Platform, now_ms: int) -> Mapping[Name, str]:
    """Forget what a newer settings file has overtaken, which is audited, and return what is left."""
    for setting, after in settings.overtaken(connection, configured.name, file_values(configured)):
        settings.drop(connection, configured.name, setting.name)
        before, shown = (HIDDEN, HIDDEN) if setting.name in SECRET else (setting.value, after)
        audit.add(
            connection, Act(now_ms, "settings", "file", f"{configured.name} {setting.name}", before, shown, "done")
        )
    return settings.of_platform(connection, configured.name)


def file_values(configured: Platform) -> Mapping[Name, str]:
    """Return what the settings file says, as it would be stored, of everything that it says something of."""
    return {name: configured_value(configured, name) for name in Name if name not in SWITCHES}


def configured_value(platform: Platform, name: Name) -> str:
    """Return what a platform's own settings say of one thing, as it would be stored."""
    return {
        Name.REALTIME_S: str(platform.realtime_s),
        Name.MINUTE_MIN: str(platform.minute_min),
        Name.TIMEOUT_S: f"{platform.timeout_s:g}",
        Name.RESENDS: str(platform.resends),
        Name.REALTIME_ON: "1",
        Name.FACILITIES_ON: "1",
        Name.PW: platform.pw,
        Name.MN: platform.mn,
    }[name]


def overlaid(platform: Platform, values: Mapping[Name, str]) -> Platform:
    """Return the platform with stored values in the place of its own."""

    def value(name: Name) -> str:
        return values.get(name, configured_value(platform, name))

    return replace(
        platform,
        realtime_s=int(value(Name.REALTIME_S)),
        minute_min=int(value(Name.MINUTE_MIN)),
        timeout_s=float(value(Name.TIMEOUT_S)),
        resends=int(value(Name.RESENDS)),
        pw=value(Name.PW),
        mn=value(Name.MN),
    )
