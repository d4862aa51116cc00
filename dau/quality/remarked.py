"""What people said afterwards of closed data, for reports alone: out of control, checks that failed, values by hand.

All of it stands in the mark book: with who, why and an audit row, and nothing that was measured is touched.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from dau.core.cycles import Care
from dau.core.marks import Category
from dau.core.periods import Span
from dau.store import marks
from dau.store.marks import Entry

OUT_OF_CONTROL: Final = "失控"
CHECK_FAILED: Final = "核查不合格"
INVALID: Final = frozenset({OUT_OF_CONTROL, CHECK_FAILED})
"""Labels of marks of devices after which a report counts what was measured as invalid."""

CALIBRATIONS: Final = frozenset({Care.GAS_AUTOMATIC, Care.GAS_DIRECT, Care.GAS_EXTRACTIVE, Care.GAS_FULL})
VALUE: Final = "value"
EMISSION: Final = "emission"
"""Fields of a mark of category 3: a concentration in the unit of the channel, an emission in that of its amounts."""


@dataclass(frozen=True, slots=True)
class Remarked:
    """The marks of one channel that a report looks at."""

    invalid: tuple[Span, ...]
    calibrated_ms: tuple[int, ...]
    by_hand: tuple[Entry, ...]

    def is_invalid(self, part: Span) -> bool:
        """Whether some part of a period was marked invalid afterwards."""
        return any(span.start_ms < part.end_ms and part.start_ms < span.end_ms for span in self.invalid)

    def by_hand_in(self, part: Span, field: str) -> Sequence[float]:
        """Return the numbers of manual values whose time lies, or reaches, into a period."""
        return [number for _, number in self.inputs_in(part, field)]

    def inputs_in(self, part: Span, field: str) -> tuple[tuple[int, float], ...]:
        """Return these numbers, each with the time at which its sample was begun."""
        listed = [one for one in self.by_hand if one.span.start_ms < part.end_ms and part.start_ms < one.span.end_ms]
        found = ((one.span.start_ms, _number(one.fields.get(field))) for one in listed)
        return tuple((start_ms, number) for start_ms, number in found if number is not None)


def remarked(connection: sqlite3.Connection, channel: str, span: Span) -> Remarked:
    """Return what the book says of a channel in a span."""
    entries = [kept.entry for kept in marks.in_span(connection, span) if kept.entry.subject == channel]
    devices = [one for one in entries if one.category is Category.DEVICE]
    return Remarked(
        tuple(one.span for one in devices if one.label in INVALID),
        tuple(one.span.end_ms for one in devices if one.label in CALIBRATIONS),
        tuple(one for one in entries if one.category is Category.MANUAL_VALUE),
    )


def _number(written: str | None) -> float | None:
    try:
        number = float(written or "")
    except ValueError:
        return None
    return number if isfinite(number) else None
