"""What the station owes its platforms: a closed set of kinds of record, each about one span of time."""

from dataclasses import dataclass
from enum import StrEnum

from dau.core.periods import Span
from dau.core.samples import Sample
from dau.core.statistics import PeriodStatistic


class RecordKind(StrEnum):
    """What a record tells. The words are stored in the database: they never change their meaning."""

    REALTIME = "realtime"
    INTERVAL = "interval"
    HOUR = "hour"
    DAY = "day"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing to tell, independent of any platform's edition, password or choice of factors.

    ``span`` is the period of a statistic; for a live record and a restart its start is the instant meant and its
    length is zero. ``samples`` holds the latest sample of each channel of a live record, ``statistics`` those of a
    closed period.
    """

    id: int
    kind: RecordKind
    span: Span
    created_ms: int
    samples: tuple[Sample, ...] = ()
    statistics: tuple[PeriodStatistic, ...] = ()
