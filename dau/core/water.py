"""Concentrations in waste water: averaged by the flow that carried them, and the mass that went with it.

Time is cut into slices, each with one flow and one concentration (HJ 212-2017 formulas 1 to 4). The pair rule: only
slices in which both were measured count in mass and mean. Where nothing flowed there is no concentration, and the mass
is a true zero.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil

from dau.core.channels import Channel
from dau.core.exact import STORED_DIGITS, exact, exact_product, exact_sum, sum_of
from dau.core.period_rules import PeriodRules
from dau.core.periods import DAY_MS, Span
from dau.core.samples import Sample
from dau.core.states import winner
from dau.core.statistics import PeriodStatistic, slice_seconds


@dataclass(frozen=True, slots=True)
class Slice:
    """Some seconds of discharge; a flow or a concentration that was not measured is None."""

    seconds: Decimal
    flow: float | None
    concentration: float | None


@dataclass(frozen=True, slots=True)
class Scale:
    """What makes an amount out of one second of flow, and a mass out of one concentration in one amount."""

    amount_per_second: float
    mass_per_amount: float


@dataclass(frozen=True, slots=True)
class Discharge:
    """Sums over slices, each None where nothing was measured.

    ``volume`` is over every slice with a flow, in ``seconds``; ``paired`` and ``mass`` over the ``pairs`` slices with
    a concentration too.
    """

    seconds: Decimal
    volume: float | None
    pairs: int
    paired: float | None
    mass: float | None


def discharge(slices: Sequence[Slice], scale: Scale) -> Discharge:
    """Add up slices (formulas 1 and 3): D = Q t, G = C D.

    Water that flows back carries no load out: such a slice is no pair.
    """
    per_second, mass_per = exact(scale.amount_per_second), exact(scale.mass_per_amount)
    flows = [(each.seconds, exact(each.flow)) for each in slices if each.flow is not None]
    pairs = [
        (exact_product(each.seconds, exact(each.flow), per_second), exact(each.concentration))
        for each in slices
        if each.flow is not None and each.flow >= 0 and each.concentration is not None
    ]
    return Discharge(
        exact_sum(seconds for seconds, _ in flows),
        float(exact_sum(exact_product(*each, per_second) for each in flows)) if flows else None,
        len(pairs),
        float(exact_sum(amount for amount, _ in pairs)) if pairs else None,
        float(exact_sum(exact_product(*each, mass_per) for each in pairs)) if pairs else None,
    )


def mean_flow(sums: Discharge, scale: Scale) -> float | None:
    """Return the flow that would have carried the volume in the time that was measured (formulas 5 to 7)."""
    if sums.volume is None or not sums.seconds:
        return None
    return float(STORED_DIGITS.divide(exact(sums.volume), sums.seconds * exact(scale.amount_per_second)))


def concentration(mass: float | None, amount: float | None, mass_per_amount: float) -> float | None:
    """Return the concentration of a mass in an amount, None where there was none of it."""
    if mass is None or amount is None or amount <= 0:
        return None
    return float(STORED_DIGITS.divide(exact(mass), exact(amount) * exact(mass_per_amount)))


@dataclass(frozen=True, slots=True)
class Outlet:
    """A channel of a concentration and that of the flow which carries it."""

    channel: Channel
    flow: Channel

    @property
    def scale(self) -> Scale:
        """How its amounts are reckoned.

        Raises:
            ValueError: one of the two has no amounts.
        """
        if self.flow.total_per_second is None or self.channel.mass_per_amount is None:
            raise ValueError(f"no mass can be made of {self.channel.name} and {self.flow.name}")
        return Scale(self.flow.total_per_second, self.channel.mass_per_amount)


def carried(
    outlet: Outlet,
    statistic: PeriodStatistic,
    samples: tuple[Sequence[Sample], Sequence[Sample]],
    flow: PeriodStatistic,
    rules: PeriodRules,
) -> PeriodStatistic:
    """Return the statistic of a minute with the mass that was carried and, where it is weighted, that mean.

    Args:
        outlet: the two channels.
        statistic: of the concentration, as of any quantity.
        samples: of the concentration and of the flow.
        flow: the statistic of the flow in the same minute: all the volume there was.
        rules: which values count, and whether means are weighted.
    """
    slices = list(slices_of(outlet, statistic.span, *samples, rules))
    sums = discharge(slices, outlet.scale)
    found = replace(statistic, total=sums.mass, volume=flow.total, paired=sums.paired)
    if not rules.weighted:
        return found
    step_s = min(outlet.channel.period_s, outlet.flow.period_s)
    expected = max(1, round(statistic.span.length_ms / 1000 / step_s))
    values = [
        each.concentration
        for each in slices
        if each.flow is not None and each.flow >= 0 and each.concentration is not None
    ]
    mean = concentration(sums.mass, sums.paired, outlet.scale.mass_per_amount)
    valid = mean is not None and sums.pairs >= rules.enough * expected
    return _with_mean(replace(found, valid=valid, count=sums.pairs, expected=expected), mean, values)


def carried_longer(
    channel: Channel,
    statistic: PeriodStatistic,
    parts: Sequence[PeriodStatistic],
    rules: PeriodRules,
    due: int | None = None,
) -> PeriodStatistic:
    """Return the statistic of a longer period with the sums of its parts and, where it is weighted, the mean of those.

    ``due`` is how many parts should have a mean; None: those that are not known to be without discharge, but every
    hour of a day if the discharge is not intermittent. The mean is over valid parts, the sums over all.
    """
    found = replace(
        statistic,
        volume=sum_of(part.volume for part in parts if part.volume is not None),
        paired=sum_of(part.paired for part in parts if part.paired is not None),
    )
    if not rules.weighted:
        return found
    if due is None:
        due = statistic.expected - (_dry(parts) if _may_stand_still(statistic.span, rules) else 0)
    counted = [part for part in parts if part.valid and part.mean is not None and part.paired is not None]
    mass = sum_of(part.total for part in counted if part.total is not None)
    amount = sum_of(part.paired for part in counted if part.paired is not None)
    mean = concentration(mass, amount, channel.mass_per_amount or 0.0) if counted else None
    valid = mean is not None and len(counted) >= ceil(rules.enough * due)
    extremes = [value for part in counted for value in (part.low, part.high) if value is not None]
    return _with_mean(replace(found, valid=valid, count=len(counted), expected=due), mean, extremes)


def slices_of(
    outlet: Outlet, span: Span, samples: Sequence[Sample], flows: Sequence[Sample], rules: PeriodRules
) -> Iterator[Slice]:
    """Yield a slice for each sample of the faster of both channels, with the nearest of the other.

    The nearest one counts whatever its state, so that an analyser in maintenance borrows no value from before; one
    that is a whole period of its channel away does not belong to the slice.
    """
    of_flow = outlet.flow.period_s <= outlet.channel.period_s
    base, other = (flows, samples) if of_flow else (samples, flows)
    fast_s, slow_s = sorted((outlet.flow.period_s, outlet.channel.period_s))
    slice_s = slice_seconds(fast_s, span, len(base))
    known = sorted(other, key=_order)
    instants = [sample.at_ms for sample in known]
    for sample in base:
        place = bisect_left(instants, sample.at_ms)
        near = known[max(0, place - 1) : place + 1]
        nearest = min(near, key=lambda one: abs(one.at_ms - sample.at_ms), default=None)
        if nearest is not None and abs(nearest.at_ms - sample.at_ms) >= slow_s * 1000:
            nearest = None
        here, there = _measured(sample, rules), _measured(nearest, rules)
        yield Slice(slice_s, *((here, there) if of_flow else (there, here)))


def _order(sample: Sample) -> tuple[int, int, bool, float]:
    return sample.at_ms, int(sample.states), sample.value is None, sample.value or 0.0


def _measured(sample: Sample | None, rules: PeriodRules) -> float | None:
    return sample.value if sample is not None and winner(sample.states) in rules.measured else None


def _dry(parts: Iterable[PeriodStatistic]) -> int:
    return sum(part.volume is not None and part.volume <= 0 for part in parts)


def _may_stand_still(span: Span, rules: PeriodRules) -> bool:
    return rules.intermittent or span.length_ms < DAY_MS


def _with_mean(statistic: PeriodStatistic, mean: float | None, values: Sequence[float]) -> PeriodStatistic:
    """Return it with a mean and its extremes; what was rounded on the way must not lift a mean above its values."""
    if mean is None:
        return replace(statistic, mean=None, low=None, high=None)
    low, high = min(values), max(values)
    return replace(statistic, mean=min(max(mean, low), high), low=low, high=high)
