"""Checks of analysers that work in cycles: one that shows the same result for too long has nothing new."""

from collections.abc import Iterator
from typing import Final

from dau.core.channels import ChannelKind
from dau.core.periods import HOUR_MS, MINUTE_MS
from dau.core.rules.names import Rule
from dau.core.rules.points import Notice
from dau.core.states import State
from dau.quality.checks import Check, Subject
from dau.quality.history import History
from dau.store import samples

CYCLES: Final = 1.5
"""So many cycles without a new result are told."""


def cycle_checks(subject: Subject) -> Iterator[Check]:
    """Yield what is looked for in the rhythm of an analyser."""
    if subject.channel.kind is ChannelKind.PERIODIC:
        yield _stale(subject)


def _stale(subject: Subject) -> Check:
    channel = subject.channel
    most_ms = round(CYCLES * channel.cycle_min * MINUTE_MS)

    def look(history: History) -> Notice | None:
        newest = samples.last_result(history.connection, channel.name)
        point = history.last(channel.name, HOUR_MS)
        if newest is None or history.end_ms - newest.came_ms <= most_ms or point.state is State.STOPPED:
            return None
        return Notice((point,), {"minutes": (history.end_ms - newest.came_ms) / MINUTE_MS})

    return Check(Rule.STALE, channel.name, HOUR_MS, look, {"minutes": most_ms / MINUTE_MS})
