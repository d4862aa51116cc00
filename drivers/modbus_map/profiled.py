"""Instruments of this driver with a profile: what a station says of one, what can be wrong, the driver itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from dau.config.base import Strict
from dau.core.instrument import Driver
from drivers.modbus_map.language import ModbusLanguage
from drivers.modbus_map.layout import Extent
from drivers.modbus_map.profile_model import Block, ModbusDefaults, ModbusQuirks, Point, Profile
from drivers.modbus_map.registers import home_of
from drivers.profile.instrument import Description, Profiled
from drivers.profile.model import Name, Role
from drivers.profile.plan import Mistake, Tables, blind_blocks, commands_of, mistakes_in, polls_of, rules_of, turns_of
from drivers.profile.times import TimeForm
from drivers.profile.values import Range, Reckoner

LAST_SLAVE = 255

ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class Instance(Strict):
    """The keys of ``[[instrument]]`` beside ``profile`` and those of every instrument."""

    slave: Annotated[int, Field(ge=0, le=255)] | None = None
    points: Annotated[dict[Name, ChannelName], Field(alias="channels", min_length=1)]
    """Which point feeds which channel."""
    range: dict[Name, tuple[float, float]] = Field(default_factory=dict)
    set: ModbusDefaults = ModbusDefaults()
    quirks: ModbusQuirks = ModbusQuirks()

    def channels(self) -> tuple[str, ...]:
        """See `dau.config.base.DriverOptions`."""
        return tuple(self.points.values())


def expanded(profile: Profile) -> list[tuple[int, Point]]:
    """Return the points one by one, those that repeat too, each with its number in the file."""
    found: list[tuple[int, Point]] = []
    for number, point in enumerate(profile.point):
        for place in range(point.repeat or 1):
            at = None if point.at is None else point.at + place * (point.step or point.registers)
            name = point.name.replace("{n}", str(place + 1))
            of = None if point.of is None else tuple(each.replace("{n}", str(place + 1)) for each in point.of)
            found.append((number, point.model_copy(update={"name": name, "at": at, "of": of})))
    return found


def tables_of(profile: Profile) -> Tables:
    """Return what does not depend on the protocol."""
    probe = None if profile.probe is None else profile.probe.expect
    return Tables(profile.block, expanded(profile), profile.state, profile.command, probe)


def profile_mistakes(profile: Profile) -> Iterator[Mistake]:
    """Yield everything in a profile that cannot be; nothing needs an instrument for it."""
    tables = tables_of(profile)
    yield from mistakes_in(tables)
    homes = ((point.name, home_of(point, profile.block)) for _, point in expanded(profile))
    yield from blind_blocks(tables, {name: home.name for name, home in homes if home is not None})
    yield from _blocks(profile)
    for number, point in expanded(profile):
        if home_of(point, profile.block) is None:
            where = ", ".join(str(extent) for extent in point.extents)
            yield Mistake(
                ("point", number),
                f"测点 {point.name}({where})不在任何 block 中",
                f"point {point.name} ({where}) lies in no block",
            )
        if point.role in {Role.CLOCK, Role.DATA_TIME, Role.SAMPLE_TIME} and not isinstance(point.type, TimeForm):
            yield Mistake(("point", number), f"{point.name} 须为时间类型", f"{point.name} has to be a time")


def _blocks(profile: Profile) -> Iterator[Mistake]:
    limit = profile.defaults.max_count
    for number, block in enumerate(profile.block):
        most = profile.defaults.max_bits if block.table.is_bits else limit
        if block.count > most:
            yield Mistake(
                ("block", number, "count"),
                f"{block.name} 读 {block.count} 个，大于 {most}",
                f"{block.name} reads {block.count}, more than the {most} that the instrument gives at once",
            )
        for other in profile.block[:number]:
            one, two = (Extent(each.table, each.start, each.count) for each in (block, other))
            if one.overlaps(two) and block.slave_plus == other.slave_plus:
                yield Mistake(
                    ("block", number, "start"),
                    f"{block.name} 与 {other.name} 重叠",
                    f"{block.name} and {other.name} overlap",
                )
    if limit > 125 and not profile.quirks.oversize:
        yield Mistake(
            ("defaults", "max_count"),
            "超过 125 须写 quirks.oversize = true",
            "more than 125 registers at once need oversize = true in [quirks]",
        )


def instance_mistakes(profile: Profile, instance: Instance) -> Iterator[Mistake]:
    """Yield everything that a station says of a profile and that cannot be."""
    points = {point.name: point for _, point in expanded(profile)}
    for name in instance.points:
        if name not in points:
            known = ", ".join(sorted(points))
            yield Mistake(("channels", name), f"没有测点 {name}，可用：{known}", f"no point {name}; there are: {known}")
        elif points[name].words or isinstance(points[name].type, TimeForm):
            yield Mistake(("channels", name), f"{name} 不是数值", f"{name} is no number and cannot feed a channel")
    for name, point in points.items():
        wants = point.linear is not None and point.linear.value == "range"
        if wants and name in instance.points and name not in instance.range:
            yield Mistake(("channels", name), f"须写 range = {{ {name} = [..] }}", f"{name} needs its range here")
    for name in instance.range:
        if name not in points:
            yield Mistake(("range", name), f"没有测点 {name}", f"there is no point {name}")
    yield from _line_mistakes(profile, instance)


def _line_mistakes(profile: Profile, instance: Instance) -> Iterator[Mistake]:
    line = line_of(profile, instance)
    last = line.slave + max(block.slave_plus for block in profile.block)
    if last > LAST_SLAVE:
        yield Mistake(
            ("slave",), f"从站号到 {last}，超过 {LAST_SLAVE}", f"reaches slave {last}; the last is {LAST_SLAVE}"
        )
    for block in profile.block:
        most = line.max_bits if block.table.is_bits else line.max_count
        if block.count > most:
            key = "max_bits" if block.table.is_bits else "max_count"
            yield Mistake(
                ("set", key),
                f"{block.name} 读 {block.count} 个，大于 {most}",
                f"{block.name} reads {block.count}, more than the {most} that are set here",
            )


def line_of(profile: Profile, instance: Instance) -> ModbusDefaults:
    """Return how an instrument is spoken to: what the station says, else the profile."""
    line = profile.defaults.model_copy(update=_set(instance.set))
    return line if instance.slave is None else line.model_copy(update={"slave": instance.slave})


def unit_mistakes(profile: Profile, instance: Instance, units: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield points whose unit cannot become that of their channel."""
    for _, point in expanded(profile):
        channel = instance.points.get(point.name)
        unit = None if channel is None else units.get(channel)
        if channel is not None and unit is not None and not Reckoner(point, full=(0.0, 1.0)).can_become(unit):
            found = point.unit or ", ".join(point.units.values())
            yield Mistake(
                ("channels", point.name),
                f"单位 {found} 不能换算为通道 {channel} 的 {unit}",
                f"the unit {found} cannot become that of channel {channel}, {unit}",
            )


def build_profiled(profile: Profile, instance: Instance, name: str, period_s: int, units: Mapping[str, str]) -> Driver:
    """Return the driver of one instrument; ``units`` has the unit of each channel."""
    quirks = profile.quirks.model_copy(update=_set(instance.quirks))
    points = _points(profile)
    homes = homes_of(profile, points)
    tables = tables_of(profile)
    reckoners = {point.name: _reckoner(point, instance.points, units, instance.range) for point in points}
    description = Description(
        name=name,
        turns=turns_of(tables, {block.name: [each.name for each in listed] for block, listed in homes}, period_s),
        meanings={point.name: point for point in points},
        reckoners=reckoners,
        rules=rules_of(tables),
        channels=instance.points,
        period_s=period_s,
        commands=commands_of(tables),
        times=frozenset(point.name for point in points if isinstance(point.type, TimeForm)),
    )
    return Profiled(description, ModbusLanguage(line_of(profile, instance), quirks, homes))


def channel_periods(profile: Profile, instance: Instance, period_s: int) -> Mapping[str, int]:
    """Return how many seconds lie between two readings of each channel."""
    homes = {point.name: block for block, listed in homes_of(profile, _points(profile)) for point in listed}
    return {channel: period_s * polls_of(homes[point], period_s) for point, channel in instance.points.items()}


def _points(profile: Profile) -> list[Point]:
    return [point for _, point in expanded(profile)]


def homes_of(profile: Profile, points: Sequence[Point]) -> list[tuple[Block, list[Point]]]:
    """Return the blocks with the points that lie in each."""
    homes: list[tuple[Block, list[Point]]] = [(block, []) for block in profile.block]
    for point in points:
        home = home_of(point, profile.block)
        next(listed for block, listed in homes if block is home).append(point)
    return homes


def _reckoner(
    point: Point, channels: Mapping[str, str], units: Mapping[str, str], ranges: Mapping[str, Range]
) -> Reckoner:
    channel = channels.get(point.name)
    full = ranges.get(point.name, (0.0, 1.0))
    return Reckoner(point, None if channel is None else units.get(channel), full)


def _set(table: Strict) -> dict[str, object]:
    return {key: getattr(table, key) for key in table.model_fields_set}
