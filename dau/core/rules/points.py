"""What a rule sees of a channel, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from dau.core.states import State

JUDGED: Final = frozenset({State.OK, State.OVER_RANGE})
"""States in which a period is held against a limit: a start-up, a shut-down and a banked fire are exempt by mark."""

Fact = float | str
"""A number or a text that explains a finding."""


@dataclass(frozen=True, slots=True)
class Point:
    """One period of a channel: its label (milliseconds UTC), its state, its number.

    ``value`` is the mean that counts, None where the period has none; ``raw`` is the mean of every number there was,
    whatever its state. ``low`` and ``high`` are the least and the greatest value that count, where they are known.
    A period that was never closed, because the station or the channel did not exist yet, is not ``is_closed``.
    """

    at_ms: int
    state: State
    value: float | None
    raw: float | None = None
    low: float | None = None
    high: float | None = None
    is_closed: bool = True

    @property
    def number(self) -> float | None:
        """The mean that counts, else that of whatever numbers there were."""
        return self.raw if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class Notice:
    """The condition of a rule holds now: the points that show it, oldest first, and what else explains it."""

    points: tuple[Point, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)
