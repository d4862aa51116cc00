"""What flowed in a minute by the counters of meters, and the findings about counters that leapt."""

import sqlite3
from collections.abc import Mapping, Sequence

from dau.core.channels import Channel, ChannelKind
from dau.core.counters import Leap, Meter, Step, flowed, is_reading
from dau.core.findings import Seen
from dau.core.rules.names import Rule
from dau.core.samples import Sample
from dau.process.plan import Plan
from dau.store import counters, findings


def read_counters(
    connection: sqlite3.Connection, plan: Plan, found: Mapping[str, Sequence[Sample]]
) -> Mapping[str, float | None]:
    """Return what flowed by each counter since its reading before the minute, and enter its leaps as findings."""
    amounts: dict[str, float | None] = {}
    for channel in plan.channels:
        if channel.kind is ChannelKind.COUNTER:
            number, came = plan.ids[channel.name], found[channel.name]
            told = flowed(_meter(channel, plan.channels), counters.stood(connection, number, channel.name), came)
            amounts[channel.name] = told.amount
            last = next((one for one in reversed(came) if is_reading(one)), None)
            if last is not None:
                counters.stands(connection, number, last)
            for step in told.steps:
                _remark(connection, plan, channel, step)
    return amounts


def _meter(channel: Channel, channels: Sequence[Channel]) -> Meter:
    flow = next((each for each in channels if each.counter == channel.name), None)
    if flow is None or flow.high is None or flow.total_per_second is None:
        return Meter(channel.modulus)
    return Meter(channel.modulus, flow.high * flow.total_per_second / flow.per_count)


def _remark(connection: sqlite3.Connection, plan: Plan, channel: Channel, step: Step) -> None:
    facts = {"leap": step.leap.value, "before": step.before, "after": step.after}
    rule = Rule.COUNTER_ROLLED if step.leap is Leap.ROLL_OVER else Rule.COUNTER_LEAPT
    if (channel.name, rule) not in plan.silenced:
        seen = Seen(rule, channel.name, step.at_ms, step.at_ms, {}, (), facts)
        findings.note(connection, seen, step.at_ms, running=False)
