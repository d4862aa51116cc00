"""Checks of the caps of the mark book: how much of each is used, before somebody asks."""

from collections.abc import Iterable, Iterator, Sequence

from dau.core.marks import Cap
from dau.core.periods import HOUR_MS
from dau.core.rules.limits import warned_percent
from dau.core.rules.names import Rule
from dau.core.rules.points import Notice, Point
from dau.core.states import State
from dau.quality import care
from dau.quality.checks import Check
from dau.quality.history import History

WHOLE: float = 100.0


def cap_checks(caps: Iterable[Cap], facilities: Sequence[str], percents: Sequence[float]) -> Iterator[Check]:
    """Yield a check for each cap, on the cap itself: warned at percentages of it, and told when it is used up."""
    for cap in caps:
        yield _cap(cap, facilities, percents)


def _cap(cap: Cap, facilities: Sequence[str], percents: Sequence[float]) -> Check:
    def look(history: History) -> Notice | None:
        uses = list(care.caps_used(history.connection, [cap], facilities, history.end_ms))
        worst = max(uses, key=lambda use: use.hours, default=None)
        if worst is None:
            return None
        percent = warned_percent(worst.hours, cap.hours, [*percents, WHOLE])
        if percent is None:
            return None
        begin_ms = care.period_of(cap.period, history.end_ms - 1).start_ms
        shown = ", ".join(f"{use.subject} {use.hours:.2f}" for use in uses)
        return Notice(
            (Point(begin_ms, State.OK, worst.hours, worst.hours),),
            {"percent": percent, "used": worst.hours, "subjects": shown},
        )

    return Check(Rule.CAP, cap.name, HOUR_MS, look, {"hours": cap.hours, "period": cap.period.value})
