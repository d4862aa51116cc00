"""Checks of a channel against another one: converted against measured, dry against wet, outlet against inlet."""

from collections.abc import Iterator

from dau.core.periods import HOUR_MS
from dau.core.rules.limits import judged
from dau.core.rules.names import Rule
from dau.core.rules.pairs import differs_from_oxygen, is_above
from dau.core.rules.points import Notice
from dau.quality.checks import Check, Subject
from dau.quality.history import History


def pair_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for where the settings name the other channel."""
    own = subject.thresholds
    if own.ratio_of is not None and own.ratio_oxygen is not None and own.ratio_base is not None:
        yield _ratio(subject.channel.name, (own.ratio_of, own.ratio_oxygen), own.ratio_base, own.ratio_within)
    for rule, other in ((Rule.DRY_ABOVE_WET, own.wet), (Rule.OUTLET_ABOVE_INLET, own.inlet)):
        if other is not None:
            yield _above(rule, subject.channel.name, other, own.pair_within)


def _ratio(name: str, others: tuple[str, str], base: float, within: float) -> Check:
    measured_name, oxygen_name = others

    def look(history: History) -> Notice | None:
        points = [history.last(each, HOUR_MS) for each in (name, measured_name, oxygen_name)]
        converted, measured, oxygen = map(judged, points)
        if converted is None or measured is None or oxygen is None:
            return None
        factor = differs_from_oxygen(measured, converted, oxygen, base, within)
        if factor is None:
            return None
        return Notice((points[0],), {"measured": measured, "oxygen": oxygen, "factor": factor})

    return Check(Rule.RATIO, name, HOUR_MS, look, {"of": measured_name, "base": base, "within": within})


def _above(rule: Rule, name: str, other: str, within: float) -> Check:
    def look(history: History) -> Notice | None:
        point = history.last(name, HOUR_MS)
        one, bound = judged(point), judged(history.last(other, HOUR_MS))
        if one is None or bound is None or not is_above(one, bound, within):
            return None
        return Notice((point,), {other: bound})

    return Check(rule, name, HOUR_MS, look, {"other": other, "within": within})
