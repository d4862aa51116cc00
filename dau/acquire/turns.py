"""Whose turn it is on a bus: no input or output, only times and what is known of each instrument.

Live instruments are asked when they are due, whoever waits longest first. One that gives no answer is silent: its due
times pass as silence, and at some of them, less and less often, it is probed. So a dead slave costs the others little,
and each due time has exactly one outcome: an answer, silence, or skipped because the bus was too busy.

An instrument that speaks by itself is never asked. Its due times pass without a word while it was heard within
`PATIENCE` periods, and as silence after that.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from math import inf
from typing import Final

from dau.acquire.counts import InstrumentCounts
from dau.acquire.timetable import Moment, Timetable
from dau.acquire.wiring import Instrument
from dau.core.instrument import Listener

TICK_S: Final = 0.001
"""How much too early a turn may come: no loop wakes more exactly."""

FIRST_PROBE_S: Final = 2.0
LONGEST_PROBE_S: Final = 60.0
"""Pauses between two probes of a silent instrument: 2, 4, 8 .. 60 s."""

PATIENCE: Final = 2
"""How many periods the due time of a live instrument waits for a busy bus: a long probe of another costs it none."""

JITTER: Final = 0.1

SILENT_SHARE: Final = 0.2
"""How much of the time of a bus all silent instruments together may take."""


class LineState(Enum):
    """What is known of the line to the instruments."""

    OPENING = auto()
    OPEN = auto()
    CLOSED = auto()


class Standing(Enum):
    """What is known of an instrument."""

    UNTRIED = auto()
    LIVE = auto()
    SILENT = auto()


@dataclass(slots=True)
class Turn:
    """One instrument on the bus: when it is due next (monotonic seconds) and how it has behaved."""

    instrument: Instrument
    due_s: float
    standing: Standing = Standing.UNTRIED
    is_on_time: bool = False
    """Whether ``due_s`` is a time of the timetable; the very first turn comes at once."""
    waits_since_s: float = 0.0
    """Since when it has waited for the bus; a skipped turn does not begin anew."""
    attempts: int = 0
    """How often it was asked in vain for the present due time."""
    probe_s: float = 0.0
    """A silent one is not asked before this time."""
    pause_s: float = FIRST_PROBE_S
    is_doubted: bool = False
    """Silent since its newest poll only: it is asked once more as if it lived. Single misses are normal."""
    refusals: Sequence[str] = ()
    """What it objected to in its newest answer, so that the log tells it once."""
    counts: InstrumentCounts = field(default_factory=InstrumentCounts)
    listener: Listener | None = None
    """Who hears the instrument, if it speaks by itself."""
    heard_s: float = 0.0
    """When such an instrument said something last, or the bus began."""

    @property
    def device(self) -> str:
        """Who answers: shared by all instruments in one slave."""
        return self.instrument.driver.device

    @property
    def was_not_asked(self) -> bool:
        """True if the present due time says nothing about the instrument yet: the bus was busy with others."""
        return self.listener is None and self.standing is not Standing.SILENT and self.attempts == 0

    @property
    def is_heard(self) -> bool:
        """True if an instrument that speaks by itself said something not long before the due time."""
        return self.listener is not None and self.due_s < self.heard_s + self.instrument.period_s * PATIENCE

    def advance(self, now: Moment) -> None:
        """Go on to the next due time."""
        self.skip(now)
        self.attempts = 0
        self.waits_since_s = max(self.due_s, now.monotonic_s)

    def skip(self, now: Moment) -> None:
        """Go on to the next due time without losing the place in the queue."""
        timetable = Timetable(round(self.instrument.period_s * 1000))
        self.due_s = timetable.following(self.due_s, now) if self.is_on_time else timetable.first(self.due_s, now)
        self.is_on_time = True

    def count(self, **more: int) -> None:
        """Add to the counts of that name."""
        self.counts = replace(self.counts, **{name: getattr(self.counts, name) + by for name, by in more.items()})


def _turn(instrument: Instrument, now_s: float) -> Turn:
    driver = instrument.driver
    return Turn(instrument, now_s, listener=driver if isinstance(driver, Listener) else None)


class Turns:
    """The turns of all instruments of one bus. All times are monotonic seconds unless they say otherwise."""

    def __init__(self, instruments: Sequence[Instrument], now_s: float, chance: random.Random) -> None:
        self.all = [_turn(instrument, now_s) for instrument in instruments]
        self.listening = [turn for turn in self.all if turn.listener]
        self._polled = [turn for turn in self.all if not turn.listener]
        self._chance = chance
        self._quiet_until_s: dict[str, float] = {}
        self._probing_from_s = now_s
        self._found_dead_s = now_s  # when one that had not been heard gave no answer

    def begin(self, now_s: float) -> None:
        """Make everybody due at once: the first values are there soon after the start."""
        for turn in self.all:
            turn.due_s = turn.heard_s = now_s

    def opened(self, now_s: float) -> None:
        """Note that the line is open: some instruments must wake up before they are asked."""
        for turn in self._polled:
            if turn.instrument.wake_s:
                self.quiet(turn, now_s + turn.instrument.wake_s)

    def next(self, now_s: float) -> Turn | None:
        """Return who is to be asked now: whoever waits longest, the live before the silent."""
        ready = [turn for turn in self._polled if self._ready_s(turn) <= now_s + TICK_S]
        return min(ready, key=self._place, default=None)

    def _place(self, turn: Turn) -> tuple[float, float]:
        """Return since when it waits. A silent one stands behind the live ones that are due now, but not for ever.

        One that was not heard yet goes to the end of the queue when another such one is found dead: so the dead of a
        line are not found out in a row while the live wait for all of them.
        """
        match turn.standing:
            case Standing.SILENT if not turn.is_doubted:
                since_s = max(turn.probe_s, self._probing_from_s) + turn.instrument.period_s * PATIENCE
                return since_s, turn.probe_s
            case Standing.UNTRIED:
                return max(turn.waits_since_s, self._found_dead_s), 0.0
            case _:
                return turn.waits_since_s, 0.0

    def _ready_s(self, turn: Turn) -> float:
        ready_s = max(turn.due_s, self._quiet_until_s.get(turn.device, turn.due_s))
        if turn.is_doubted:
            return max(ready_s, turn.probe_s)
        return max(ready_s, turn.probe_s, self._probing_from_s) if turn.standing is Standing.SILENT else ready_s

    def next_turn_s(self) -> float:
        """Return when the next one is to be asked."""
        return min(map(self._ready_s, self._polled), default=inf)

    def next_passing_s(self, now_s: float, asked: Turn | None, line: LineState) -> float:
        """Return when the next due time passes unused; that of the one who is being asked cannot."""
        others = (turn for turn in self.all if turn is not asked)
        return min((self._passes_s(turn, now_s, line) for turn in others), default=inf)

    def passed(self, now: Moment, asked: Turn | None, line: LineState) -> Iterator[tuple[Turn, int]]:
        """Go over the due times that pass without an answer and yield the silent ones with their wall clock time.

        On a closed line every due time passes at once. Else that of a live instrument waits for the bus; if even
        `PATIENCE` was not enough, the turn is skipped, which says nothing about the instrument. That of a silent one
        waits only if it may be probed by now.
        """
        for turn in self.all:
            if turn is asked:
                continue
            while self._passes_s(turn, now.monotonic_s, line) <= now.monotonic_s + TICK_S:
                due_ms = now.wall_at(turn.due_s)
                if line is not LineState.CLOSED and turn.is_heard:
                    turn.advance(now)
                elif line is LineState.OPEN and turn.was_not_asked:
                    turn.skip(now)
                    turn.count(skipped=1)
                else:
                    turn.advance(now)
                    turn.count(silent=1)
                    yield turn, due_ms

    def _passes_s(self, turn: Turn, now_s: float, line: LineState) -> float:
        if line is LineState.CLOSED or turn.listener:
            return turn.due_s
        if turn.standing is Standing.SILENT:
            return turn.due_s + turn.instrument.period_s * (turn.probe_s <= now_s + TICK_S)
        return turn.due_s + turn.instrument.period_s * PATIENCE

    def spoke(self, turn: Turn, now_s: float) -> None:
        """Note that an instrument which speaks by itself said something."""
        turn.standing, turn.heard_s = Standing.LIVE, now_s
        turn.count(answered=1)

    def answered(self, turn: Turn, now: Moment) -> None:
        """Note that an instrument answered."""
        turn.standing, turn.pause_s, turn.is_doubted = Standing.LIVE, FIRST_PROBE_S, False
        turn.count(answered=1)
        turn.advance(now)

    def quiet(self, turn: Turn, until_s: float) -> None:
        """Leave the device of this instrument alone: an answer may still come that would answer another question."""
        self._quiet_until_s[turn.device] = max(until_s, self.quiet_until_s(turn))

    def quiet_until_s(self, turn: Turn) -> float:
        """Return when the device of this instrument may be asked again; a time in the past if it may."""
        return self._quiet_until_s.get(turn.device, 0.0)

    def heard(self, turn: Turn) -> None:
        """Note that a silent instrument answered something else than a poll: it is polled again as if it were new."""
        if turn.standing is Standing.SILENT:
            turn.standing, turn.probe_s, turn.pause_s, turn.is_doubted = Standing.UNTRIED, 0.0, FIRST_PROBE_S, False

    def missed(self, turn: Turn, began_s: float, now: Moment) -> int | None:
        """Note that an instrument gave no answer.

        Returns:
            The wall clock time of the due time that is now silent; None if it will be asked again in time.
        """
        if self._may_retry(turn, now):
            turn.attempts += 1
            return None
        if turn.standing is Standing.UNTRIED:
            self._found_dead_s = now.monotonic_s
        if turn.standing is Standing.SILENT:
            turn.pause_s = min(2 * turn.pause_s, LONGEST_PROBE_S)
            spent_s = now.monotonic_s - began_s
            self._probing_from_s = now.monotonic_s + spent_s * (1 / SILENT_SHARE - 1)
        turn.is_doubted = turn.standing is Standing.LIVE
        turn.standing = Standing.SILENT
        turn.probe_s = now.monotonic_s + turn.pause_s * self._chance.uniform(1 - JITTER, 1 + JITTER)
        due_ms = now.wall_at(turn.due_s)
        turn.count(silent=1)
        turn.advance(now)
        return due_ms

    def _may_retry(self, turn: Turn, now: Moment) -> bool:
        if turn.standing is not Standing.LIVE or turn.attempts >= turn.instrument.retries:
            return False
        again_s = max(now.monotonic_s, self.quiet_until_s(turn))
        return again_s + turn.instrument.timeout_s <= turn.due_s + turn.instrument.period_s

    def forget(self) -> None:
        """Begin anew with every instrument: the line was lost, which says nothing about them."""
        for turn in self.all:
            turn.standing, turn.attempts, turn.probe_s, turn.pause_s = Standing.UNTRIED, 0, 0.0, FIRST_PROBE_S
            turn.is_doubted = False
        self._quiet_until_s.clear()
        self._probing_from_s = 0.0
