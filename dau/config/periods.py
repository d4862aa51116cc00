"""The table ``[periods]``: by which rules periods are reckoned, where the standards leave a choice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from dau.config.base import Strict
from dau.config.forms import Name
from dau.core.channels import Channel
from dau.core.period_rules import PeriodRules, Profile
from dau.core.states import State
from dau.core.units import are_alike, convert
from dau.words import text

FlowName = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]{0,31})?$", description=text("periods.form.flow"))]
"""The name of a channel, or empty for none."""


StateName = Literal[
    "ok",
    "over_range",
    "calibration",
    "maintenance",
    "fault",
    "stopped",
    "startup",
    "shutdown",
    "banked",
    "manual",
]


class PeriodsTable(Strict):
    """``[periods]``."""

    profile: Literal["dominant", "strict"] = "dominant"
    measured_states: Annotated[tuple[StateName, ...], Field(min_length=1)] = (
        "ok",
        "over_range",
        "startup",
        "shutdown",
        "banked",
    )
    enough: Annotated[float, Field(ge=0.5, le=1)] = 0.75
    flow: Name | None = None
    water_mean: Literal["weighted", "arithmetic"] = "weighted"
    discharge: Literal["continuous", "intermittent"] = "continuous"
    hour_wait_min: Annotated[int, Field(ge=0, le=120)] = 0
    """How long after their end hours and days close, so that results of composite samples can come."""


def rules_of(table: PeriodsTable) -> PeriodRules:
    """Return the rules as the core knows them."""
    return PeriodRules(
        profile=Profile(table.profile),
        measured=frozenset(State[name.upper()] for name in table.measured_states),
        enough=table.enough,
        weighted=table.water_mean == "weighted",
        intermittent=table.discharge == "intermittent",
    )


def mass_per_amount(concentration: str, mass: str, amount: str) -> float | None:
    """Return what makes a mass out of one concentration in one amount, by their units; None where nothing does."""
    rate = f"{mass}/{amount}"
    return convert(1.0, concentration, rate) if mass and amount and are_alike(concentration, rate) else None


def with_flows(channels: Sequence[Channel], flows: Mapping[str, str], masses: Mapping[str, str]) -> tuple[Channel, ...]:
    """Return the channels, concentrations with the flow that carries them.

    Args:
        channels: all of the station.
        flows: the name of the channel of the flow, for each channel that may have one.
        masses: the unit in which the code tables want the amount of a channel.
    """
    named = {channel.name: channel for channel in channels}

    def carried(channel: Channel) -> Channel:
        flow = named.get(flows.get(channel.name, ""))
        if flow is None or flow.total_per_second is None or channel.total_per_second is not None:
            return channel
        mass = masses[channel.name]
        factor = mass_per_amount(channel.unit, mass, flow.total_unit)
        if factor is None:
            return channel
        return replace(channel, flow=flow.name, mass_per_amount=factor, total_unit=mass)

    return tuple(carried(channel) for channel in channels)


def with_counters(channels: Sequence[Channel], counters: Mapping[str, str]) -> tuple[Channel, ...]:
    """Return the channels, flows with the counter of their meter; ``counters`` has its channel by that of the flow."""
    units = {channel.name: channel.unit for channel in channels}

    def counted(channel: Channel) -> Channel:
        counter = counters.get(channel.name)
        if counter is None or counter not in units or not are_alike(units[counter], channel.total_unit):
            return channel
        return replace(channel, counter=counter, per_count=convert(1.0, units[counter], channel.total_unit))

    return tuple(map(counted, channels))
