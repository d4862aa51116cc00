"""From a stored record to the packets for one platform, made when they are sent (HJ 212-2017 appendix C)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dau.core.channels import Channel
from dau.core.records import Record, RecordKind
from dau.core.rounding import decimal_text
from dau.core.samples import Sample
from dau.core.states import State, winner
from dau.core.statistics import PeriodStatistic
from dau.hj212 import Content, Item, Packet, Pair, data_time, factor_item, flag_of, split
from dau.uplink.identity import Platform
from dau.uplink.letters import HJ2017_LETTERS

COMMANDS: Final = {
    RecordKind.REALTIME: "2011",
    RecordKind.INTERVAL: "2051",
    RecordKind.HOUR: "2061",
    RecordKind.DAY: "2031",
    RecordKind.RESTART: "2081",
}

TOTAL_DIGITS: Final = 3
"""Decimals of an amount: finer than those of its flow, because amounts are added up."""


def compose(record: Record, platform: Platform, sent_ms: int, qns: Iterator[str]) -> Sequence[Packet]:
    """Return the packets that tell ``record``: one, or as many parts as its size needs.

    Args:
        record: what is told.
        platform: its identity, factors and dialect.
        sent_ms: the moment of sending, milliseconds UTC (the DataTime of a 2081).
        qns: gives each packet its own QN.

    Raises:
        hj212.LocalError: one factor alone does not fit into a packet.
    """
    packet = Packet(
        qn=next(qns),
        st=platform.st,
        cn=COMMANDS[record.kind],
        pw=platform.pw,
        mn=platform.mn,
        flag=flag_of(platform.dialect.version, answer=platform.receipts),
        cp=_content(record, platform, sent_ms),
    )
    return split(packet, platform.dialect, qns)


def _content(record: Record, platform: Platform, sent_ms: int) -> Content:
    start = data_time(record.span.start_ms)
    if record.kind is RecordKind.RESTART:
        return ((("DataTime", data_time(sent_ms)),), (("RestartTime", start),))
    if record.kind is RecordKind.REALTIME:
        told = {sample.channel: sample for sample in record.samples}
        items = [_live(channel, told.get(name)) for name, channel in platform.channels.items()]
    else:
        closed = {statistic.channel: statistic for statistic in record.statistics}
        items = [_closed(channel, closed.get(name)) for name, channel in platform.channels.items()]
    return ((("DataTime", start),), *items)


def _live(channel: Channel, sample: Sample | None) -> Item:
    """The latest value of a channel; a channel that has none tells so by its flag alone."""
    states, value = (State.NO_DATA, None) if sample is None else (winner(sample.states), sample.value)
    return _item(channel, [("Rtd", _text(value, channel.digits))], states)


def _closed(channel: Channel, statistic: PeriodStatistic | None) -> Item:
    """A closed period; where nothing was measured, the mean of whatever numbers there were goes out under its flag."""
    if statistic is None:
        return _item(channel, [], State.NO_DATA)
    mean = statistic.mean if statistic.mean is not None else statistic.raw_mean
    fields = [
        ("Cou", _text(statistic.total, TOTAL_DIGITS)),
        ("Min", _text(statistic.low, channel.digits)),
        ("Avg", _text(mean, channel.digits)),
        ("Max", _text(statistic.high, channel.digits)),
    ]
    return _item(channel, fields, statistic.state)


def _item(channel: Channel, fields: Iterable[tuple[str, str | None]], state: State) -> Item:
    pairs: list[Pair] = [(name, value) for name, value in fields if value is not None]
    return factor_item(channel.factor, [*pairs, ("Flag", HJ2017_LETTERS[state])])


def _text(value: float | None, digits: int) -> str | None:
    """Missing is missing: no field at all, never zero and never an empty one."""
    return None if value is None else decimal_text(value, digits)
