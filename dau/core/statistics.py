"""What a period was: means, extremes, totals, and one state that the numbers of the period answer for.

The levels follow HJ 212-2017 appendix D and the rules of HJ 75: a raw minute from its samples, the interval record and
the hour from raw minutes, the day from hours. Means are arithmetic, over *measured* parts only. What is missing is
missing and never zero. Sums and products are taken on the decimal text of their numbers and become a double once, so
that a mean of 7.19 and 7.20 is 7.195 and not a hair beside it; nothing is rounded to digits here.

Two kinds of channel have no such means: sound levels are combined by their energy (``noise.py``), and of a facility
only the hours that it ran are counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Final

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.noise import combined_level
from dau.core.period_state import ENOUGH, state_of_hour, state_of_period
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import MEASURED, State, winner

GAS_DAY_HOURS: Final = 20
"""A gas day needs this many valid hours (HJ 212-2017 formula 25)."""

RUNNING: Final = 1
"""The running state in which a facility runs (HJ 212-2017 table 4, ``-RS``)."""


@dataclass(frozen=True, slots=True)
class PeriodStatistic:
    """One channel in one closed period.

    ``mean``, ``low`` and ``high`` are taken over the ``count`` measured parts of ``expected``; ``raw_mean`` over every
    number there was; ``total`` is the amount that flowed, for channels that have one. Each is None where no number
    exists. The total of a facility is the hours that it ran; it has no other number.
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
    valid = len(counted) >= ENOUGH * expected
    state = state_of_period(channel.medium, states, expected)
    bare = PeriodStatistic(channel.name, span, state, valid, len(counted), expected)
    if channel.kind is ChannelKind.FACILITY:
        return replace(bare, total=_hours_run(channel, counted))
    mean = _mean(channel, counted)
    return replace(
        bare,
        mean=mean,
        low=min(counted, default=None),
        high=max(counted, default=None),
        raw_mean=_mean(channel, (sample.raw for sample in samples if sample.raw is not None)),
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
    facility = channel.kind is ChannelKind.FACILITY
    counted = [part for part in parts if part.valid and (facility or part.mean is not None)]
    gas, hour, day = channel.medium is Medium.GAS, span.length_ms == HOUR_MS, span.length_ms == DAY_MS
    valid = len(counted) >= (GAS_DAY_HOURS if gas and day else ceil(ENOUGH * expected))
    state = state_of_hour(states) if gas and hour else state_of_period(channel.medium, states, expected)
    bare = PeriodStatistic(channel.name, span, state, valid, len(counted), expected)
    total = _sum(part.total for part in parts if part.total is not None)
    if facility:  # polls that come a little early must not make a day of 24.01 hours
        return replace(bare, total=None if total is None else min(total, span.length_ms / HOUR_MS))
    mean = _mean(channel, (part.mean for part in counted if part.mean is not None))
    return replace(
        bare,
        mean=mean,
        low=min((part.low for part in counted if part.low is not None), default=None),
        high=max((part.high for part in counted if part.high is not None), default=None),
        raw_mean=_mean(channel, (part.raw_mean for part in parts if part.raw_mean is not None)),
        total=_extrapolated(channel, span, mean, valid) if gas and not day else total,
    )


def mean_of(values: Iterable[float]) -> float | None:
    """Return the arithmetic mean of ``values``, summed as decimals, or None if there are none."""
    listed = _decimals(values)
    return float(sum(listed) / len(listed)) if listed else None


def _mean(channel: Channel, values: Iterable[float]) -> float | None:
    return combined_level(channel.factor, values) if channel.kind is ChannelKind.NOISE else mean_of(values)


def _hours_run(channel: Channel, states: Sequence[float]) -> float | None:
    """Each sample speaks for its period; without a sample nothing is known, which is not zero hours."""
    running = sum(state == RUNNING for state in states)
    return running * channel.period_s / 3600 if states else None


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
