"""What plant signals are made of: slow waves that never repeat together, and noise that is a function of the second."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from math import cos, pi, sin
from typing import Final

Quantity = Callable[[int], float]
"""A physical quantity: the instant (milliseconds UTC) -> its value, in the unit of the station's channel."""

Plant = Mapping[str, Quantity]
"""All quantities of one plant by name."""

DAY_S: Final = 86_400
BEIJING_S: Final = 8 * 3600

EPOCH_S: Final = 1_577_836_800
"""2020-01-01 00:00 UTC: when the waves begin and totals were zero."""


def chance(seed: int, stream: str, index: int) -> float:
    """Return a number in [-1, 1) that looks random and depends on the arguments only."""
    digest = blake2b(f"{seed}:{stream}:{index}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**63 - 1


def seconds(at_ms: int) -> int:
    """Return the whole second of the instant, counted from `EPOCH_S`; the plant stands still inside a second."""
    return at_ms // 1000 - EPOCH_S


@dataclass(frozen=True, slots=True)
class Wave:
    """One sine: ``amplitude`` in the unit of the signal, ``period_s``, ``phase`` in parts of a turn."""

    amplitude: float
    period_s: float
    phase: float

    def at(self, second: float) -> float:
        """Return the height of the wave."""
        return self.amplitude * sin(2 * pi * (second / self.period_s + self.phase))

    def area(self, second: float) -> float:
        """Return the integral of the wave from second 0, in unit times seconds."""
        turn = self.amplitude * self.period_s / (2 * pi)
        return turn * (cos(2 * pi * self.phase) - cos(2 * pi * (second / self.period_s + self.phase)))


@dataclass(frozen=True, slots=True)
class Signal:
    """A level with waves on it and, each second, noise of at most ``noise`` up or down."""

    level: float
    waves: tuple[Wave, ...]
    noise: float
    seed: int
    stream: str

    def at(self, at_ms: int) -> float:
        """Return the value at the instant (milliseconds UTC)."""
        second = seconds(at_ms)
        return self.smooth(second) + self.noise * chance(self.seed, self.stream, second)

    def smooth(self, second: float) -> float:
        """Return the value without noise."""
        return self.level + sum(wave.at(second) for wave in self.waves)

    def area(self, second: float) -> float:
        """Return the integral of the smooth value from second 0: what a totaliser counts (noise has mean zero)."""
        return self.level * second + sum(wave.area(second) for wave in self.waves)


def daily(amplitude: float, peak_hour: float, per_day: int = 1) -> Wave:
    """Return a daily rhythm that peaks at ``peak_hour`` of Beijing time, ``per_day`` times a day."""
    period_s = DAY_S / per_day
    peak_s = peak_hour * 3600 - BEIJING_S
    return Wave(amplitude, period_s, (0.25 - peak_s / period_s) % 1)


def wandering(seed: int, stream: str, swings: tuple[tuple[float, float], ...]) -> tuple[Wave, ...]:
    """Return waves of the given (amplitude, period_s), each beginning at a phase drawn from the seed."""
    return tuple(
        Wave(amplitude, period_s, chance(seed, f"{stream}-phase", number) % 1)
        for number, (amplitude, period_s) in enumerate(swings)
    )
