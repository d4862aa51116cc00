"""Keeps the results of analysers that work in cycles, and tells each by itself (HJ 212-2025 command 2013).

A result is new when its time moves; one that has no number then is told as soon as it has one. Of an instrument that
gives no time, a number that differs from the one before is a new result; two in a row that are equal to the last digit
cannot be told apart then.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dau.core.events import RawResult
from dau.core.findings import Seen
from dau.core.periods import HOUR_MS, MINUTE_MS, span_at
from dau.core.records import RecordKind
from dau.core.results import Shown, Turn, as_stored, standing, turn_of
from dau.core.rules.names import Rule, Silenced
from dau.core.samples import Sample
from dau.store import events, findings, samples, statistics


@dataclass(frozen=True, slots=True)
class Known:
    """What each channel showed last: the result with its time, and the number, whatever it is."""

    results: Mapping[str, Shown] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """The channels whose results are told one by one, and the platforms that want to hear of them.

    ``holds_ms`` is how long a result of each channel stands without a new one. The results of ``composites`` belong to
    the hour in which their water was taken.
    """

    holds_ms: Mapping[str, int] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    composites: frozenset[str] = frozenset()
    silenced: Silenced = frozenset()

    def standing(self, connection: sqlite3.Connection, group: Iterable[Sample], known: Known) -> list[Sample]:
        """Return a group of samples with what still stands of old results."""
        return [
            sample
            if sample.data_ms is None or sample.channel not in self.holds_ms
            else standing(sample, self._before(connection, sample.channel, known), self.holds_ms[sample.channel])
            for sample in group
        ]

    def take(
        self, connection: sqlite3.Connection, group: Iterable[Sample], known: Known
    ) -> tuple[Sequence[Sample], Known]:
        """Owe a record for each new result, and return the samples as they are stored and what is shown now.

        What ``known`` has nothing of, the database knows.
        """
        shown, numbers = dict(known.results), dict(known.numbers)
        stored: list[Sample] = []
        for sample in group:
            if sample.channel not in self.holds_ms:
                stored.append(sample)
            elif sample.data_ms is None:
                self._differing(connection, sample, numbers)
                stored.append(sample)
            else:
                before = self._before(connection, sample.channel, Known(shown))
                turn = turn_of(sample, before)
                row = as_stored(sample, turn)
                if turn.is_new:
                    shown[sample.channel] = Shown(sample.data_ms, sample.at_ms, sample.value is not None)
                    self._tell(connection, row)
                    self._remark(connection, row, turn, before)
                elif before is not None:
                    shown[sample.channel] = before
                stored.append(row)
        return stored, Known(shown, numbers)

    def _before(self, connection: sqlite3.Connection, channel: str, known: Known) -> Shown | None:
        if channel in known.results:
            return known.results[channel]
        return samples.last_result(connection, channel)

    def _tell(self, connection: sqlite3.Connection, row: Sample) -> None:
        """Owe a record for a result; one whose number could not be had is told when it can."""
        if row.value is None:
            return
        event = RawResult(row.channel, row.value, row.states, row.sampled_ms, row.data_ms)
        events.owe(connection, RecordKind.RAW, event, row.at_ms, row.at_ms, self.platforms)

    def _remark(self, connection: sqlite3.Connection, row: Sample, turn: Turn, before: Shown | None) -> None:
        late = _late(connection, row) if row.channel in self.composites else None
        for seen in (_odd_time(row, turn, before), late):
            if seen is not None and (row.channel, seen.rule) not in self.silenced:
                findings.note(connection, seen, row.at_ms, running=False)

    def _differing(self, connection: sqlite3.Connection, sample: Sample, numbers: dict[str, float]) -> None:
        if sample.value is None:
            return
        before = numbers.get(sample.channel)
        if before is None:
            before = samples.last_value(connection, sample.channel, sample.at_ms)
        if sample.value != before:
            event = RawResult(sample.channel, sample.value, sample.states, None, sample.at_ms)
            events.owe(connection, RecordKind.RAW, event, sample.at_ms, sample.at_ms, self.platforms)
        numbers[sample.channel] = sample.value


def _odd_time(row: Sample, turn: Turn, before: Shown | None) -> Seen | None:
    """Return the finding about the clock of an instrument that gives its results impossible times."""
    if turn not in {Turn.BACK, Turn.AHEAD} or row.data_ms is None:
        return None
    off_ms = row.data_ms - (before.data_ms if turn is Turn.BACK and before is not None else row.at_ms)
    facts = {"clock": "back" if turn is Turn.BACK else "ahead", "seconds": off_ms / 1000}
    return Seen(Rule.RESULT_TIME, row.channel, row.at_ms, row.at_ms, {}, (), facts)


def _late(connection: sqlite3.Connection, row: Sample) -> Seen | None:
    """Return the finding about a result whose hour is closed: what was closed and told stays as it is."""
    if row.value is None or row.sampled_ms is None:
        return None
    hour = span_at(row.sampled_ms, HOUR_MS)
    if not statistics.has(connection, hour, HOUR_MS):
        return None
    late_min = (row.at_ms - hour.end_ms) / MINUTE_MS
    return Seen(Rule.RESULT_LATE, row.channel, row.at_ms, row.at_ms, {}, (), {"minutes": late_min})
