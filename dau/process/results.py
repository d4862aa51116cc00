"""Notices the results of analysers that work in cycles, each of which is told by itself (HJ 212-2025 command 2013).

Such an analyser is polled as often as any other and shows its last result until it has a new one. A number that differs
from the one before is a new result. Two results in a row that are equal to the last digit cannot be told apart.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dau.core.events import RawResult
from dau.core.records import RecordKind
from dau.core.samples import Sample
from dau.store import events, samples


@dataclass(frozen=True, slots=True)
class Results:
    """The channels whose results are told one by one, and the platforms that want to hear of them."""

    channels: frozenset[str] = frozenset()
    platforms: tuple[str, ...] = ()

    def owe(
        self, connection: sqlite3.Connection, group: Iterable[Sample], shown: Mapping[str, float]
    ) -> Mapping[str, float]:
        """Owe a record for each new result in ``group``, and return what each channel shows now.

        ``shown`` is what it showed before; of a channel that is missing there, the database knows.
        """
        now = dict(shown)
        for sample in group:
            if sample.channel not in self.channels or sample.value is None:
                continue
            before = now.get(sample.channel)
            if before is None:
                before = samples.last_value(connection, sample.channel, sample.at_ms)
            if sample.value != before:
                event = RawResult(sample.channel, sample.value, sample.states, None, sample.at_ms)
                events.owe(connection, RecordKind.RAW, event, sample.at_ms, sample.at_ms, self.platforms)
            now[sample.channel] = sample.value
        return now
