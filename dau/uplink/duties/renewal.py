"""Watches over the age of the key: asks the platform for a new one, and gives the alarm (HJ 212-2025 clause 6.4.3)."""

from collections.abc import Callable
from typing import Final

import structlog

from dau.core.periods import DAY_MS
from dau.hj212 import State
from dau.runtime.clock import rest
from dau.store import changes
from dau.uplink.desk import Desk
from dau.uplink.duties.notice import is_listed, notice
from dau.uplink.line import Line
from dau.uplink.proving import tell
from dau.words import text

LOOK_S: Final = 600.0
"""How often to look at the age of the key."""

log = structlog.get_logger(__name__)


class Renewal:
    """Looks after the key over one connection after another; asks and gives the alarm once a day at most."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked_ms: int | None = None
        self._alarmed_ms: int | None = None
        self._log = log.bind(platform=desk.account.platform.name)

    async def run(self, line: Line, beat: Callable[[], None]) -> None:
        """Watch until the connection breaks; an edition without keys ends it at once.

        Raises:
            LinkLost: the connection broke.
        """
        if not is_listed("1014", self._desk.account.platform.dialect.edition):
            return
        while True:
            age_days = self._desk.keys.age_days()
            if age_days is not None and self._desk.account.platform.mn:
                await self._look(age_days, line, beat)
            await rest(self._desk.clock, LOOK_S, beat)

    async def _look(self, age_days: float, line: Line, beat: Callable[[], None]) -> None:
        platform = self._desk.account.platform
        now_ms = self._desk.clock.now_ms()
        if age_days >= platform.dialect.encryption.alarm_days and _is_a_day_ago(self._alarmed_ms, now_ms):
            self._alarmed_ms = now_ms
            await self._give_alarm(age_days, now_ms)
        if age_days >= platform.duties.asks_key_days and _is_a_day_ago(self._asked_ms, now_ms):
            self._asked_ms = now_ms
            await self._ask(line, beat)

    async def _ask(self, line: Line, beat: Callable[[], None]) -> None:
        """Ask for a new key; the platform gives it by a 1014 of its own, when it pleases."""
        content = ((("SKCreateTime", self._desk.keys.created or ""),),)
        exchange = await tell(self._desk, line, notice(self._desk, "1014", content), None, beat)
        if exchange.state is State.DONE:
            self._log.info("asked_for_a_new_key")
        else:
            self._log.warning("platform_does_not_hear_of_keys", saw=exchange.state.value)

    async def _give_alarm(self, age_days: float, now_ms: int) -> None:
        platform, told = self._desk.account.platform, self._desk.account.told
        renew_days = platform.dialect.encryption.renew_days
        self._log.warning("key_is_old", age_days=int(age_days), renew_days=renew_days)
        sentence = text("keys.old", platform=platform.name, age_days=int(age_days), renew_days=renew_days)
        await self._desk.database.write(lambda connection: changes.tell(connection, sentence, now_ms, told))
        self._desk.ring()


def _is_a_day_ago(at_ms: int | None, now_ms: int) -> bool:
    """Tell whether something may be done again; a clock that was set back does not put it off for ever."""
    return at_ms is None or not 0 <= now_ms - at_ms < DAY_MS
