"""Which records one platform wants, and how often."""

from dataclasses import dataclass
from typing import Final

from dau.core.records import RecordKind

USUAL: Final = frozenset(
    {RecordKind.REALTIME, RecordKind.INTERVAL, RecordKind.HOUR, RecordKind.DAY, RecordKind.RESTART}
)


@dataclass(frozen=True, slots=True)
class Appetite:
    """What one platform wants: the kinds of record, seconds between live values, minutes of its interval record.

    A kind that the platform's edition has no command for is never in ``kinds``. ``realtime_s`` also spaces the running
    states of facilities.
    """

    platform: str
    realtime_s: int
    minute_min: int
    kinds: frozenset[RecordKind] = USUAL
