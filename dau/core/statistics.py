"""What a period was: means, extremes, totals, and one state that the numbers of the period answer for.

The levels follow HJ 212-2017 appendix D and the rules of HJ 75: a raw minute from its samples, the interval record and
the hour from raw minutes, the day from hours. Means are arithmetic, over *measured* parts only. What is missing is
missing and never zero. Sums and products are taken on the decimal text of their numbers and become a double once, so
that a mean of 7.19 and 7.20 is 7.195 and not a hair beside it; nothing is rounded to digits here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil
from typing import Final

from dau.core.channels import Channel, Medium
from dau.core.period_state import ENOUGH, state_of_hour, state_of_period
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import MEASURED, State, winner

GAS_DAY_HOURS: Final = 20
"""A gas day needs this many valid hours (HJ 212-2017 formula 25)."""


@dataclass(frozen=True, slots=True)
class PeriodStatistic:
    """One channel in one closed period.

    ``mean``, ``low`` and ``high`` are taken over the ``count`` measured parts of ``expected``; ``raw_mean`` over every
    number there was; ``total`` is the amount that flowed, for channels that have one. Each is None where no number
    exists.
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


def of_samples(
    channel: Channel, span: Span, samples: Sequence[Sample], measured: frozenset[State] = MEASURED
) -> PeriodStatistic:
    """Return the statistic of a raw minute from the samples that lie in it (HJ 212-2017 formula 23).

    A sample counts when its winning state is one of ``measured``.
    """
    expected = max(1, round(span.length_ms / 1000 / channel.period_s))
    states = [winner(sample.states) for sample in samples]
    counted = [
        sample.value
        for sample, state in zip(samples, states, strict=True)
        if sample.value is not None and state in measured
    ]
    states += [State.NO_DATA] * (expected - len(states))
    mean = mean_of(counted)
    valid = len(counted) >= ENOUGH * expected
    return PeriodStatistic(
        channel=channel.name,
        span=span,
        state=state_of_period(channel.medium, states, expected),
        valid=valid,
        count=len(counted),
        expected=expected,
        mean=mean,
        low=min(counted, default=None),
        high=max(counted, default=None),
        raw_mean=mean_of(sample.raw for sample in samples if sample.raw is not None),
        total=_extrapolated(channel, span, mean, valid) if channel.medium is Medium.GAS else _sliced(channel, counted),
    )


def of_parts(
    channel: Channel, span: Span, parts: Sequence[PeriodStatistic], part_ms: int = MINUTE_MS
) -> PeriodStatistic:
    """Return the statistic of a longer period from those of the ``part_ms`` long spans in it (formulas 24 and 25).

    A part that is not valid counts in no mean; a span that has no part is one without data.
    """
    expected = span.length_ms // part_ms
    states = [part.state for part in parts] + [State.NO_DATA] * (expected - len(parts))
    counted = [part for part in parts if part.valid and part.mean is not None]
    gas, hour, day = channel.medium is Medium.GAS, span.length_ms == HOUR_MS, span.length_ms == DAY_MS
    mean = mean_of(part.mean for part in counted if part.mean is not None)
    valid = len(counted) >= (GAS_DAY_HOURS if gas and day else ceil(ENOUGH * expected))
    return PeriodStatistic(
        channel=channel.name,
        span=span,
        state=state_of_hour(states) if gas and hour else state_of_period(channel.medium, states, expected),
        valid=valid,
        count=len(counted),
        expected=expected,
        mean=mean,
        low=min((part.low for part in counted if part.low is not None), default=None),
        high=max((part.high for part in counted if part.high is not None), default=None),
        raw_mean=mean_of(part.raw_mean for part in parts if part.raw_mean is not None),
        total=_extrapolated(channel, span, mean, valid)
        if gas and not day
        else _sum(part.total for part in parts if part.total is not None),
    )


def mean_of(values: Iterable[float]) -> float | None:
    """Return the arithmetic mean of ``values``, summed as decimals, or None if there are none."""
    listed = _decimals(values)
    return float(sum(listed) / len(listed)) if listed else None


def _sum(values: Iterable[float]) -> float | None:
    listed = _decimals(values)
    return float(sum(listed)) if listed else None


def _decimals(values: Iterable[float]) -> list[Decimal]:
    return [Decimal(repr(value)) for value in values]


def _sliced(channel: Channel, flows: Sequence[float]) -> float | None:
    """Waste water: the sum of the slices that were measured, never extrapolated (formulas 1 and 2)."""
    if channel.total_per_second is None or not flows:
        return None
    per_slice = channel.period_s * Decimal(repr(channel.total_per_second))
    return float(sum(_decimals(flows)) * per_slice)


def _extrapolated(channel: Channel, span: Span, mean: float | None, valid: bool) -> float | None:
    """Flue gas: a valid period stands for the whole of its length (formula 30)."""
    if channel.total_per_second is None or mean is None or not valid:
        return None
    return float(Decimal(repr(mean)) * span.length_ms / 1000 * Decimal(repr(channel.total_per_second)))
