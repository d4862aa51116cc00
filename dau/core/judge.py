"""From a reading to a sample: what the number itself tells about its quality."""

from typing import Final

from dau.core.channels import Channel
from dau.core.conversions.scaling import clip
from dau.core.samples import Reading, Sample
from dau.core.states import State

BELIEVABLE: Final = 1e12
"""No quantity of the trade is larger in any unit; registers read in the wrong word order easily are."""


def judge(reading: Reading, channel: Channel, at_ms: int) -> Sample:
    """Return the sample for ``reading``, received at ``at_ms`` (milliseconds UTC).

    What is no number (NaN, infinite, beyond all belief) is a fault of the instrument; a number above the range is kept
    and marked. Where it lies too far beyond the range, above or below, the value that counts is the limit, as HJ 76
    has it; the number itself stays in ``raw``. States that the driver found are never taken away.
    """
    raw = reading.value
    if raw is None or not -BELIEVABLE <= raw <= BELIEVABLE:
        fault = reading.states or State.FAULT
        return Sample(channel.name, at_ms, None, None, fault, data_ms=reading.data_ms, sampled_ms=reading.sampled_ms)
    states = reading.states
    if channel.high is not None and raw > channel.high:
        states |= State.OVER_RANGE
    value = _within_margin(raw, channel)
    return Sample(channel.name, at_ms, raw, value, states, data_ms=reading.data_ms, sampled_ms=reading.sampled_ms)


def silence(channel: Channel, at_ms: int) -> Sample:
    """Return the sample of a due time at which the instrument gave no answer: silence must show in the data."""
    return Sample(channel.name, at_ms, None, None, State.COMM_LOST)


def _within_margin(raw: float, channel: Channel) -> float:
    if channel.low is None or channel.high is None or channel.margin is None:
        return raw
    return clip(raw, channel.low, channel.high, channel.margin).stored
