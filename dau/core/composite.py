"""Hours of composite samples: the result that was taken in an hour is the value of that hour, and of no other.

The water of an hour is collected in portions and analysed when the hour is over, so that its value comes late
(HJ 353-2019 practice). What the analyser showed meanwhile says nothing of the hour.
"""

from collections.abc import Sequence
from dataclasses import replace

from dau.core.channels import Channel
from dau.core.exact import exact, exact_product, mean_of
from dau.core.period_rules import PeriodRules
from dau.core.samples import Sample
from dau.core.states import State, winner
from dau.core.statistics import PeriodStatistic


def of_results(
    channel: Channel,
    made: PeriodStatistic,
    results: Sequence[Sample],
    flow: PeriodStatistic | None,
    rules: PeriodRules,
) -> PeriodStatistic:
    """Return the statistic of an hour by the results whose water was taken in it.

    Args:
        channel: of the concentration.
        made: the hour as it would be by what the analyser showed; its state tells why there is no result.
        results: those taken in the hour, in any order; several are averaged.
        flow: the hour of the flow that carried it, None where there is none.
        rules: which states count.
    """
    counted = sorted(one.value for one in results if one.value is not None and winner(one.states) in rules.measured)
    mean, volume = mean_of(counted), None if flow is None else flow.total
    state = _state(made, results, rules)
    is_dry = volume is not None and volume <= 0
    found = replace(
        made,
        state=state,
        valid=mean is not None and not is_dry,
        count=len(counted),
        expected=1,
        mean=None if is_dry else mean,
        low=None if is_dry else min(counted, default=None),
        high=None if is_dry else max(counted, default=None),
        raw_mean=mean_of(sorted(one.raw for one in results if one.raw is not None)),
        volume=volume,
        paired=volume if counted else None,
        total=None,
    )
    if not counted or volume is None or channel.mass_per_amount is None:
        return found
    return replace(found, total=float(exact_product(exact(mean or 0.0), exact(volume), exact(channel.mass_per_amount))))


def _state(made: PeriodStatistic, results: Sequence[Sample], rules: PeriodRules) -> State:
    """The worst of the results that count; without any what the analyser did, and if that was nothing, no data."""
    states = [winner(one.states) for one in results]
    counted = [state for state in states if state in rules.measured]
    if counted:
        return max(counted, key=int)
    if states:
        return max(states, key=int)
    return State.NO_DATA if made.state in rules.measured else made.state
