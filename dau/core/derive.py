"""Derived channels: reckoned from the samples of others, or for hours from their means.

A derived channel has samples and statistics like any other. Its sample is made when its first input has a new one,
out of the newest samples of all inputs that are not too old; it has every state that one of them has.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from dau.core.channels import Channel
from dau.core.conversions.catalogue import Formula
from dau.core.conversions.formula import value_in_spite
from dau.core.exact import certain
from dau.core.judge import judge
from dau.core.samples import Reading, Sample
from dau.core.states import State, union
from dau.core.statistics import PeriodStatistic
from dau.core.units import convert

FRESH_PERIODS: Final = 2
"""A sample stands for its channel so many periods long."""

UNBELIEVED: Final = State.FAULT | State.COMM_LOST | State.NO_DATA
"""One of several like it, in such a state, is left out where the others can stand in for it."""


@dataclass(frozen=True, slots=True)
class Input:
    """One channel that goes into a formula, which wants its numbers in the unit ``wanted``."""

    channel: Channel
    wanted: str

    def of(self, number: float | None) -> float | None:
        """Return a number of the channel as the formula wants it."""
        return None if number is None else convert(number, self.channel.unit, self.wanted)

    def is_fresh(self, sample: Sample, at_ms: int) -> bool:
        """Return whether the sample still stands for the channel at an instant."""
        return abs(at_ms - sample.at_ms) <= FRESH_PERIODS * self.channel.period_s * 1000


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one derived channel is reckoned.

    ``inputs`` are the channels by argument of the formula, several where it takes a list; the first of the first
    argument sets the pace. ``numbers`` are the arguments that are no channels. ``by_means``: its hours are
    reckoned from the means of its inputs, not from its own samples.
    """

    channel: Channel
    formula: Formula
    inputs: Mapping[str, Input | tuple[Input, ...]]
    numbers: Mapping[str, float]
    by_means: bool = False

    @property
    def pace(self) -> str:
        """The channel whose new sample makes one here."""
        return self.all_inputs()[0].channel.name

    def all_inputs(self) -> Sequence[Input]:
        """Return every input, in the order of the arguments."""
        return [one for each in self.inputs.values() for one in (each if isinstance(each, tuple) else (each,))]

    def result(self, number: Callable[[str], float | None]) -> float | None:
        """Return what comes of the numbers of the inputs, asked for by channel; None if one of them is missing."""
        operands = {
            name: tuple(one.of(number(one.channel.name)) for one in each)
            if isinstance(each, tuple)
            else each.of(number(each.channel.name))
            for name, each in self.inputs.items()
        }
        found = value_in_spite(self.formula.work, {**operands, **self.numbers}, self.formula.may_lack)
        if found is None:
            return None
        unit = self.channel.unit if self.formula.unit is None else self.formula.unit
        return certain(convert(found, unit, self.channel.unit))

    def sample(self, newest: Mapping[str, Sample], at_ms: int) -> Sample:
        """Return the sample of the channel at an instant, from the newest ones of all channels."""
        inputs = self.all_inputs()
        found = [newest.get(one.channel.name) for one in inputs]
        fresh = {
            sample.channel: sample
            for one, sample in zip(inputs, found, strict=True)
            if sample is not None and one.is_fresh(sample, at_ms)
        }
        if self.formula.may_lack:
            believed = {
                name: one for name, one in fresh.items() if one.value is not None and not one.states & UNBELIEVED
            }
            fresh = believed or fresh
        is_whole = bool(self.formula.may_lack) or len(fresh) == len({one.channel.name for one in inputs})
        states = union(sample.states for sample in fresh.values())
        states |= State.OK if is_whole and fresh else State.NO_DATA
        if self.formula.is_conversion and State.STOPPED in states:
            return Sample(self.channel.name, at_ms, None, None, states)
        value = self.result(lambda name: fresh[name].value if name in fresh else None)
        if value is None and all(sample.value is not None for sample in fresh.values()):
            states |= self.formula.failure
        return judge(Reading(self.channel.name, value, states or State.OK), self.channel, at_ms)

    def statistic(self, made: Mapping[str, PeriodStatistic]) -> PeriodStatistic:
        """Return the statistic of a period by the means of the inputs; what is no mean stays that of the samples."""
        own = made[self.channel.name]
        parts = [made[one.channel.name] for one in self.all_inputs()]
        mean = self.result(lambda name: made[name].mean)
        return replace(
            own,
            valid=mean is not None and all(part.valid for part in parts),
            mean=mean,
            # Inputs that were not measured at the same times can have a mean beyond what any sample came to.
            low=_outermost(min, own.low, mean),
            high=_outermost(max, own.high, mean),
            raw_mean=self.result(lambda name: made[name].raw_mean),
        )


def of_means(derivations: Iterable[Derivation], made: Sequence[PeriodStatistic]) -> Sequence[PeriodStatistic]:
    """Return the statistics of one hour with those by means in their places.

    Args:
        derivations: in the order in which they build on each other.
        made: the statistic of every channel, derived or not, from its own parts.
    """
    by_name = {one.channel: one for one in made}
    for each in derivations:
        if each.by_means:
            by_name[each.channel.name] = each.statistic(by_name)
    return [by_name[one.channel] for one in made]


Newest = Mapping[str, Sample]
"""The newest sample of each channel, by the order of arrival."""


def _unmarked(sample: Sample) -> Sample:
    return sample


def with_derived(
    derivations: Sequence[Derivation],
    group: Iterable[Sample],
    newest: Newest,
    mark: Callable[[Sample], Sample] = _unmarked,
) -> tuple[Sequence[Sample], Newest]:
    """Return a group of samples with those of the derived channels that come of it, and the newest of all channels.

    Args:
        derivations: in the order in which they build on each other.
        group: samples in the order of their arrival; what one poll brought has one instant and stands together.
        newest: what an earlier call returned; nothing at first.
        mark: adds to a derived sample what is said of its channel itself; what builds on it has that too.
    """
    known = dict(newest)
    whole: list[Sample] = []
    for at_ms, samples in groupby(group, key=lambda sample: sample.at_ms):
        came = list(samples)
        poll = {sample.channel: sample for sample in came}
        known |= poll
        for each in derivations:
            if each.pace in poll:
                made = mark(each.sample(known, at_ms))
                known[made.channel] = poll[made.channel] = made
                came.append(made)
        whole += came
    return whole, known


def _outermost(choose: Callable[[Iterable[float]], float], extreme: float | None, mean: float | None) -> float | None:
    there = [number for number in (extreme, mean) if number is not None]
    return choose(there) if there else None
