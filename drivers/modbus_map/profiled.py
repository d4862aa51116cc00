"""Instruments of this driver with a profile: what a station says of one, what can be wrong, the driver itself."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from dau.core.instrument import Driver
from drivers.modbus_map.language import ModbusLanguage
from drivers.modbus_map.layout import Extent
from drivers.modbus_map.profile_model import Block, ModbusDefaults, ModbusQuirks, Point, Profile
from drivers.modbus_map.registers import home_of
from drivers.profile import described
from drivers.profile.described import InstanceKeys, Station, description_of
from drivers.profile.instrument import Profiled
from drivers.profile.model import Role
from drivers.profile.plan import Mistake, Tables, blind_blocks, mistakes_in, polls_of
from drivers.profile.times import TimeForm

LAST_SLAVE = 255


class Instance(InstanceKeys):
    """The keys of ``[[instrument]]`` beside ``profile`` and those of every instrument."""

    slave: Annotated[int, Field(ge=0, le=255)] | None = None
    set: ModbusDefaults = ModbusDefaults()
    quirks: ModbusQuirks = ModbusQuirks()


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
    yield from described.instance_mistakes(_points(profile), instance)
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
    line = described.overlaid(profile.defaults, instance.set)
    return line if instance.slave is None else line.model_copy(update={"slave": instance.slave})


def unit_mistakes(profile: Profile, instance: Instance, units: Mapping[str, str]) -> Iterator[Mistake]:
    """Yield points whose unit cannot become that of their channel."""
    return described.unit_mistakes([point for _, point in expanded(profile)], instance, units)


def build_profiled(profile: Profile, instance: Instance, name: str, period_s: int, units: Mapping[str, str]) -> Driver:
    """Return the driver of one instrument; ``units`` has the unit of each channel."""
    quirks = described.overlaid(profile.quirks, instance.quirks)
    homes = homes_of(profile, _points(profile))
    language = ModbusLanguage(line_of(profile, instance), quirks, homes)
    station = Station(name, instance.points, period_s, units, instance.range)
    return Profiled(description_of(tables_of(profile), homes, station), language)


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
