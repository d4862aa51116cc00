"""Checks of furnaces: windows that were too cold, and thermocouples of a whole section that give nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from dau.core.derive import Derivation, Input
from dau.core.exact import mean_of
from dau.core.periods import DAY_MS, FURNACE_MS, MINUTE_MS, Span, span_at
from dau.core.rules.furnace import Heat, cold_windows, heat_of
from dau.core.rules.names import Rule
from dau.core.rules.points import Notice, Point
from dau.core.states import State
from dau.quality.checks import Check, Subject
from dau.quality.exempt import exemptions
from dau.quality.history import History, values_of

WINDOW_MINUTES: Final = FURNACE_MS // MINUTE_MS
ENOUGH_MINUTES: Final = 4
"""Valid minutes of a window of five that make its mean: three quarters."""

SECTIONS: Final = ("middle", "upper")


@dataclass(slots=True)
class _ColdToday:
    """The cold windows of a day, looked at until ``until_ms``; closed minutes never change."""

    day_ms: int = 0
    until_ms: int = 0
    cold: list[Point] = field(default_factory=list)


def cold_furnace(subject: Subject) -> Check:
    """Return the check that counts the cold windows of a furnace in each natural day."""
    name, own = subject.channel.name, subject.thresholds
    today = _ColdToday()

    def look(history: History) -> Notice | None:
        day_ms = span_at(history.end_ms - 1, DAY_MS).start_ms
        if day_ms != today.day_ms or today.until_ms > history.end_ms:  # a new day, or anew after a rollback
            today.day_ms, today.until_ms, today.cold = day_ms, day_ms, []
        count = (history.end_ms - today.until_ms) // MINUTE_MS
        minutes = history.tail(name, MINUTE_MS, count) if count else []
        groups = (minutes[place : place + WINDOW_MINUTES] for place in range(0, len(minutes), WINDOW_MINUTES))
        today.cold += cold_windows([_window(group) for group in groups], own.furnace_below)
        today.until_ms = history.end_ms
        is_exempt = exemptions(history.connection, subject, Span(day_ms, history.end_ms - day_ms))
        cold = tuple(point for point in today.cold if not is_exempt(Span(point.at_ms, FURNACE_MS)))
        heat = heat_of(len(cold), own.furnace_warn, own.furnace_most)
        return None if heat is Heat.ENOUGH else Notice(cold, {"windows": len(cold), "heat": heat.value})

    parameters = {"below": own.furnace_below, "warn_from": own.furnace_warn, "most": own.furnace_most}
    return Check(Rule.COLD_FURNACE, name, FURNACE_MS, look, parameters)


def _window(minutes: list[Point]) -> Point:
    """Return the mean of a window over the minutes of it that count; too few make none."""
    values = values_of(minutes)
    mean = mean_of(values) if len(values) >= ENOUGH_MINUTES else None
    return Point(minutes[0].at_ms, State.OK if mean is not None else State.NO_DATA, mean, mean)


def section_checks(derivations: Iterable[Derivation]) -> Iterator[Check]:
    """Yield a check for each furnace temperature that is made of two sections: one that is lost is an alarm."""
    for each in derivations:
        sections = {name: each.inputs.get(name) for name in SECTIONS}
        listed = {name: one for name, one in sections.items() if isinstance(one, tuple)}
        if len(listed) == len(SECTIONS):
            yield _sections(each.channel.name, listed)


def _sections(name: str, sections: dict[str, tuple[Input, ...]]) -> Check:
    def look(history: History) -> Notice | None:
        own = history.last(name, MINUTE_MS)
        lost = [section for section, inputs in sections.items() if _is_lost(history, inputs)]
        if not lost or not own.is_closed or own.state is State.STOPPED:
            return None
        return Notice((own,), {"lost": ", ".join(lost)})

    return Check(Rule.FURNACE_SECTION, name, MINUTE_MS, look)


def _is_lost(history: History, inputs: Sequence[Input]) -> bool:
    return all(history.last(each.channel.name, MINUTE_MS).value is None for each in inputs)
