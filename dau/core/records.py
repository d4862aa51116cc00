"""What the station owes its platforms: a closed set of kinds of record, each about one span of time."""

from dataclasses import dataclass
from enum import StrEnum

from dau.core.events import Event
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
    FACILITY = "facility"
    """Running state of facilities at one instant (2021)."""
    FACILITY_DAY = "facility_day"
    """Hours that facilities ran in a day (2041)."""
    FURNACE = "furnace"
    """Five-minute means of furnace temperatures (2111)."""
    RAW = "raw"
    """One result of an analyser that works in cycles (2013)."""
    NOISE = "noise"
    """One measurement of noise (2052)."""
    CHECK = "check"
    """One automatic standard check (2062)."""
    SERIAL_NUMBER = "serial_number"
    """An instrument was exchanged (3019)."""
    INFO = "info"
    """A log entry, a state or a parameter of the site (3020)."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What the numbers of a channel meant when they were stored: they keep it, whatever the settings say later."""

    channel: str
    factor: str
    unit: str


@dataclass(frozen=True, slots=True)
class Record:
    """One thing to tell, independent of any platform's edition, password or choice of factors.

    ``span`` is the period of a statistic; for everything else its start is the instant meant and its length is zero.
    ``samples`` holds the latest sample of each channel of a live record or of a record of running states,
    ``statistics`` those of a closed period, ``event`` what happened, for the kinds that tell of one. ``quantities``
    says what the numbers of samples and statistics mean.
    """

    id: int
    kind: RecordKind
    span: Span
    created_ms: int
    samples: tuple[Sample, ...] = ()
    statistics: tuple[PeriodStatistic, ...] = ()
    event: Event | None = None
    quantities: tuple[Quantity, ...] = ()
