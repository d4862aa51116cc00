"""A check: one rule on one channel, to be looked at whenever a period of its length has closed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from dau.config.findings import ThresholdsTable
from dau.core.channels import Channel
from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, MINUTE_MS
from dau.core.rules.limits import Bounds, Limit, in_force
from dau.core.rules.names import Rule
from dau.core.rules.points import Fact, Notice
from dau.quality.history import History

Look = Callable[[History], Notice | None]
"""Tells whether the condition of a rule holds at the end of a history, None if not."""

LENGTHS: Final = (MINUTE_MS, FURNACE_MS, HOUR_MS, DAY_MS)


@dataclass(frozen=True, slots=True)
class Subject:
    """A channel as rules judge it: its thresholds, its limits, and the ``judged`` channel that limits are held against.

    Where a conversion applies, that is the converted value. ``facilities`` are the production facilities that serve it.
    """

    channel: Channel
    thresholds: ThresholdsTable
    limits: tuple[Limit, ...] = ()
    judged: str = ""
    facilities: tuple[str, ...] = ()

    def bounds(self, at_ms: int, length_ms: int) -> Bounds | None:
        """Return what the limit in force says for a period, None if nothing does."""
        limit = in_force(self.limits, at_ms)
        return None if limit is None else limit.bounds(length_ms)


@dataclass(frozen=True, slots=True)
class Check:
    """One rule on one channel; ``parameters`` is what the channel is held against."""

    rule: Rule
    subject: str
    length_ms: int
    look: Look
    parameters: Mapping[str, Fact] = field(default_factory=dict)


def by_length(checks: Iterable[Check]) -> dict[int, Sequence[Check]]:
    """Return the checks by the length of their periods, shortest first."""
    listed = list(checks)
    return {length_ms: [check for check in listed if check.length_ms == length_ms] for length_ms in LENGTHS}
