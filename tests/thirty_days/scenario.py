"""Thirty days of one station by a seeded generator: what instruments say, when it is off, how its clock is set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import pi, sin
from random import Random
from typing import Final

from dau.core.channels import Channel, ChannelKind
from dau.core.conditions import Condition
from dau.core.declarations import Declaration, DeclarationKind
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS
from dau.core.samples import Reading
from dau.core.states import State
from tests.thirty_days.plants import BEGIN_MS, Plant

DAYS: Final = 30
CUT_MS: Final = 46_500
"""Where in a minute a stretch ends: no poll is near it, and a minute that ended is closed by then."""

SETTLE_MS: Final = 6_000
"""The last part of every stretch, in which no poll is due: the station wakes in it and closes what ended."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What one instrument said, complete at the instant that the clock on the wall showed; None: it kept silent."""

    at_ms: int
    instrument: str
    readings: tuple[Reading, ...] | None


@dataclass(frozen=True, slots=True)
class Stretch:
    """The station runs for ``length_ms``, its clock shows ``until_ms`` at the end."""

    length_ms: int
    until_ms: int
    polls: tuple[Poll, ...]


@dataclass(frozen=True, slots=True)
class Off:
    """The station is off for ``length_ms``; zero is a restart."""

    length_ms: int


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody sets the clock, which shows ``until_ms`` then."""

    by_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Ending:
    """The declaration that was made as the ``number``-th ends before its time."""

    number: int
    at_ms: int


Act = Stretch | Off | Step | Declaration | Ending


def acts(plant: Plant, seed: int, days: int = DAYS) -> list[Act]:
    """Return what happens to a station, in order. The same seed tells the same story."""
    return list(_Author(plant, Random(f"{plant.name} {seed}"), days * DAY_MS).write())


class _Author:
    """Writes the story. ``_true`` is the time since the beginning, ``_offset`` what the clock is ahead of it."""

    def __init__(self, plant: Plant, random: Random, length_ms: int) -> None:
        self._plant = plant
        self._random = random
        self._length_ms = length_ms
        self._true = 0
        self._offset = 0
        self._declared = 0
        self._running: list[tuple[int, int]] = []
        self._voices = {name: _Voice(group, random) for name, group in plant.instruments.items()}
        self._burnt = False

    def write(self) -> Iterator[Act]:
        """Yield one act after the other; the last stretch ends a little after the last day."""
        while self._true < self._length_ms:
            yield from self._stretches()
            if self._length_ms - self._true > DAY_MS:
                yield from self._event()
        while self._wall() < BEGIN_MS + self._length_ms + HOUR_MS:  # what a clock put back still owes
            yield self._stretch(HOUR_MS)

    def _wall(self) -> int:
        return BEGIN_MS + self._true + self._offset

    def _stretches(self) -> Iterator[Act]:
        until = min(self._true + self._random.randint(20 * MINUTE_MS, 16 * HOUR_MS), self._length_ms)
        while self._true < until:
            longest = self._random.choice((MINUTE_MS, 7 * MINUTE_MS, HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS))
            yield self._stretch(longest)

    def _stretch(self, longest_ms: int) -> Stretch:
        begin = self._true
        end = (begin + longest_ms) // MINUTE_MS * MINUTE_MS + CUT_MS
        self._true = end if end - begin >= MINUTE_MS else end + MINUTE_MS
        polls = tuple(self._polls(begin, self._true))
        return Stretch(self._true - begin, self._wall(), polls)

    def _polls(self, begin: int, end: int) -> Iterator[Poll]:
        """Yield the polls of a stretch, in the order of time."""
        due = []
        for place, (name, group) in enumerate(self._plant.instruments.items()):
            period = group[0].period_s * 1000
            first = -(-(begin - self._plant.phases[name] * 1000) // period) * period + self._plant.phases[name] * 1000
            due += [(at, place, name) for at in range(first, end, period)]
        for at, _, name in sorted(due):
            voice = self._voices[name]
            says = voice.says(at, self._burnt)
            if says is not None and (told := {one.channel: one.value for one in says}).keys() & {"boiler", "grate"}:
                self._burnt = bool(next(iter(told.values())) == 0.0)
            yield Poll(BEGIN_MS + at + self._offset, name, says)

    def _event(self) -> Iterator[Act]:
        kind = self._random.choice(("off", "restart", "step", "declare", "declare", "value", "end"))
        match kind:
            case "off":
                length = self._random.choice((2, 9, 47, 75, 180, 500)) * MINUTE_MS
                self._true += length
                yield Off(length)
                self._wake()
            case "restart":
                yield Off(0)
                self._wake()
            case "step":
                by = self._random.choice((-1, 1, -90, 90, -90, 90, -600, 600, -3600, 3600, 7, -7, -4000)) * 1000
                by += self._random.choice((-1, 1)) * self._random.randint(1, 400)  # no instant is shown twice
                self._offset += by
                yield Step(by, self._wall())
            case "declare":
                yield self._declaration()
            case "value":
                yield self._by_hand()
            case "end" if self._running:
                number, _ = self._running.pop()
                yield Ending(number, self._wall())

    def _wake(self) -> None:
        """What tells the surroundings speaks first after a start."""
        self._voices["plant"].speak(self._true + 2 * MINUTE_MS)

    def _by_hand(self) -> Declaration:
        """Return a measured value that a person enters."""
        self._declared += 1
        now, value, channel = self._wall(), round(self._random.uniform(0, 50), 1), self._random.choice(self._fed())
        said = frozenset({channel})
        return Declaration(DeclarationKind.VALUE, "wang", "laboratory", now, now, now, said, value=value)

    def _fed(self) -> list[str]:
        return [channel.name for channel in self._plant.instruments["cems" if "cems" in self._voices else "analyser"]]

    def _declaration(self) -> Declaration:
        random, now, fed = self._random, self._wall(), self._fed()
        self._declared += 1
        channels = frozenset(random.sample(fed, random.randint(1, len(fed))))
        begin = now + random.choice((0, 0, 0, 40, 1800)) * 1000
        until = begin + random.choice((3, 17, 50, 130, 400)) * MINUTE_MS + random.randint(0, 59) * 1000
        facilities = [one.name for one in self._plant.surroundings.facilities]
        self._running.append((self._declared, until))
        if facilities and random.random() < 0.4:
            condition = random.choice(list(Condition))
            return Declaration(
                DeclarationKind.CONDITION,
                "wang",
                "as the shift book says",
                now,
                begin,
                until,
                facility=facilities[0],
                condition=condition,
            )
        kind = random.choice((DeclarationKind.MAINTENANCE, DeclarationKind.CALIBRATION))
        made = Declaration(kind, "wang", "service", now, begin, until, channels)
        return made if random.random() < 0.8 else replace(made, from_ms=now - HOUR_MS, retroactive=True)


_FLAGS: Final = {"fault": State.FAULT, "calibrating": State.CALIBRATION, "maintained": State.MAINTENANCE}
_MODES: Final = (
    *("normal",) * 5,
    *("fault", "calibrating", "maintained", "silent", "over", "zero", "constant", "negative", "spike", "exceeding"),
    *("flicker", "broken", "exceeding"),
)


@dataclass(slots=True)
class _Voice:
    """What one instrument says: for a while one way, then another way."""

    group: Sequence[Channel]
    random: Random
    mode: str = "normal"
    until: int = 0
    touched: frozenset[str] = frozenset()
    held: float = 0.0
    forced: int = field(default=0)

    def speak(self, until: int) -> None:
        """Say something usable until then."""
        self.forced = until

    def says(self, at: int, is_stopped: bool) -> tuple[Reading, ...] | None:
        """Return the readings of one poll, None where the instrument keeps silent."""
        if at >= self.until:
            self._turn(at)
        if self.mode == "silent" and at >= self.forced:
            return None
        return tuple(self._reading(channel, at, is_stopped) for channel in self.group)

    def _turn(self, at: int) -> None:
        random = self.random
        self.mode = random.choice(_MODES)
        hours = {"normal": (2, 40), "exceeding": (1, 12), "constant": (2, 9), "zero": (1, 6)}.get(
            self.mode, (0.01, 2.5)
        )
        self.until = at + round(random.uniform(*hours) * HOUR_MS)
        self.touched = frozenset(one.name for one in self.group if random.random() < 0.7)
        self.held = random.random()

    def _reading(self, channel: Channel, at: int, is_stopped: bool) -> Reading:
        if channel.name in {"boiler", "grate"}:
            return Reading(channel.name, self._condition())
        if channel.name in {"key", "valve"}:
            return Reading(channel.name, float(self.mode in {"fault", "calibrating", "over"}))
        usual = self._usual(channel, at) * (self.random.choice((0.0005, 0.2)) if is_stopped else 1)
        if channel.name not in self.touched:
            return Reading(channel.name, usual)
        return self._disturbed(channel, usual)

    def _condition(self) -> float:
        modes = {"zero": 0.0, "constant": 0.0, "spike": 2.0, "negative": 3.0, "over": 4.0, "broken": 9.0}
        return modes.get(self.mode, 1.0)

    def _usual(self, channel: Channel, at: int) -> float:
        assert channel.high is not None
        level = {"ph": 7.5, "o2": 10.0, "furnace": 930.0}.get(channel.name, 0.22 * channel.high)
        swing = {"ph": 0.1, "furnace": 0.05}.get(channel.name, 0.35)
        return round(level * (1 + swing * sin(2 * pi * at / DAY_MS) + self.random.gauss(0, swing / 8)), 3)

    def _disturbed(self, channel: Channel, usual: float) -> Reading:
        assert channel.high is not None
        random, name = self.random, channel.name
        is_furnace = channel.kind is ChannelKind.FURNACE
        match self.mode:
            case "fault" | "calibrating" | "maintained":
                value = random.choice((usual, 0.1, None)) if self.mode == "fault" else usual * 0.1
                return Reading(name, value, _FLAGS[self.mode])
            case "over":
                return Reading(name, channel.high * random.uniform(0.9, 1.4))
            case "zero":
                return Reading(name, random.choice((0.0, 0.0, 0.004)))
            case "constant":
                return Reading(name, round(channel.high * (0.1 + 0.2 * self.held), 3))
            case "negative":
                return Reading(name, -channel.high * random.uniform(0, 0.2))
            case "spike":
                return Reading(name, min(usual * 4, channel.high))
            case "exceeding":
                return Reading(
                    name, random.uniform(790, 880) if is_furnace else channel.high * random.uniform(0.5, 0.9)
                )
            case "flicker":
                states = random.choice((State.OK, State.OK, State.FAULT, State.CALIBRATION, State.MAINTENANCE))
                return Reading(name, usual, states)
            case "broken":
                return Reading(name, random.choice((usual, float("nan"), 1e30, None)))
            case _:
                return Reading(name, usual)
