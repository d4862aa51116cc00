"""A longer period of all channels, as the closer puts it together where nothing is derived by means."""

from collections.abc import Mapping, Sequence

from dau.core.channels import Channel
from dau.core.closing import means_of_all, with_masses
from dau.core.period_rules import USUAL, PeriodRules
from dau.core.periods import MINUTE_MS, Span
from dau.core.statistics import PeriodStatistic


def period_of_all(
    channels: Sequence[Channel],
    span: Span,
    parts: Mapping[str, Sequence[PeriodStatistic]],
    part_ms: int = MINUTE_MS,
    rules: PeriodRules = USUAL,
) -> list[PeriodStatistic]:
    """Return the statistic of every channel from those of its parts."""
    return with_masses(channels, means_of_all(channels, span, parts, part_ms, rules), parts, rules)
