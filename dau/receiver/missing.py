"""Which labels of a periodic command are missing: plain arithmetic on the labels that came.

A label is the DataTime of a record (HJ 212-2017 table 5: the start of its period), here as milliseconds UTC. Nothing
assumes that the period is aligned to the clock, because units in the field label with their own idea of it: the grid
is the one most of the labels stand on, and labels beside it are counted, not dropped silently.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dau.core.periods import DAY_MS, HOUR_MS, INTERVALS_MIN, MINUTE_MS, Span

FIXED_INTERVALS: Final = {"2061": HOUR_MS, "2031": DAY_MS, "2041": DAY_MS}
"""Commands whose period the standard fixes, with its length in milliseconds."""

MINUTE_RECORD: Final = "2051"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What came and what is missing between the first and the last label of one unit and command.

    Attributes:
        first_ms, last_ms: the outermost labels, None if nothing came.
        came: number of different labels that came.
        interval_ms: the distance of two labels, None if the command has none or the labels do not show it.
        expected: how many labels there should be from the first to the last, None without an interval.
        missing: the holes, each from its first missing label to the label that came after it.
        off_grid: labels that stand beside the grid of the others.
    """

    first_ms: int | None
    last_ms: int | None
    came: int
    interval_ms: int | None = None
    expected: int | None = None
    missing: tuple[Span, ...] = ()
    off_grid: int = 0

    @property
    def missing_labels(self) -> int:
        """How many labels are missing."""
        return sum(span.length_ms for span in self.missing) // (self.interval_ms or 1)


def coverage(cn: str, labels: Iterable[int], minute_interval_ms: int | None = None) -> Coverage:
    """Compare the labels that came for a command with those that should have come.

    Args:
        cn: the command.
        labels: milliseconds UTC, in any order, repeats allowed.
        minute_interval_ms: the interval of minute records (2051); without it the labels themselves must show it.
    """
    came = sorted(set(labels))
    if not came:
        return Coverage(None, None, 0)
    interval_ms = FIXED_INTERVALS.get(cn)
    if cn == MINUTE_RECORD:
        interval_ms = minute_interval_ms or minute_interval(came)
    if interval_ms is None:
        return Coverage(came[0], came[-1], len(came))
    on_grid = _on_grid(came, interval_ms)
    return Coverage(
        first_ms=came[0],
        last_ms=came[-1],
        came=len(came),
        interval_ms=interval_ms,
        expected=(on_grid[-1] - on_grid[0]) // interval_ms + 1,
        missing=tuple(
            Span(before + interval_ms, after - before - interval_ms)
            for before, after in pairwise(on_grid)
            if after - before > interval_ms
        ),
        off_grid=len(came) - len(on_grid),
    )


def minute_interval(labels: Sequence[int]) -> int | None:
    """Recognise the interval of minute records: the longest allowed one that divides nine of ten distances.

    Nine of ten, so that a stray label does not spoil it; the longest, because holes only make distances larger. None
    if there are fewer than two labels or the distances fit no interval of the standard.
    """
    distances = [after - before for before, after in pairwise(labels)]
    for minutes in reversed(INTERVALS_MIN):
        fitting = sum(distance % (minutes * MINUTE_MS) == 0 for distance in distances)
        if distances and 10 * fitting >= 9 * len(distances):
            return minutes * MINUTE_MS
    return None


def _on_grid(labels: Sequence[int], interval_ms: int) -> list[int]:
    phase, _ = Counter(label % interval_ms for label in labels).most_common(1)[0]
    return [label for label in labels if label % interval_ms == phase]
