"""Checks of a channel against its limits: exceeded, exceeded for long, close to being exceeded."""

from collections.abc import Iterator, Sequence

from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS
from dau.core.rules.limits import exceed, exceeded_marks, near_marks, warned_percent
from dau.core.rules.names import Rule
from dau.core.rules.points import JUDGED, Fact, Notice, Point
from dau.core.rules.runs import unbroken
from dau.core.states import State
from dau.quality.checks import Check, Subject
from dau.quality.history import History


def limit_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for where a channel has limits."""
    if not subject.limits:
        return
    own = subject.thresholds
    yield _exceeded(subject, Rule.HOUR_EXCEEDED, HOUR_MS)
    yield _exceeded(subject, Rule.DAY_EXCEEDED, DAY_MS)
    yield _in_a_row(subject, Rule.HOURS_IN_A_ROW, HOUR_MS, own.hours_in_a_row + 1)
    yield _in_a_row(subject, Rule.DAYS_IN_A_ROW, DAY_MS, own.days_in_a_row)
    yield _warning(subject, Rule.HOUR_WARNING, (HOUR_MS, MINUTE_MS), own.warn_minutes)
    yield _warning(subject, Rule.DAY_WARNING, (DAY_MS, HOUR_MS), own.warn_hours)
    yield _near(subject)


def _exceeded(subject: Subject, rule: Rule, length_ms: int) -> Check:
    name = subject.channel.name

    def look(history: History) -> Notice | None:
        point = history.last(subject.judged, length_ms)
        bounds = subject.bounds(point.at_ms, length_ms)
        if bounds is None or point.value is None or point.state not in JUDGED:
            return None
        extremes = () if bounds.low is None else (point.low, point.high)
        for value in (point.value, *extremes):
            found = exceed(value, bounds)
            if value is not None and found.is_exceeded:
                return Notice((point,), _facts(value=value, low=bounds.low, limit=bounds.high, multiple=found.multiple))
        return None

    return Check(rule, name, length_ms, look, {"judged": subject.judged})


def _in_a_row(subject: Subject, rule: Rule, length_ms: int, count: int) -> Check:
    def look(history: History) -> Notice | None:
        points = history.tail(subject.judged, length_ms, count)
        found = unbroken(points, _exceeded_marks(subject, points, length_ms), count)
        return Notice(found) if found else None

    return Check(rule, subject.channel.name, length_ms, look, {"periods": count, "judged": subject.judged})


def _exceeded_marks(subject: Subject, points: Sequence[Point], length_ms: int) -> list[bool]:
    """Each period is held against the limit that was in force then."""
    held = ((point, subject.bounds(point.at_ms, length_ms)) for point in points)
    return [bounds is not None and exceeded_marks([point], bounds)[0] for point, bounds in held]


def _warning(subject: Subject, rule: Rule, lengths: tuple[int, int], least: int) -> Check:
    whole_ms, part_ms = lengths
    percents = subject.thresholds.warn_percent

    def look(history: History) -> Notice | None:
        label_ms = history.end_ms - part_ms
        bounds = subject.bounds(label_ms, whole_ms)
        if bounds is None or bounds.high is None or bounds.low is not None:
            return None
        found = history.running_mean(subject.judged, whole_ms, part_ms, min(percents, default=100) / 100 * bounds.high)
        if found is None or found[0] < least:
            return None
        mean = found[1]
        percent = warned_percent(mean, bounds.high, percents)
        if percent is None:
            return None
        facts: dict[str, Fact] = {"percent": percent, "value": mean, "limit": bounds.high}
        return Notice((Point(label_ms, State.OK, mean, mean),), facts)

    parameters: dict[str, Fact] = {"percents": ", ".join(f"{each:g}" for each in percents), "judged": subject.judged}
    return Check(rule, subject.channel.name, part_ms, look, parameters)


def _near(subject: Subject) -> Check:
    own = subject.thresholds

    def look(history: History) -> Notice | None:
        points = history.tail(subject.judged, HOUR_MS, own.near_hours)
        bounds = subject.bounds(points[-1].at_ms, HOUR_MS)
        if bounds is None or bounds.high is None or bounds.low is not None:
            return None
        found = unbroken(points, near_marks(points, bounds.high, own.near_share), own.near_hours)
        return Notice(found, {"limit": bounds.high}) if found else None

    parameters: dict[str, Fact] = {"hours": own.near_hours, "share": own.near_share, "judged": subject.judged}
    return Check(Rule.NEAR_LIMIT, subject.channel.name, HOUR_MS, look, parameters)


def _facts(**facts: float | None) -> dict[str, Fact]:
    return {name: fact for name, fact in facts.items() if fact is not None}
