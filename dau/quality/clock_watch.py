"""Notices that the clock of the machine was set: how far it was off, and when."""

import sqlite3
from dataclasses import dataclass, field

import structlog

from dau.core.findings import STATION, Seen
from dau.core.rules.clock import step_ms
from dau.core.rules.names import Rule
from dau.core.rules.points import Fact
from dau.database import Database
from dau.runtime.clock import Clock
from dau.store import audit, findings
from dau.store.audit import Act

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ClockWatch:
    """Compares the wall clock with the one that only grows, whenever it is asked to look.

    A step beyond ``step_s`` is a finding. One beyond ``offset_s`` shows that the clock was wrong by so much until then,
    which is another. ``off`` are rules that do not speak.
    """

    step_s: float
    offset_s: float
    off: frozenset[Rule] = frozenset()
    _last: tuple[int, float] | None = field(default=None)

    async def look(self, database: Database, clock: Clock) -> None:
        """Note in the book and in the audit log that the clock was set since the last look.

        Raises:
            StoreError: nothing was noted; the step will be seen at the next look.
        """
        last, now = self._last, (clock.now_ms(), clock.monotonic_s())
        if last is not None:
            step = step_ms(last, now)
            if abs(step) > self.step_s * 1000:
                log.warning("clock_stepped", step_ms=step, now_ms=now[0])
                await database.write(lambda connection: self._note(connection, now[0], step))
        self._last = now

    def _note(self, connection: sqlite3.Connection, now_ms: int, step: int) -> None:
        before_ms = now_ms - step
        facts: dict[str, Fact] = {"step_s": step / 1000, "before_ms": before_ms, "after_ms": now_ms}
        found = [(Rule.CLOCK_STEP, self.step_s)]
        if abs(step) > self.offset_s * 1000:
            found.append((Rule.CLOCK_OFFSET, self.offset_s))
        for rule, most_s in found:
            if rule not in self.off:
                seen = Seen(rule, STATION, now_ms, now_ms, {"most_s": most_s}, (), facts)
                findings.note(connection, seen, now_ms, running=False)
        audit.add(connection, Act(now_ms, "unit", "clock step", "clock", str(before_ms), str(now_ms), "noticed"))
