"""Times in which nothing is held against a furnace: its facility is out of order, or a person marked them."""

import sqlite3
from collections.abc import Callable, Sequence

from dau.core.periods import Span
from dau.quality.checks import Subject
from dau.store import conditions, marks

IsExempt = Callable[[Span], bool]


def exemptions(connection: sqlite3.Connection, subject: Subject, span: Span) -> IsExempt:
    """Return what tells whether some part of a window in a span is exempt.

    Of several facilities that serve the channel all must be in a condition that exempts: one that works is judged.
    """
    own = subject.thresholds
    marked = [
        kept.entry.span
        for kept in marks.in_span(connection, span)
        if kept.entry.label in own.furnace_exempt_labels
        and kept.entry.subject in {subject.channel.name, *subject.facilities}
    ]
    stood = [_stood(connection, name, span, subject) for name in subject.facilities]

    def is_exempt(window: Span) -> bool:
        return _touches(marked, window) or (bool(stood) and all(_touches(spans, window) for spans in stood))

    return is_exempt


def _stood(connection: sqlite3.Connection, facility: str, span: Span, subject: Subject) -> list[Span]:
    turns = conditions.in_span(connection, facility, span)
    ends = [*(turn.from_ms for turn in turns), span.end_ms][1:]
    return [
        Span(turn.from_ms, end_ms - turn.from_ms)
        for turn, end_ms in zip(turns, ends, strict=True)
        if turn.standing.condition in subject.thresholds.furnace_exempt
    ]


def _touches(spans: Sequence[Span], window: Span) -> bool:
    return any(each.start_ms < window.end_ms and window.start_ms < each.end_ms for each in spans)
