"""The errands of one bus: which wait, which are under way, whose turn it is. No input or output, only times.

An errand stands beside the polls. It goes before a poll that became due less than a period before it, but never twice
in a row before the same one: whoever was due when an errand left the bus is polled before the next errand. So neither
can starve the other, however many errands come.

An errand under way keeps its instrument to itself: another one for the same instrument waits for its end. Once begun it
is carried to its end even if nobody waits for the result any longer: a coil that was switched on must be switched off.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Final

from dau.acquire.turns import TICK_S, Turn
from dau.core.errands import Doer, Errand, InstrumentBusy, Report, Task, Work
from dau.core.instrument import InstrumentError

MOST_WAITING: Final = 8
"""How many errands a bus takes, those under way included."""

WAIT_S: Final = 30.0
"""How long an errand waits to be begun: whoever sent it will not wait longer."""

LONGEST_S: Final = 2 * 3600.0
"""After this time an errand under way is given up: calibrations take one hour, not two."""


@dataclass(slots=True, eq=False)
class Entry:
    """One errand for the instrument of a turn. Times are monotonic seconds.

    ``ready_s`` is since when it could go on: it came, or its pause ended. ``work`` is None until it is begun.
    """

    turn: Turn
    doer: Doer
    errand: Errand
    came_s: float
    ready_s: float
    outcome: "asyncio.Future[Report]"
    work: Work | None = None

    @property
    def name(self) -> str:
        """What to call it in messages."""
        return f"{self.turn.instrument.name}: {self.errand.task}"

    def begin(self, now_s: float) -> Work:
        """Return the work, which is begun if it was not yet. Raises `CannotDo`."""
        if self.work is None:
            self.work = self.doer.perform(self._as_of(now_s))
        return self.work

    def _as_of(self, now_s: float) -> Errand:
        """Return the errand; the time to set went on while it waited."""
        if self.errand.task is not Task.SET_CLOCK or self.errand.at_ms is None:
            return self.errand
        return replace(self.errand, at_ms=self.errand.at_ms + round((now_s - self.came_s) * 1000))

    def goes_before(self, turn: Turn | None, served_s: float) -> bool:
        """True if this errand is carried on before the poll; ``served_s`` is when the last errand left the bus."""
        if turn is None:
            return True
        since_s = turn.waits_since_s
        return since_s > served_s and self.ready_s < since_s + turn.instrument.period_s


class Agenda:
    """All errands of one bus that are not finished. ``quiet_until_s`` tells when the device of a turn may be asked."""

    def __init__(self, quiet_until_s: Callable[[Turn], float]) -> None:
        self._entries: list[Entry] = []
        self._quiet_until_s = quiet_until_s

    def add(self, turn: Turn, doer: Doer, errand: Errand, now_s: float) -> Entry:
        """Put an errand into the queue.

        Raises:
            InstrumentBusy: too many are in it.
        """
        if len(self._entries) >= MOST_WAITING:
            found = f"{turn.instrument.name}: {errand.task} not begun: its bus has {len(self._entries)} errands already"
            raise InstrumentBusy(found)
        outcome: asyncio.Future[Report] = asyncio.get_running_loop().create_future()
        entry = Entry(turn, doer, errand, now_s, now_s, outcome)
        self._entries.append(entry)
        return entry

    def leave(self, entry: Entry) -> None:
        """Take an errand out, unless it is begun: then it goes on without anybody waiting for it."""
        if entry in self._entries and entry.work is None:
            self._entries.remove(entry)

    def next(self, now_s: float) -> Entry | None:
        """Return the errand to go on with now: the one that is ready longest."""
        ready = [entry for entry in self._entries if self._go_on_s(entry) <= now_s + TICK_S]
        return min(ready, key=lambda entry: entry.ready_s, default=None)

    def next_s(self) -> float:
        """Return when the next errand is to go on; infinity if there is none."""
        return min(map(self._go_on_s, self._entries), default=inf)

    def _go_on_s(self, entry: Entry) -> float:
        if entry.work is None and any(other.work and other.turn is entry.turn for other in self._entries):
            return inf
        return max(entry.ready_s, self._quiet_until_s(entry.turn))

    def finish(self, entry: Entry, result: Report | InstrumentError) -> bool:
        """Tell whoever waits what came of an errand, and forget it. Returns False if nobody waits."""
        if entry in self._entries:
            self._entries.remove(entry)
        if entry.work is not None:
            entry.work.close()
        if entry.outcome.done():
            return False
        if isinstance(result, InstrumentError):
            entry.outcome.set_exception(result)
        else:
            entry.outcome.set_result(result)
        return True

    def give_up_late(self, now_s: float) -> None:
        """Finish what was not begun in time."""
        for entry in tuple(self._entries):
            if entry.work is None and now_s - entry.came_s > WAIT_S:
                self.finish(entry, InstrumentBusy(f"{entry.name} not begun within {WAIT_S:g} s: its bus is busy"))

    def give_up_all(self, reason: str) -> None:
        """Finish everything: the line is closed. ``reason`` says why."""
        for entry in tuple(self._entries):
            done = "not begun" if entry.work is None else "begun, its end unknown"
            self.finish(entry, InstrumentError(f"{entry.name} {done}: {reason}"))
