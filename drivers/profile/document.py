"""What drivers of text and private protocols share: the tables of a profile, and the same tables inside a station.

There a block is one question, a point names the block in whose answer it stands, and a language is made of the line's
own keys and the blocks with their points. With it `Reader` is everything that the module of a driver owes to
`dau.config`, whether an instrument is described by a profile or in ``[[instrument]]`` itself.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dau.config.base import Strict
from drivers.profile import described
from drivers.profile.described import ChannelName, Homes, InstanceKeys, Station, description_of
from drivers.profile.golden import Speaker, differences
from drivers.profile.hearing import Ear, ProfiledListener, Unasked
from drivers.profile.instrument import Profiled
from drivers.profile.language import Language
from drivers.profile.model import (
    BlockKeys,
    CommandKeys,
    Defaults,
    Example,
    Head,
    Meaning,
    Name,
    ProbeTable,
    Quirks,
    Role,
    StateRule,
    mistake,
)
from drivers.profile.plan import Mistake, Tables, blind_blocks, mistakes_in, polls_of


class PlacedPoint(Meaning):
    """``[[point]]`` in a protocol whose blocks are questions."""

    block: Name | None = None
    """In whose answer it stands; may be left out where there is one block."""
    channel: ChannelName | None = None
    """In ``[[instrument]]`` alone: the channel that it feeds, by which it is then called too."""

    @model_validator(mode="before")
    @classmethod
    def _called_by_its_channel(cls, values: Any) -> Any:
        if isinstance(values, dict) and "name" not in values and isinstance(values.get("channel"), str):
            return {**values, "name": values["channel"].replace("-", "_")[:28]}
        return values

    def moved(self, steps: int) -> Self:
        """Return the point that stands ``steps`` places further: for ``repeat``."""
        raise NotImplementedError


NoCommands = Annotated[tuple[CommandKeys, ...], Field(max_length=0)]
"""For the tables of a driver that only reads."""


class Spoken(Strict):
    """The tables that say what an instrument is asked and answers."""

    block: Annotated[tuple[BlockKeys, ...], Field(min_length=1)]
    point: Annotated[tuple[PlacedPoint, ...], Field(min_length=1)]
    state: tuple[StateRule, ...] = ()
    command: tuple[CommandKeys, ...] = ()

    def expanded(self) -> list[tuple[int, PlacedPoint]]:
        """Return the points one by one, those that repeat too, each with its number in the file."""
        return [
            (number, _nth(point, place))
            for number, point in enumerate(self.point)
            for place in range(point.repeat or 1)
        ]

    def homes(self) -> list[tuple[BlockKeys, list[PlacedPoint]]]:
        """Return the blocks with the points in their answers."""
        points = [point for _, point in self.expanded()]
        return [(block, [point for point in points if self.home_of(point) is block]) for block in self.block]

    def home_of(self, point: PlacedPoint) -> BlockKeys | None:
        """Return the block in whose answer a point stands."""
        if point.block is None:
            return self.block[0] if len(self.block) == 1 else None
        return next((block for block in self.block if block.name == point.block), None)

    def tables(self, probe: str | None = None) -> Tables:
        """Return what does not depend on the protocol."""
        return Tables(self.block, self.expanded(), self.state, self.command, probe)

    def mistakes(self, probe: str | None = None) -> Iterator[Mistake]:
        """Yield every contradiction between the tables."""
        tables = self.tables(probe)
        yield from mistakes_in(tables)
        homes = ((point.name, self.home_of(point)) for _, point in self.expanded())
        yield from blind_blocks(tables, {name: home.name for name, home in homes if home is not None})
        for number, point in self.expanded():
            path = ("point", number)
            home = self.home_of(point)
            if home is None:
                known = ", ".join(block.name for block in self.block)
                found = f"测点 {point.name} 须写 block，可用：{known}", f"point {point.name} needs its block: {known}"
                yield Mistake(path, *found)
            elif (misfit := self.misfit(home, point)) is not None:
                yield Mistake(path, *misfit)
            if point.role in {Role.CLOCK, Role.DATA_TIME, Role.SAMPLE_TIME} and not point.is_time:
                yield Mistake(path, f"{point.name} 须为时间类型", f"{point.name} has to be a time")

    def misfit(self, home: BlockKeys, point: PlacedPoint) -> tuple[str, str] | None:  # noqa: ARG002
        """Say in Chinese and English why a point cannot stand in the answer of its block; None if it can."""
        return None


def _nth(point: PlacedPoint, place: int) -> PlacedPoint:
    if point.repeat is None:
        return point
    number = str(place + 1)
    of = None if point.of is None else tuple(each.replace("{n}", number) for each in point.of)
    return point.moved(place).model_copy(update={"name": point.name.replace("{n}", number), "of": of})


class Document(Spoken):
    """A whole profile. Its driver narrows ``defaults``, ``block``, ``point`` and ``example``."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    profile: Head
    defaults: Defaults = Defaults()
    quirks: Quirks = Quirks()
    probe: ProbeTable | None = None
    example: tuple[Example, ...] = ()


class Inline(Spoken):
    """``[[instrument]]`` without a profile. Its driver adds the keys of its line, narrows ``block`` and ``point``."""

    @property
    def fed(self) -> Mapping[str, str]:
        """The channel of each point that feeds one, by the name of the point."""
        return {point.name: point.channel for point in self.point if point.channel}

    def channels(self) -> tuple[str, ...]:
        """See `dau.config.base.DriverOptions`."""
        return tuple(self.fed.values())

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        for found in self.mistakes():
            raise mistake(str(found.path[-1]), found.chinese, found.english)
        if not self.fed:
            raise mistake("channel", "没有测点写 channel", "no point feeds a channel")
        if len(set(self.channels())) < len(self.channels()):
            raise mistake("channel", "通道重复", "more than one point feeds the same channel")
        for block in self.block:
            if block.every_s is not None:
                raise mistake("every_s", "every_s 只用于模板", "every_s is for profiles: here each poll asks all")
        for point in self.point:
            if point.role is Role.HEARTBEAT:
                raise mistake("role", "heartbeat 只用于模板", "the role heartbeat is for profiles")
            if point.repeat is not None:
                raise mistake("repeat", "repeat 只用于模板", "repeat is for profiles")
            if point.name in self.fed and (point.words or point.is_time):
                raise mistake("channel", f"{point.name} 不是数值", f"{point.name} is no number")
        return self


def _nobody_speaks(line: Any, homes: Any) -> None:  # noqa: ARG001
    return None


@dataclass(frozen=True, slots=True)
class Reader:
    """The functions of a driver's module. ``language`` makes one of the line's keys and the blocks.

    ``own`` are the keys of an instance that stand for those of the same name in ``[defaults]``; ``to_bytes`` reads the
    text of golden frames. ``ear`` makes the ear for an instrument that speaks by itself; None: it is asked.
    """

    language: Callable[[Any, Any], Language]
    own: Sequence[str] = ()
    to_bytes: Callable[[str], bytes] = bytes.fromhex
    ear: Callable[[Any, Any], Ear | None] = _nobody_speaks

    def build(self, options: Inline, instrument: str) -> Profiled | ProfiledListener:
        """Return the driver of one instrument, named ``instrument`` in the settings."""
        return self._made(options, options, Station(instrument, options.fed, period_s=1))

    def profile_mistakes(self, profile: Document) -> Iterator[Mistake]:
        """Yield everything in a profile that cannot be; nothing needs an instrument for it."""
        yield from profile.mistakes(None if profile.probe is None else profile.probe.expect)
        for number, point in enumerate(profile.point):
            if point.channel is not None:
                found = "通道写在 [[instrument]] 的 channels 中", "the channels stand in [[instrument]], under channels"
                yield Mistake(("point", number, "channel"), *found)

    def instance_mistakes(self, profile: Document, instance: InstanceKeys) -> Iterator[Mistake]:
        """Yield everything that a station says of a profile and that cannot be."""
        return described.instance_mistakes([point for _, point in profile.expanded()], instance)

    def unit_mistakes(self, profile: Document, instance: InstanceKeys, units: Mapping[str, str]) -> Iterator[Mistake]:
        """Yield points whose unit cannot become that of their channel."""
        return described.unit_mistakes([point for _, point in profile.expanded()], instance, units)

    def channel_periods(self, profile: Document, instance: InstanceKeys, period_s: int) -> Mapping[str, int]:
        """Return how many seconds lie between two readings of each channel."""
        homes = {point.name: block for block, listed in profile.homes() for point in listed}
        return {channel: period_s * polls_of(homes[point], period_s) for point, channel in instance.points.items()}

    def build_profiled(
        self, profile: Document, instance: Any, name: str, period_s: int, units: Mapping[str, str]
    ) -> Profiled | ProfiledListener:
        """Return the driver of one instrument; ``units`` has the unit of each channel."""
        line = described.overlaid(profile.defaults, instance.set)
        given = {key: getattr(instance, key) for key in self.own if getattr(instance, key) is not None}
        station = Station(name, instance.points, period_s, units, instance.range)
        return self._made(line.model_copy(update=given), profile, station)

    def example_differences(self, profile: Document) -> Sequence[str]:
        """Return everything in which the golden frames differ from what this driver makes of them."""
        points = [point for _, point in profile.expanded()]
        return [
            f"example {number}: {difference}"
            for number, example in enumerate(profile.example, start=1)
            for difference in differences(example, self._speaker(profile, example), points)
        ]

    def _speaker(self, profile: Document, example: Example) -> Speaker:
        line = described.overlaid(profile.defaults, getattr(example, "set", None) or Defaults())
        language, ear = self._parts(line, profile.homes())
        return Speaker(language, [block.name for block in profile.block], ear, self.to_bytes)

    def _made(self, line: Strict, spoken: Spoken, station: Station) -> Profiled | ProfiledListener:
        homes: Homes = spoken.homes()
        language, ear = self._parts(line, homes)
        profiled = Profiled(description_of(spoken.tables(), homes, station), language)
        return profiled if ear is None else ProfiledListener(station.name, profiled, ear)

    def _parts(self, line: Strict, homes: Homes) -> tuple[Language, Ear | None]:
        ear = self.ear(line, homes)
        return (self.language(line, homes), None) if ear is None else (Unasked(ear.device), ear)
