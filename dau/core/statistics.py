"""What a period was: means, extremes, totals, and one state that the numbers of the period answer for.

The levels follow HJ 212-2017 appendix D and the rules of HJ 75: a raw minute from its samples, the interval record and
the hour from raw minutes, the day from hours, the month from days. Means are over *measured* parts only, and
arithmetic; those of concentrations in waste water are weighted by the flow (``water.py``). What is missing is missing
and never zero. Sums and products are taken on the decimal text of their numbers (``exact.py``); nothing is rounded to
digits here.

Two kinds of channel have no such means: sound levels are combined by their energy (``noise.py``), and of a facility
only the hours that it ran are counted.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Final

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.exact import exact, exact_product, exact_sum, mean_of, sum_of
from dau.core.noise import combined_level
from dau.core.period_rules import USUAL, PeriodRules
from dau.core.period_state import WORKING, state_of_hour, state_of_period
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span, is_february, is_month
from dau.core.samples import Sample
from dau.core.states import State, winner

PLANT: Final = frozenset({ChannelKind.FACILITY, ChannelKind.CONDITION})
"""Kinds that tell of the plant: a mean of their numbers means nothing, only the hours that it ran are counted."""

RUNNING: Final = 1
"""The running state in which a facility runs (HJ 212-2017 table 4, ``-RS``)."""


@dataclass(frozen=True, slots=True)
class PeriodStatistic:
    """One channel in one closed period.

    ``mean``, ``low`` and ``high`` are taken over the ``count`` measured parts of ``expected``; ``raw_mean`` over every
    number there was; ``total`` is the amount that flowed, for channels that have one. Each is None where no number
    exists. The total of a facility is the hours that it ran; it has no other number.

    Of a concentration whose outlet has a flow meter the total is the mass, in ``total_unit`` of the channel. In waste
    water ``volume`` is then the amount that flowed, in that of the flow, ``paired`` the part of it whose concentration
    was measured too; ``expected`` counts the parts in which there was something to measure.
    """

    channel: str
    span: Span
    state: State
    valid: bool
    count: int
    expected: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    raw_mean: float | None = None
    total: float | None = None
    volume: float | None = None
    paired: float | None = None

    @property
    def answers(self) -> bool:
        """Whether its mean, least and greatest value speak for it: those of a valid period, or of a normal one.

        A gas day of 18 valid hours is normal by its flag and not valid; a number under that flag is one of them.
        """
        return self.valid or self.state in WORKING

    @property
    def number(self) -> float | None:
        """The mean that answers for the period, else that of every number there was, whatever its state.

        Where nothing flowed there is no concentration, whatever an analyser says of standing water.
        """
        is_dry = self.volume is not None and self.volume <= 0
        return self.mean if is_dry or (self.answers and self.mean is not None) else self.raw_mean


def of_samples(channel: Channel, span: Span, samples: Sequence[Sample], rules: PeriodRules = USUAL) -> PeriodStatistic:
    """Return the statistic of a raw minute from the samples that lie in it (HJ 212-2017 formula 23).

    A sample counts when its winning state is one of the measured ones of ``rules``.
    """
    expected = max(1, round(span.length_ms / 1000 / channel.period_s))
    states = [winner(sample.states) for sample in samples]
    counted = [
        sample.value
        for sample, state in zip(samples, states, strict=True)
        if sample.value is not None and state in rules.measured
    ]
    states += [State.NO_DATA] * (expected - len(states))
    valid = len(counted) >= rules.enough * expected
    state = state_of_period(channel.medium, states, expected, rules)
    bare = PeriodStatistic(channel.name, span, state, valid, len(counted), expected)
    if channel.kind in PLANT:
        return replace(bare, total=_hours_run(channel, counted))
    mean = _mean(channel, counted)
    return replace(
        bare,
        mean=mean,
        low=min(counted, default=None),
        high=max(counted, default=None),
        raw_mean=_mean(channel, (sample.raw for sample in samples if sample.raw is not None)),
        total=_extrapolated(channel, span, mean, valid)
        if channel.medium is Medium.GAS
        else _sliced(channel, counted, slice_seconds(channel.period_s, span, len(samples))),
    )


def of_parts(
    channel: Channel,
    span: Span,
    parts: Sequence[PeriodStatistic],
    part_ms: int = MINUTE_MS,
    rules: PeriodRules = USUAL,
) -> PeriodStatistic:
    """Return the statistic of a longer period from those of the ``part_ms`` long spans in it (formulas 24 and 25).

    A part that is not valid counts in no mean; a span that has no part is one without data. Amounts of flue gas are
    reckoned anew in every period up to the hour, which stands for its whole length; all others are sums.
    """
    expected = span.count(part_ms)
    states = [part.state for part in parts] + [State.NO_DATA] * (expected - len(parts))
    facility = channel.kind in PLANT
    counted = [part for part in parts if part.valid and (facility or part.mean is not None)]
    gas = channel.medium is Medium.GAS
    is_flow = gas and channel.kind is not ChannelKind.COUNTER
    valid = len(counted) >= parts_needed(channel.medium, span, expected, rules)
    is_gas_hour = gas and span.length_ms == HOUR_MS
    state = state_of_hour(states, rules) if is_gas_hour else state_of_period(channel.medium, states, expected, rules)
    bare = PeriodStatistic(channel.name, span, state, valid, len(counted), expected)
    total = sum_of(part.total for part in parts if part.total is not None)
    if facility:  # polls that come a little early must not make a day of 24.01 hours
        return replace(bare, total=None if total is None else min(total, span.length_ms / HOUR_MS))
    mean = _mean(channel, (part.mean for part in counted if part.mean is not None))
    return replace(
        bare,
        mean=mean,
        low=min((part.low for part in counted if part.low is not None), default=None),
        high=max((part.high for part in counted if part.high is not None), default=None),
        raw_mean=_mean(channel, (part.raw_mean for part in parts if part.raw_mean is not None)),
        total=_extrapolated(channel, span, mean, valid) if is_flow and span.length_ms < DAY_MS else total,
    )


def parts_needed(medium: Medium, span: Span, expected: int, rules: PeriodRules = USUAL) -> int:
    """Return how many valid parts make a period of ``expected`` ones valid: 45 minutes, 20 hours, 25 days of gas."""
    if medium is Medium.GAS and is_month(span):
        return rules.february_days if is_february(span) else rules.month_days
    fixed = {HOUR_MS: rules.hour_minutes, DAY_MS: rules.day_hours}
    if medium is Medium.GAS and span.length_ms in fixed:
        return fixed[span.length_ms]
    return ceil(rules.enough * expected)


def _mean(channel: Channel, values: Iterable[float]) -> float | None:
    if channel.kind is ChannelKind.COUNTER:
        return next(iter(deque(values, maxlen=1)), None)  # where it stood in the end
    return combined_level(channel.factor, values) if channel.kind is ChannelKind.NOISE else mean_of(values)


def _hours_run(channel: Channel, states: Sequence[float]) -> float | None:
    """Each sample speaks for its period; without a sample nothing is known, which is not zero hours."""
    running = sum(state == RUNNING for state in states)
    return running * channel.period_s / 3600 if states else None


def slice_seconds(period_s: int, span: Span, number: int) -> Decimal:
    """Return how long each of ``number`` samples stands for: its period, but all of them for no more than ``span``.

    After a restart, or a clock that was set back, a minute may hold more samples than are due in it.
    """
    seconds = Decimal(span.length_ms) / 1000
    return Decimal(period_s) if number * period_s <= seconds else seconds / number


def _sliced(channel: Channel, flows: Sequence[float], slice_s: Decimal) -> float | None:
    """Waste water: the sum of the slices that were measured, never extrapolated (formulas 1 and 2)."""
    if channel.total_per_second is None or not flows:
        return None
    flowed = exact_sum(exact(flow) for flow in flows)
    return float(exact_product(flowed, slice_s, exact(channel.total_per_second)))


def _extrapolated(channel: Channel, span: Span, mean: float | None, valid: bool) -> float | None:
    """Flue gas: a valid period stands for the whole of its length (formula 30)."""
    if channel.total_per_second is None or mean is None or not valid:
        return None
    seconds = Decimal(span.length_ms) / 1000
    return float(exact_product(exact(mean), seconds, exact(channel.total_per_second)))
