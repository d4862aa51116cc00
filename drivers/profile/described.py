"""From a profile and what a station says of it to the description of one instrument, for any protocol."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

from pydantic import Field

from dau.config.base import Strict
from drivers.profile.instrument import Description
from drivers.profile.model import BlockKeys, Meaning, Name, Quirks
from drivers.profile.plan import Mistake, Tables, commands_of, rules_of, turns_of
from drivers.profile.values import Range, Reckoner

ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]

Homes = Sequence[tuple[BlockKeys, Sequence[Meaning]]]
"""The blocks of an instrument with the points that lie in each, one by one."""

_Table = TypeVar("_Table", bound=Strict)


class InstanceKeys(Strict):
    """The keys of ``[[instrument]]`` beside ``profile`` that are the same in every protocol."""

    points: Annotated[dict[Name, ChannelName], Field(alias="channels", min_length=1)]
    """Which point feeds which channel."""
    range: dict[Name, tuple[float, float]] = Field(default_factory=dict)
    quirks: Quirks = Quirks()

    def channels(self) -> tuple[str, ...]:
        """See `dau.config.base.DriverOptions`."""
        return tuple(self.points.values())


@dataclass(frozen=True, slots=True)
class Station:
    """What a station knows of an instrument: its name and period, its channels by point, their units, the ranges."""

    name: str
    channels: Mapping[str, str]
    period_s: int
    units: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)


def overlaid(table: _Table, over: Strict) -> _Table:
    """Return a table with every key that another one sets."""
    return table.model_copy(update={key: getattr(over, key) for key in over.model_fields_set})


def instance_mistakes(listed: Sequence[Meaning], instance: InstanceKeys) -> Iterator[Mistake]:
    """Yield everything that a station says of the points of a profile and that cannot be."""
    points = {point.name: point for point in listed}
    for name in instance.points:
        if name not in points:
            known = ", ".join(sorted(points))
            yield Mistake(("channels", name), f"没有测点 {name}，可用：{known}", f"no point {name}; there are: {known}")
        elif points[name].words or points[name].is_time:
            yield Mistake(("channels", name), f"{name} 不是数值", f"{name} is no number and cannot feed a channel")
    for name, point in points.items():
        wants = point.linear is not None and point.linear.value == "range"
        if wants and name in instance.points and name not in instance.range:
            yield Mistake(("channels", name), f"须写 range = {{ {name} = [..] }}", f"{name} needs its range here")
    for name in instance.range:
        if name not in points:
            yield Mistake(("range", name), f"没有测点 {name}", f"there is no point {name}")


def unit_mistakes(listed: Sequence[Meaning], instance: InstanceKeys, units: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield points whose unit cannot become that of their channel."""
    for point in listed:
        channel = instance.points.get(point.name)
        unit = None if channel is None else units.get(channel)
        if channel is not None and unit is not None and not Reckoner(point, full=(0.0, 1.0)).can_become(unit):
            found = point.unit or ", ".join(point.units.values())
            yield Mistake(
                ("channels", point.name),
                f"单位 {found} 不能换算为通道 {channel} 的 {unit}",
                f"the unit {found} cannot become that of channel {channel}, {unit}",
            )


def description_of(tables: Tables, homes: Homes, station: Station) -> Description:
    """Return the description of one instrument."""
    points = [point for _, point in tables.points]
    named = {block.name: [each.name for each in listed] for block, listed in homes}
    return Description(
        name=station.name,
        turns=turns_of(tables, named, station.period_s),
        meanings={point.name: point for point in points},
        reckoners={point.name: reckoner_of(point, station) for point in points},
        rules=rules_of(tables),
        channels=station.channels,
        period_s=station.period_s,
        commands=commands_of(tables),
        times=frozenset(point.name for point in points if point.is_time),
    )


def reckoner_of(point: Meaning, station: Station) -> Reckoner:
    """Return what makes the values of a point in the unit of its channel."""
    channel = station.channels.get(point.name)
    full = station.ranges.get(point.name, (0.0, 1.0))
    return Reckoner(point, None if channel is None else station.units.get(channel), full)
