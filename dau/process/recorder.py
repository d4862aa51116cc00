"""Judges every reading and stores it as a sample, a group at a time, with its surroundings and what derives from it."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from dau.core.channels import Channel
from dau.core.conditions import Standing
from dau.core.declarations import Declaration
from dau.core.derive import Derivation, Newest, with_derived
from dau.core.judge import judge, silence
from dau.core.samples import Sample
from dau.core.surroundings import Heard, Marked, Surroundings, Turn
from dau.core.told import Told, readings_in
from dau.database import Database, DatabaseDamaged, StoreError
from dau.process.results import Known, Results
from dau.runtime.bell import Bell
from dau.runtime.clock import BEAT_S, Clock
from dau.store import conditions, declarations, samples, statistics
from dau.store.samples import ChannelIds

GATHER_S: Final = 0.5
"""How long samples gather before they are stored: one commit for all buses, and what a SIGKILL may cost."""

RETRY_S: Final = 5.0
"""Pause before storing is tried again on a disk that refuses."""

MOST_WAITING: Final = 250_000
"""Samples kept in memory while the disk refuses; beyond it the oldest are given up, which the log says."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is stored beside what is read.

    ``surroundings`` are the contacts and facilities of the station, ``derivations`` its derived channels in the order
    in which they build on each other, ``results`` what is told of analysers that work in cycles.
    """

    surroundings: Surroundings = field(default_factory=Surroundings)
    derivations: tuple[Derivation, ...] = ()
    results: Results = field(default_factory=Results)


@dataclass(frozen=True, slots=True)
class _Known:
    """What earlier groups told: of facilities, the newest sample of each channel, the results that were shown last."""

    heard: Heard = field(default_factory=dict)
    newest: Newest = field(default_factory=dict)
    shown: Known = field(default_factory=Known)


@dataclass(slots=True)
class _Marker:
    """Marks samples of derived channels one by one, by what the measured ones and those before told."""

    surroundings: Surroundings
    declared: Sequence[Declaration]
    standings: dict[str, Standing]
    heard: Heard = field(default_factory=dict)
    turns: list[Turn] = field(default_factory=list)

    def mark(self, sample: Sample) -> Sample:
        marked = self.surroundings.mark([sample], self.declared, self.standings, self.heard)
        self.note(marked)
        return marked.samples[0]

    def note(self, marked: Marked) -> None:
        self.heard = marked.heard
        self.turns += marked.turns
        self.standings |= {turn.facility: turn.standing for turn in marked.turns}


NOTHING: Final = Beside()


class Recorder:
    """Takes what the buses read; samples of all of them go to the database together.

    Args:
        channels: those each instrument feeds, by the instrument's name.
        ids: the numbers of the channels in the database.
        beside: contacts, facilities and derived channels of the station. What persons declared is looked up at
            storing: it counts for every sample from then on, whoever wrote it.
    """

    def __init__(
        self,
        channels: Mapping[str, Sequence[Channel]],
        ids: ChannelIds,
        database: Database,
        clock: Clock,
        beside: Beside = NOTHING,
    ) -> None:
        self._of_instrument = channels
        self._channel = {channel.name: channel for group in channels.values() for channel in group}
        self._ids = ids
        self._database = database
        self._clock = clock
        self._beside = beside
        self._known = _Known()
        self._waiting: deque[Sample] = deque()
        self._given_up = 0
        self._bell = Bell()
        self._storing = asyncio.Lock()
        self._failing = False
        self._late = False
        self._pause_s = 0.0  # the very first samples are stored at once

    async def __call__(self, instrument: str, readings: Sequence[Told] | None, at_ms: int) -> None:
        """Take the readings of one poll, complete at ``at_ms``; None where the instrument gave no answer."""
        if readings is None:
            self._waiting.extend(silence(channel, at_ms) for channel in self._of_instrument[instrument])
        else:
            heard = readings_in(readings)
            self._waiting.extend(judge(reading, self._channel[reading.channel], at_ms) for reading in heard)
        self._give_up_oldest()
        self._bell.ring()

    async def run(self, beat: Callable[[], None]) -> None:
        """Store what comes until cancelled, and then what is left."""
        try:
            while True:
                beat()
                await self._bell.wait(timeout_s=BEAT_S)
                await self._clock.sleep(self._pause_s)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> bool:
        """Store everything received so far. Returns whether that worked; what arrives meanwhile is the next flush's.

        A disk that refuses costs nothing but memory: the samples wait here and are tried again.

        Raises:
            DatabaseDamaged: trying again is no help.
        """
        async with self._storing:
            return not self._waiting or await self._store()

    async def _store(self) -> bool:
        group = list(self._waiting)
        self._waiting.clear()
        try:
            late, self._known = await self._database.write(lambda connection: self._add(connection, group))
        except DatabaseDamaged:
            raise
        except StoreError as error:
            self._waiting.extendleft(reversed(group))
            self._give_up_oldest()
            if not self._failing:
                log.error("samples_wait_in_memory", waiting=len(self._waiting), error=str(error))
            self._failing = True
            self._pause_s = RETRY_S
            return False
        if self._failing:
            log.info("samples_are_stored_again", stored=len(group), given_up=self._given_up)
        self._failing = False
        self._given_up = 0
        self._pause_s = GATHER_S
        if late and not self._late:
            log.warning("samples_come_late", late=late)
        self._late = late > 0
        return True

    def _add(self, connection: sqlite3.Connection, group: Sequence[Sample]) -> tuple[int, _Known]:
        """Store a group, what its surroundings say and what derives from it; what fails is done anew later."""
        surroundings = self._beside.surroundings
        instants = [sample.at_ms for sample in group]
        declared = declarations.holding(connection, min(instants), max(instants))
        known = conditions.latest(connection, [one.name for one in surroundings.facilities])
        results = self._beside.results
        group = results.standing(connection, group, self._known.shown)
        marked = surroundings.mark(group, declared, known, self._known.heard)
        marker = _Marker(surroundings, declared, dict(known))
        marker.note(marked)
        whole, newest = with_derived(self._beside.derivations, marked.samples, self._known.newest, marker.mark)
        conditions.add(connection, marker.turns)
        stored, shown = results.take(connection, whole, self._known.shown)
        late = samples.add(connection, self._ids, stored, statistics.closed_until(connection) or 0)
        return late, _Known(marker.heard, newest, shown)

    def _give_up_oldest(self) -> None:
        """Hold memory to its bound; the log tells when that begins, and at the end how many samples it cost."""
        excess = max(0, len(self._waiting) - MOST_WAITING)
        if excess and not self._given_up:
            log.error("samples_are_given_up", limit=MOST_WAITING)
        self._given_up += excess
        for _ in range(excess):
            self._waiting.popleft()
