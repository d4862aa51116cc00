"""How much of what was due arrived at a platform: effective transmission, and how steady the link was.

The formulas follow the fields that platforms show; a rate is kept unrounded and compared so, and None where nothing was
due.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dau.core.channels import Medium
from dau.core.marks import Chain, chains
from dau.core.periods import Span
from dau.core.rounding import decimal_text
from dau.core.states import State
from dau.core.statistics import PeriodStatistic

TARGET_PERCENT: Final = 95
ONLINE_PERCENT: Final = 95
STABLE_PERCENT: Final = 99
MOST_DROPOUTS: Final = 3
"""On one day."""
RECONNECT_MINUTES: Final = 5
DAY_MINUTES: Final = 1440
CHECKED_FACTORS: Final = frozenset({"w01018", "w21003", "w21011", "w21001"})
"""COD, ammonia, total phosphorus, total nitrogen: an hour lost to the automatic check of the day is forgiven."""


class HourStatus(StrEnum):
    """What became of one hour of one pollutant."""

    OK = "ok"
    LATE = "late"
    """It came, but only by back-filling."""
    MISSING = "missing"
    INVALID = "invalid"
    """It came, with a mark that it does not count."""
    CHECK = "check"
    """It came; the analyser was busy with a standard sample."""
    STOP = "stop"
    """The plant stood still: nothing was due."""


class Denominator(StrEnum):
    """Of which groups the effective rate is a share."""

    DUE = "due"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Terms:
    """How one platform counts. ``values_per_group`` is how many items a pollutant has in an hour."""

    medium: Medium
    values_per_group: int
    denominator: Denominator = Denominator.DUE
    most_checks: int = 1
    checked: frozenset[str] = CHECKED_FACTORS


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one day or month; a group is one pollutant in one hour."""

    due_values: int = 0
    received_values: int = 0
    due_groups: int = 0
    excluded_groups: int = 0
    valid_groups: int = 0
    base_groups: int = 0
    """Groups that could have been valid."""

    def __add__(self, other: "Counts") -> "Counts":
        """Add the numbers of another pollutant or day."""
        return Counts(
            self.due_values + other.due_values,
            self.received_values + other.received_values,
            self.due_groups + other.due_groups,
            self.excluded_groups + other.excluded_groups,
            self.valid_groups + other.valid_groups,
            self.base_groups + other.base_groups,
        )

    @property
    def transmission(self) -> float | None:
        """Values that came of those that were due, in percent."""
        return share(self.received_values, self.due_values)

    @property
    def effective(self) -> float | None:
        """Groups that were valid of those that could be, in percent."""
        return share(self.valid_groups, self.base_groups)

    @property
    def effective_transmission(self) -> float | None:
        """The product of both rates, in percent."""
        values, groups = self.due_values, self.base_groups
        return share(self.received_values * self.valid_groups, values * groups)

    def reaches(self, percent: float) -> bool:
        """Whether the effective transmission is at least so high, unrounded; also where nothing was due."""
        rate = self.effective_transmission
        return rate is None or rate >= percent


def hour_status(medium: Medium, factor: str, statistic: PeriodStatistic | None, has_arrived: bool) -> HourStatus:
    """Return what became of one hour of a pollutant, from its closed statistic and whether its record arrived.

    An hour that was closed without any number was told without one: nothing of it arrived.
    """
    if statistic is not None and statistic.state is State.STOPPED:
        return HourStatus.STOP
    if statistic is None or not has_arrived:
        return HourStatus.MISSING
    if medium is Medium.WATER and factor in CHECKED_FACTORS and statistic.state is State.CALIBRATION:
        return HourStatus.CHECK
    if statistic.mean is None and statistic.raw_mean is None:
        return HourStatus.MISSING
    return HourStatus.OK if statistic.valid else HourStatus.INVALID


_IN_TIME: Final = frozenset({HourStatus.OK, HourStatus.INVALID, HourStatus.CHECK})


def counts(terms: Terms, hours: Mapping[str, Sequence[HourStatus]], completed: bool) -> Counts:
    """Count the hours of one day by pollutant; ``completed`` counts also what came late."""
    return sum((_of_pollutant(terms, code, each, completed) for code, each in hours.items()), Counts())


def _of_pollutant(terms: Terms, code: str, hours: Sequence[HourStatus], completed: bool) -> Counts:
    came = _IN_TIME | {HourStatus.LATE} if completed else _IN_TIME
    good = {HourStatus.OK, HourStatus.LATE} if completed else {HourStatus.OK}
    due = sum(status is not HourStatus.STOP for status in hours)
    received = sum(status in came for status in hours)
    forgiven = terms.most_checks if terms.medium is Medium.WATER and code in terms.checked else 0
    excluded = min(hours.count(HourStatus.CHECK), forgiven)
    return Counts(
        due_values=due * terms.values_per_group,
        received_values=received * terms.values_per_group,
        due_groups=due,
        excluded_groups=excluded,
        valid_groups=sum(status in good for status in hours),
        base_groups=(due if terms.denominator is Denominator.DUE else received) - excluded,
    )


@dataclass(frozen=True, slots=True)
class LinkMetrics:
    """How steady a link was. ``offline`` are the times without it in minutes, joined; rates are in percent."""

    minutes: int
    offline: tuple[Chain, ...]
    sent: int
    failed: int

    @property
    def online_rate(self) -> float | None:
        """Share of the time with a link."""
        return share(self.minutes - sum(gap.minutes for gap in self.offline), self.minutes)

    @property
    def longest_minutes(self) -> int:
        """The longest time without a link."""
        return max((gap.minutes for gap in self.offline), default=0)

    @property
    def stability(self) -> float | None:
        """Share of the packets that did not fail."""
        return share(self.sent - self.failed, self.sent)

    @property
    def is_online_enough(self) -> bool:
        """Online for 95 % of the time or more."""
        return _reaches(self.online_rate, ONLINE_PERCENT)

    @property
    def is_seldom_cut(self) -> bool:
        """No day with more than three cuts."""
        days = [gap.first // DAY_MINUTES for gap in self.offline]
        return all(days.count(day) <= MOST_DROPOUTS for day in set(days))

    @property
    def is_soon_back(self) -> bool:
        """Each time without a link lasted five minutes at most."""
        return self.longest_minutes <= RECONNECT_MINUTES

    @property
    def is_stable(self) -> bool:
        """99 % of the packets or more did not fail."""
        return _reaches(self.stability, STABLE_PERCENT)


def link_metrics(minutes: int, offline: Iterable[tuple[int, int]], sent: int, failed: int) -> LinkMetrics:
    """Return how steady a link was over ``minutes`` from the times without it, ``start <= m < end``."""
    inside = [(max(0, start), min(minutes, end)) for start, end in offline]
    return LinkMetrics(minutes, tuple(chains(inside, 1)), sent, failed)


def missing_labels(present_ms: Collection[int], span: Span, length_ms: int) -> Sequence[int]:
    """Return the labels of the ``length_ms`` long periods of a span that are not among those present."""
    known = frozenset(present_ms)
    return [part.start_ms for part in span.parts(length_ms) if part.start_ms not in known]


def share(part: int, whole: int) -> float | None:
    """Return a share in percent, unrounded; None of nothing."""
    return 100 * part / whole if whole > 0 else None


def shown(percent: float | None) -> float | None:
    """Return a rate as platforms show it, with two decimals; never to be compared."""
    return None if percent is None else float(decimal_text(percent, 2))


def _reaches(rate: float | None, percent: float) -> bool:
    return rate is not None and rate >= percent
