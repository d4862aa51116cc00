"""Checks of the caps of the mark book: how much of each is used, before somebody asks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from dau.core.marks import Cap, CapPeriod
from dau.core.periods import HOUR_MS
from dau.core.rules.limits import warned_percent
from dau.core.rules.names import Rule
from dau.core.rules.points import Fact, Notice, Point
from dau.core.states import State
from dau.quality import care
from dau.quality.checks import Check
from dau.quality.history import History

WHOLE: float = 100.0


def cap_checks(caps: Iterable[Cap], facilities: Sequence[str], percents: Sequence[float]) -> Iterator[Check]:
    """Yield checks of each cap: warned at percentages of it, and told when it is used up.

    Each subject that is known beforehand has a finding of its own; a cap of labels that names none has one for the
    subject that used most.
    """
    for cap in caps:
        known = [each for each in facilities if not cap.subjects or each in cap.subjects] if cap.of_conditions else []
        for name in known or sorted(cap.subjects):
            yield _cap(replace(cap, subjects=frozenset({name})), f"{cap.name}: {name}", facilities, percents)
        if not known and not cap.subjects:
            yield _cap(cap, cap.name, facilities, percents)


def _cap(cap: Cap, subject: str, facilities: Sequence[str], percents: Sequence[float]) -> Check:
    def look(history: History) -> Notice | None:
        now_ms = history.end_ms
        uses = list(care.caps_used(history.connection, [cap], facilities, now_ms, now_ms - HOUR_MS))
        worst = max(uses, key=lambda use: use.hours, default=None)
        percent = None if worst is None else warned_percent(worst.hours, cap.hours, [*percents, WHOLE])
        if worst is None or percent is None:
            return None
        begin_ms = care.period_of(cap.period, now_ms - 1).start_ms
        if cap.period is CapPeriod.EVENT:
            begin_ms = max(begin_ms, now_ms - round(worst.hours * HOUR_MS))
        shown = ", ".join(f"{use.subject} {use.hours:.2f}" for use in uses)
        facts: dict[str, Fact] = {"percent": percent, "used": worst.hours, "subjects": shown}
        return Notice((Point(begin_ms, State.OK, worst.hours, worst.hours),), facts)

    return Check(Rule.CAP, subject, HOUR_MS, look, {"hours": cap.hours, "period": cap.period.value})
