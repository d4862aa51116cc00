"""Checks of what persons declared: maintenance that covers an exceedance, or that comes each day at the same hour."""

from collections.abc import Iterator, Sequence
from typing import Final

from dau.core.declarations import Declaration, DeclarationKind
from dau.core.periods import DAY_MS, HOUR_MS, Span
from dau.core.rules.limits import exceed
from dau.core.rules.names import Rule
from dau.core.rules.points import Notice
from dau.core.states import State
from dau.quality.checks import Check, Subject
from dau.quality.history import History
from dau.store import declarations

KINDS: Final = frozenset({DeclarationKind.MAINTENANCE, DeclarationKind.CALIBRATION})
SET_ASIDE: Final = frozenset({State.MAINTENANCE, State.CALIBRATION})


def declared_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for where a channel has limits: only there is anything to hide."""
    if subject.limits:
        yield _abuse(subject)


def _abuse(subject: Subject) -> Check:
    name, days = subject.channel.name, subject.thresholds.abuse_days

    def look(history: History) -> Notice | None:
        hour = Span(history.end_ms - HOUR_MS, HOUR_MS)
        holding = _of(name, history, hour)
        if not holding:
            return None
        point, judged = history.last(name, HOUR_MS), history.last(subject.judged, HOUR_MS)
        who = ", ".join(dict.fromkeys(one.who for one in holding))
        bounds = subject.bounds(hour.start_ms, HOUR_MS)
        number = judged.raw if judged.raw is not None else judged.value
        if point.state in SET_ASIDE and bounds is not None and exceed(number, bounds).is_exceeded:
            return Notice((point,), {"covers": "exceedance", "value": number or 0.0, "who": who})
        if all(_of(name, history, Span(hour.start_ms - day * DAY_MS, HOUR_MS)) for day in range(1, days)):
            begun = {one.id for day in range(days) for one in _of(name, history, _earlier(hour, day))}
            if len(begun) >= days:  # one long declaration is no habit
                return Notice((point,), {"covers": "same hour of the day", "days": float(days), "who": who})
        return None

    return Check(Rule.MAINTENANCE_ABUSE, name, HOUR_MS, look, {"days": days, "judged": subject.judged})


def _earlier(hour: Span, days: int) -> Span:
    return Span(hour.start_ms - days * DAY_MS, hour.length_ms)


def _of(channel: str, history: History, hour: Span) -> Sequence[Declaration]:
    """Return the declarations of maintenance or calibration of a channel that hold in an hour."""
    found = declarations.holding(history.connection, hour.start_ms, hour.end_ms - 1)
    return [one for one in found if one.kind in KINDS and channel in one.channels and one.entered_ms < hour.end_ms]
