"""Tells single measurements of noise: what the levels amounted to over twenty minutes (HJ 212-2025 command 2052)."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from dau.core.appetites import Appetite
from dau.core.channels import Channel, ChannelKind
from dau.core.events import NoiseMeasurement
from dau.core.period_rules import PeriodRules
from dau.core.periods import MINUTE_MS, Span, ends_at
from dau.core.records import RecordKind
from dau.core.states import union
from dau.core.statistics import of_parts
from dau.store import events, statistics
from dau.store.samples import ChannelIds

MEASUREMENT_MS: Final = 20 * MINUTE_MS
"""How long one measurement lasts: the twenty minutes of the official example. They begin with the hour."""


def measured_by(end_ms: int) -> Span | None:
    """Return the span of the measurement that ends now, None if none does."""
    return Span(end_ms - MEASUREMENT_MS, MEASUREMENT_MS) if ends_at(end_ms, MEASUREMENT_MS) else None


def owe_measurement(
    connection: sqlite3.Connection,
    channels: tuple[Sequence[Channel], ChannelIds],
    end_ms: int,
    appetites: Sequence[Appetite],
    rules: PeriodRules,
) -> None:
    """Owe the measurement that ends at ``end_ms`` (ms UTC), if one does and a platform wants it, from closed minutes.

    Its label is its start. A level that was not measured stays without a number.
    """
    span = measured_by(end_ms)
    platforms = [one.platform for one in appetites if RecordKind.NOISE in one.kinds]
    every, ids = channels
    levels = [channel for channel in every if channel.kind is ChannelKind.NOISE]
    if span is None or not platforms or not levels:
        return
    minutes = statistics.in_span(connection, ids, span, MINUTE_MS)
    found = [of_parts(channel, span, minutes[channel.name], MINUTE_MS, rules) for channel in levels]
    values = tuple((one.channel, one.mean) for one in found)
    measurement = NoiseMeasurement(values, union(one.state for one in found))
    events.owe(connection, RecordKind.NOISE, measurement, span.start_ms, end_ms, platforms)
