"""Live values, running states and statistics as items (HJ 212-2017 C.14 to C.19 and C.25 to C.28, 2025 C.31)."""

from collections.abc import Iterator, Mapping
from typing import Final

from dau.core.channels import ChannelKind
from dau.core.conditions import NUMBERS
from dau.core.records import Record, RecordKind
from dau.core.rounding import decimal_text
from dau.core.samples import Sample
from dau.core.states import State, winner
from dau.core.statistics import PeriodStatistic
from dau.hj212 import Item
from dau.uplink.identity import Platform
from dau.uplink.letters import CONDITION_TAGS
from dau.uplink.telling.converted import Converted, converting
from dau.uplink.telling.told import Fields, Told, told_channels

HOURS_DIGITS: Final = 2
"""Decimals of running hours (N2.2)."""

MOST_STATES: Final = 10
"""A running state is one digit."""


def live(record: Record, platform: Platform) -> Iterator[tuple[str, Item]]:
    """Yield the latest value of each channel, with its system code; one without a value is told by its flag alone."""
    latest = {sample.channel: sample for sample in record.samples}
    for told in told_channels(record, platform):
        sample = latest.get(told.channel.name)
        if record.kind is RecordKind.FACILITY:
            state = _running_state(sample)
            if state is not None:
                yield told.st, told.item([("RS", state)])
        else:
            yield told.st, _live(told, sample, _converted_now(converting(told, record), latest))


def closed(record: Record, platform: Platform) -> Iterator[tuple[str, Item]]:
    """Yield the statistic of each channel, with its system code."""
    made = {statistic.channel: statistic for statistic in record.statistics}
    for told in told_channels(record, platform):
        statistic = made.get(told.channel.name)
        if record.kind is not RecordKind.FACILITY_DAY:
            yield told.st, _closed(told, statistic, record.kind, _converted_in(converting(told, record), made))
        elif statistic is not None and statistic.total is not None:
            yield told.st, told.item([("RT", decimal_text(statistic.total, HOURS_DIGITS))])


def _live(told: Told, sample: Sample | None, converted: Converted | None) -> Item:
    state = State.NO_DATA if sample is None else winner(sample.states)
    if told.channel.kind is ChannelKind.CONDITION:
        return told.item([("Rtd", _tag(told, sample))], state)
    value = None if sample is None else told.value(sample.value)
    if told.channel.kind is ChannelKind.NOISE:
        return told.item_flagged_if_odd([("Rtd", value)], state)
    fields: Fields = [("Rtd", value)]
    return told.item([*fields, *(converted.fields(fields) if converted else [])], state)


def _converted_now(zs: Told | None, latest: Mapping[str, Sample]) -> Converted | None:
    sample = latest.get(zs.channel.name) if zs else None
    return Converted(zs, {"Rtd": sample.value}, sample.states) if zs and sample else None


def _converted_in(zs: Told | None, made: Mapping[str, PeriodStatistic]) -> Converted | None:
    statistic = made.get(zs.channel.name) if zs else None
    if zs is None or statistic is None:
        return None
    return Converted(zs, _numbers(zs, statistic), statistic.state)


def _numbers(told: Told, statistic: PeriodStatistic) -> dict[str, float | None]:
    """Return what is told of a period that was closed: only where its mean answers for it do extremes belong to it."""
    answers = statistic.answers or told.platform.dialect.measured_if_invalid
    if not answers or statistic.mean is None:
        return {"Min": None, "Avg": statistic.number, "Max": None}
    return {"Min": statistic.low, "Avg": statistic.mean, "Max": statistic.high}


def _running_state(sample: Sample | None) -> str | None:
    """There is no flag for running states: what is unknown, or is no such state, is not told."""
    value = None if sample is None else sample.value
    return decimal_text(value, 0) if value is not None and value in range(MOST_STATES) else None


def _tag(told: Told, sample: Sample | None) -> str | None:
    """Return the text of a condition; a number that stands for none is not told."""
    usual = {float(NUMBERS[condition]): tag for condition, tag in CONDITION_TAGS.items()}
    own = {float(number): tag for number, tag in told.factor.tags.items()}
    return None if sample is None or sample.value is None else (usual | own).get(sample.value)


def _closed(told: Told, statistic: PeriodStatistic | None, kind: RecordKind, converted: Converted | None) -> Item:
    """A period that is not valid goes out as the mean of whatever numbers there were, under its flag."""
    if statistic is None:
        return told.item([], State.NO_DATA)
    numbers = {name: told.value(number) for name, number in _numbers(told, statistic).items()}
    mean = numbers["Avg"]
    if kind is RecordKind.FURNACE:
        return told.item_flagged_if_odd([("Avg", mean)], statistic.state)
    if told.channel.kind is ChannelKind.NOISE:
        return told.item_flagged_if_odd([("Data", mean)], statistic.state)
    fields: Fields = [("Cou", told.amount(statistic.total)), *numbers.items()]
    fields += converted.fields(fields) if converted else []
    if told.platform.dialect.sends_raw_avg:
        fields.append(("RawAvg", told.value(statistic.raw_mean)))
    return told.item(fields, statistic.state)
