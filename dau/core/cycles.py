"""What has to be done again and again, and by when: calibrations, checks, the mending of what is out of order."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from dau.core.channels import Medium
from dau.core.periods import BEIJING_MS, DAY_MS, HOUR_MS

REPORT_HOURS: Final = 24
RESTORE_HOURS: Final = {Medium.WATER: 48, Medium.GAS: 12}


class Care(StrEnum):
    """A kind of care that comes round. The words are stored in the mark book: they never change their meaning."""

    GAS_AUTOMATIC = "gas_automatic"
    """Zero and span of a gas CEMS that calibrates itself."""
    GAS_DIRECT = "gas_direct"
    """Zero and span of particulate, or of gas measured in the duct, by hand."""
    GAS_EXTRACTIVE = "gas_extractive"
    """Zero and span of an extractive gas CEMS, by hand."""
    GAS_FULL = "gas_full"
    """The whole extractive system."""
    FLOW_ZERO_AUTOMATIC = "flow_zero_automatic"
    FLOW_ZERO = "flow_zero"
    WATER_CHECK = "water_check"
    """The automatic check with a standard sample."""
    WATER_COMPARISON = "water_comparison"
    """A real sample, pH and temperature against a reference."""
    CHANNEL_FLOW = "channel_flow"
    """Level and flow of an open channel."""


@dataclass(frozen=True, slots=True)
class Cycle:
    """After how long care is due again: milliseconds, or months of the calendar."""

    length_ms: int = 0
    months: int = 0

    def next_ms(self, last_ms: int) -> int:
        """Return when it is due after it was last done (milliseconds UTC)."""
        return _months_later(last_ms, self.months) + self.length_ms


USUAL: Final = {
    Care.GAS_AUTOMATIC: Cycle(24 * HOUR_MS),
    Care.GAS_DIRECT: Cycle(15 * DAY_MS),
    Care.GAS_EXTRACTIVE: Cycle(7 * DAY_MS),
    Care.GAS_FULL: Cycle(months=3),
    Care.FLOW_ZERO_AUTOMATIC: Cycle(24 * HOUR_MS),
    Care.FLOW_ZERO: Cycle(30 * DAY_MS),
    Care.WATER_CHECK: Cycle(24 * HOUR_MS),
    Care.WATER_COMPARISON: Cycle(months=1),
    Care.CHANNEL_FLOW: Cycle(months=3),
}
"""As HJ 75-2017 and HJ 355-2019 are remembered; a station may set others."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """By when a breakdown is to be reported, and by when data have to flow again (milliseconds UTC)."""

    report_by_ms: int
    restore_by_ms: int


def deadlines(start_ms: int, report_hours: float, restore_hours: float) -> Deadlines:
    """Return the deadlines of a breakdown that began at ``start_ms``."""
    return Deadlines(start_ms + round(report_hours * HOUR_MS), start_ms + round(restore_hours * HOUR_MS))


def _months_later(at_ms: int, months: int) -> int:
    """The same day of a later month in Beijing, or the last day of a month that is too short."""
    if months == 0:
        return at_ms
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    local = epoch + timedelta(milliseconds=at_ms + BEIJING_MS)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    later = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
    return (later - epoch) // timedelta(milliseconds=1) - BEIJING_MS
