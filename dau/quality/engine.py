"""Looks at what was closed, minute by minute, and keeps the book of findings.

How far closing has come and how far was looked is read from the database, and what was found is written together with
how far was looked: a power cut costs nothing, and any restart leads to the same findings. A rule that fails is logged
and leaves its findings as they are; all others go on.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from dau.core.events import Info
from dau.core.findings import Seen
from dau.core.periods import HOUR_MS, MINUTE_MS, Span, ends_at
from dau.core.records import RecordKind
from dau.core.rules.names import Rule
from dau.core.rules.points import Notice
from dau.database import Database, DatabaseDamaged, StoreError
from dau.quality.checks import Check, by_length
from dau.quality.clock_watch import ClockWatch
from dau.quality.history import History
from dau.quality.parameters import look_at_parameters
from dau.runtime.clock import Clock
from dau.store import events, findings, statistics
from dau.store.changes import UNIT_LOG
from dau.store.samples import ChannelIds
from dau.words import text

AT_ONCE: Final = 15
"""Minutes looked at in one transaction when many are due, so that live samples never wait long for the writer."""

PAUSE_S: Final = 5.0
"""How often it is asked whether something closed, and whether the clock was set."""

TOLD: Final = frozenset({Rule.HOUR_EXCEEDED, Rule.DAY_EXCEEDED})
"""Rules whose new findings platforms can be told of."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """What is looked for: the checks, the channels with their numbers in the database, how each is made.

    ``told`` are the platforms that hear of new exceedances.
    """

    checks: Sequence[Check]
    ids: ChannelIds
    parameters: Mapping[str, Mapping[str, str]]
    told: tuple[str, ...] = ()
    hour_wait_ms: int = 0
    """How long after their end hours and days are closed."""


class Engine:
    """Looks at closed minutes and at every longer period that ends with them.

    Args:
        task: what is looked for.
        watch: notices when the clock is set.
        ring: called when a platform is owed something new.
    """

    def __init__(
        self, task: Task, database: Database, clock: Clock, watch: ClockWatch, ring: Callable[[], None]
    ) -> None:
        self._task = task
        self._database = database
        self._clock = clock
        self._watch = watch
        self._ring = ring
        self._failing = False
        self._begun = False

    async def run(self, beat: Callable[[], None]) -> None:
        """Look at what is due, then ask again, until cancelled."""
        while True:
            try:
                await self._step(beat)
                self._failing = False
            except DatabaseDamaged:
                raise
            except StoreError as error:
                if not self._failing:
                    log.error("findings_wait", error=str(error))
                self._failing = True
            beat()
            await self._clock.sleep(PAUSE_S)

    async def _step(self, beat: Callable[[], None]) -> None:
        await self._watch.look(self._database, self._clock)
        if not self._begun:
            await self._database.write(partial(begin, task=self._task, now_ms=self._clock.now_ms()))
            self._begun = True
        while await self._database.read(_is_due):
            beat()
            if await self._database.write(partial(look_at_due, task=self._task, now_ms=self._clock.now_ms())):
                self._ring()


def begin(connection: sqlite3.Connection, task: Task, now_ms: int) -> None:
    """End findings of rules that the settings switched off, and notice parameters that are others than before."""
    known = {(check.rule, check.subject) for check in task.checks}
    for rule, subject in findings.running(connection) - known:
        findings.end(connection, rule, subject, now_ms)
    for channel, parameters in task.parameters.items():
        look_at_parameters(connection, channel, parameters, now_ms)


def _is_due(connection: sqlite3.Connection) -> bool:
    closed_ms, looked_ms = statistics.closed_until(connection), findings.looked_until(connection)
    return closed_ms is not None and (looked_ms is None or looked_ms < closed_ms)


def look_at_due(connection: sqlite3.Connection, task: Task, now_ms: int, at_once: int = AT_ONCE) -> bool:
    """Look at closed minutes that were not looked at yet, as many as may be at once; True if a platform is told.

    What closed before rules looked for the first time is the past, and left alone.
    """
    closed_ms = statistics.closed_until(connection)
    if closed_ms is None:
        return False
    looked_ms = findings.looked_until(connection)
    begun_ms = closed_ms if looked_ms is None else looked_ms
    until_ms = min(closed_ms, begun_ms + at_once * MINUTE_MS)
    looking = Round(connection, task, findings.running(connection), now_ms)
    by_lengths = by_length(task.checks)
    is_telling = False
    for minute in Span(begun_ms, max(0, until_ms - begun_ms)).parts(MINUTE_MS):
        history = History(connection, task.ids, minute.end_ms)
        late = History(connection, task.ids, minute.end_ms - task.hour_wait_ms) if task.hour_wait_ms else history
        for length_ms, checks in by_lengths.items():
            seen = late if length_ms >= HOUR_MS else history
            if ends_at(seen.end_ms, length_ms):
                for check in checks:
                    is_telling |= looking.look(check, seen)
    findings.set_looked_until(connection, until_ms)
    return is_telling


@dataclass(frozen=True, slots=True)
class Round:
    """One transaction of the engine, and the findings that run in it."""

    connection: sqlite3.Connection
    task: Task
    running: set[tuple[Rule, str]]
    now_ms: int

    def look(self, check: Check, history: History) -> bool:
        """Look at one rule, and enter what it says; True if a platform is told. A bug in the rule is logged."""
        try:
            notice = check.look(history)
            if notice is not None:
                return self._enter(check, notice, history.end_ms)
        except sqlite3.Error:
            raise
        except Exception:
            log.exception("rule_failed", rule=check.rule.value, channel=check.subject, end_ms=history.end_ms)
            return False
        if (check.rule, check.subject) in self.running:
            findings.end(self.connection, check.rule, check.subject, self.now_ms)
            self.running.discard((check.rule, check.subject))
        return False

    def _enter(self, check: Check, notice: Notice, end_ms: int) -> bool:
        first_ms = notice.points[0].at_ms
        seen = Seen(check.rule, check.subject, first_ms, end_ms, check.parameters, notice.points, notice.facts)
        is_new = findings.note(self.connection, seen, self.now_ms)
        self.running.add((check.rule, check.subject))
        if not is_new:
            return False
        log.info("finding", rule=check.rule.value, channel=check.subject, facts=dict(notice.facts))
        if not self.task.told or check.rule not in TOLD:
            return False
        sentence = text(f"findings.told.{check.rule.value}", channel=check.subject, **notice.facts)
        events.owe(self.connection, RecordKind.INFO, Info(UNIT_LOG, sentence), self.now_ms, self.now_ms, self.task.told)
        return True
