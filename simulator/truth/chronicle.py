"""The journal by channel: which samples lie in a span, and where that cannot be told for certain.

The journal notes when a reply left the instrument; the station stamps it when it is complete, a little later. A reply
that left just before a minute ended may therefore count in either minute. Every way to cut the samples between two
minutes is offered, and the two sides of a cut must agree with each other.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from simulator.faults import FaultKind
from simulator.instruments.slave import Spoken
from simulator.journal import Entry
from simulator.truth.figures import Condition, Heard

ON_THE_WAY_MS: Final = 300
"""The longest time from the moment a reply leaves the instrument to the station's stamp."""


@dataclass(slots=True)
class Chronicle:
    """What one channel's instrument said, in order of time; ``lost`` are the instants of replies that were spoilt."""

    at_ms: list[int] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)

    def add(self, at_ms: int, spoken: Spoken) -> None:
        """Note one entry of the journal."""
        heard = _heard(spoken)
        if heard is None:
            self.lost.append(at_ms)
        else:
            self.at_ms.append(at_ms)
            self.heard.append(heard)

    def cuts(self, border_ms: int) -> list[int]:
        """Return how many samples may lie before the border; the likeliest first."""
        surely, at_most = bisect_left(self.at_ms, border_ms - ON_THE_WAY_MS), bisect_left(self.at_ms, border_ms)
        return list(range(at_most, surely - 1, -1))

    def between(self, from_ms: int, until_ms: int) -> range:
        """Return the numbers of the samples of ``from_ms <= t < until_ms``."""
        return range(bisect_left(self.at_ms, from_ms), bisect_left(self.at_ms, until_ms))

    def slices(self, first: int, until: int, length_ms: int) -> list[tuple[int, Heard]]:
        """Return the samples with these numbers, each with the number of the slice of time it lies in."""
        return [
            ((self.at_ms[number] + ON_THE_WAY_MS) // length_ms, self.heard[number]) for number in range(first, until)
        ]

    def was_asked_in_vain(self, start_ms: int, end_ms: int) -> bool:
        """Return whether a reply was spoilt in ``start_ms <= t < end_ms``."""
        return bisect_left(self.lost, start_ms) < bisect_left(self.lost, end_ms)


def _heard(spoken: Spoken) -> Heard | None:
    """Return the sample that the station makes of it, None where it cannot have believed the reply."""
    if spoken.spoilt == FaultKind.EXCEPTION:
        return Heard(None, Condition.FAULT)
    return None if spoken.spoilt else Heard(spoken.value, Condition(spoken.state))


def chronicles(entries: Iterable[Entry]) -> dict[str, Chronicle]:
    """Return the journal by channel. Entries are in order of time, as they were written."""
    found: dict[str, Chronicle] = {}
    for entry in sorted(entries, key=lambda entry: entry.at_ms):
        found.setdefault(entry.spoken.channel, Chronicle()).add(entry.at_ms, entry.spoken)
    return found
