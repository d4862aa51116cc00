"""The statistics of all channels of a station in one period: each by its own rules, with the flow that carried it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from dau.core.channels import Channel, Medium
from dau.core.exact import exact, exact_product
from dau.core.period_rules import USUAL, PeriodRules
from dau.core.periods import DAY_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.statistics import PeriodStatistic, of_parts, of_samples
from dau.core.water import Outlet, carried, carried_longer

NONE_COUNTED: Final[Mapping[str, float | None]] = MappingProxyType({})

Carry = Callable[[Outlet, PeriodStatistic, PeriodStatistic], PeriodStatistic]
"""From the statistics of a concentration and of its flow to that of the concentration with its mass."""


def minute_of_all(
    channels: Sequence[Channel],
    span: Span,
    samples: Mapping[str, Sequence[Sample]],
    rules: PeriodRules = USUAL,
    counted: Mapping[str, float | None] = NONE_COUNTED,
) -> list[PeriodStatistic]:
    """Return the statistic of every channel in a raw minute, from the samples of the minute by channel.

    ``counted`` is what flowed by the counter of each meter.
    """

    def carry(outlet: Outlet, own: PeriodStatistic, flow: PeriodStatistic) -> PeriodStatistic:
        if outlet.channel.medium is Medium.GAS:
            return emitted(outlet.channel, own, flow)
        return carried(outlet, own, (samples[outlet.channel.name], samples[outlet.flow.name]), flow, rules)

    made = [of_samples(each, span, samples[each.name], rules) for each in channels]
    made = [replace(one, total=counted[one.channel]) if one.channel in counted else one for one in made]
    return _carried(channels, _by_counters(channels, made), carry)


def means_of_all(
    channels: Sequence[Channel],
    span: Span,
    parts: Mapping[str, Sequence[PeriodStatistic]],
    part_ms: int = MINUTE_MS,
    rules: PeriodRules = USUAL,
) -> list[PeriodStatistic]:
    """Return the statistic of every channel in a longer period, from those of its ``part_ms`` long parts by channel.

    Masses are still those of the parts: `with_masses` follows, once the means are settled.
    """
    return _by_counters(channels, [of_parts(each, span, parts[each.name], part_ms, rules) for each in channels])


def _by_counters(channels: Sequence[Channel], made: Sequence[PeriodStatistic]) -> list[PeriodStatistic]:
    """Return the statistics, the amounts of flows with a counter as that counted them."""
    counters = {one.channel: one.total for one in made}
    return [
        replace(one, total=_amount(channel, counters[channel.counter])) if channel.counter in counters else one
        for channel, one in zip(channels, made, strict=True)
    ]


def _amount(flow: Channel, counted: float | None) -> float | None:
    return None if counted is None else float(exact_product(exact(counted), exact(flow.per_count)))


def with_masses(
    channels: Sequence[Channel],
    made: Sequence[PeriodStatistic],
    parts: Mapping[str, Sequence[PeriodStatistic]],
    rules: PeriodRules = USUAL,
) -> list[PeriodStatistic]:
    """Return the statistics of one longer period, those of concentrations with the mass that a flow carried."""

    def carry(outlet: Outlet, own: PeriodStatistic, flow: PeriodStatistic) -> PeriodStatistic:
        if outlet.channel.medium is Medium.WATER:
            return carried_longer(outlet.channel, own, parts[outlet.channel.name], rules)
        return emitted(outlet.channel, own, flow) if own.span.length_ms < DAY_MS else own

    return _carried(channels, made, carry)


def emitted(channel: Channel, statistic: PeriodStatistic, flow: PeriodStatistic) -> PeriodStatistic:
    """Return the statistic of a concentration in flue gas with the mass of its valid period (formula 33).

    The concentration is the measured one, never a converted one. A missing operand gives no mass, not a mass of zero.
    """
    operands = (statistic.mean, flow.total, channel.mass_per_amount)
    if not statistic.valid or None in operands:
        return replace(statistic, total=None)
    return replace(statistic, total=float(exact_product(*(exact(each) for each in operands if each is not None))))


def _carried(channels: Sequence[Channel], made: Sequence[PeriodStatistic], carry: Carry) -> list[PeriodStatistic]:
    named = {channel.name: (channel, statistic) for channel, statistic in zip(channels, made, strict=True)}
    found = []
    for channel, statistic in zip(channels, made, strict=True):
        flow = named.get(channel.flow)
        found.append(statistic if flow is None else carry(Outlet(channel, flow[0]), statistic, flow[1]))
    return found
