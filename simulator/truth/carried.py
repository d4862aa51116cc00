"""What a flow of waste water carries: mass, and the mean concentration of what really flowed (HJ 212-2017 D.2).

A slice counts where both were measured; where nothing flowed there is no concentration.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from math import ceil
from typing import Final

from simulator.truth.figures import DAY_MINUTES, MEASURED, Figures, Heard, Rules, as_kept

CERTAIN: Final = Context(prec=15)
"""Digits that the quotient of two numbers has for certain that were kept as doubles."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The flow in one minute: its rules, its figures, and what was heard of it in each slice."""

    rules: Rules
    figures: Figures
    heard: Sequence[tuple[int, Heard]]


def carried_minute(rules: Rules, plain: Figures, heard: dict[int, Heard], flow: Flow) -> Figures:
    """Return the figures of a minute of what the flow carries, ``heard`` in each slice."""
    pairs = [
        (Decimal(repr(there.value)), Decimal(repr(here.value)))
        for number, there in flow.heard
        if (here := heard.get(number)) is not None and _is_measured(here) and _is_measured(there)
        if here.value is not None and there.value is not None and there.value >= 0
    ]
    share = Decimal(60) / flow.rules.per_minute * (flow.rules.total_per_second or 0)
    factor = rules.mass_per_amount or Decimal(0)
    paired = as_kept(sum((there for there, _ in pairs), Decimal(0)) * share) if pairs else None
    mass = as_kept(sum((there * here for there, here in pairs), Decimal(0)) * share * factor) if pairs else None
    mean = _mean(mass, paired, factor, [float(here) for _, here in pairs])
    return replace(
        plain,
        is_valid=mean is not None and 4 * len(pairs) >= 3 * rules.per_minute,
        mean=mean,
        low=None if mean is None else min(float(here) for _, here in pairs),
        high=None if mean is None else max(float(here) for _, here in pairs),
        total=mass,
        volume=flow.figures.total,
        paired=paired,
    )


def carried_longer(rules: Rules, plain: Figures, parts: Sequence[Figures], minutes: int) -> Figures:
    """Return the figures of ``minutes`` minutes of what the flow carries; hours without discharge are due in a day."""
    good = [part for part in parts if part.is_valid and part.mean is not None]
    dry = sum(part.volume is not None and part.volume <= 0 for part in parts)
    due = 24 if minutes == DAY_MINUTES else minutes - dry
    lows = [part.low for part in good if part.low is not None]
    highs = [part.high for part in good if part.high is not None]
    mass = _sum([part.total for part in good])
    mean = _mean(mass, _sum([part.paired for part in good]), rules.mass_per_amount or Decimal(0), lows + highs)
    return replace(
        plain,
        is_valid=mean is not None and len(good) >= ceil(due * 3 / 4),
        mean=mean,
        low=None if mean is None else min(lows),
        high=None if mean is None else max(highs),
        volume=_sum([part.volume for part in parts]),
        paired=_sum([part.paired for part in parts]),
    )


def _is_measured(heard: Heard) -> bool:
    return heard.condition in MEASURED


def _mean(mass: Decimal | None, amount: Decimal | None, factor: Decimal, values: Sequence[float]) -> float | None:
    """Return the concentration; a mean that was kept as two numbers is still none above or below its values."""
    if mass is None or not amount:
        return None
    return min(max(float(CERTAIN.divide(mass, amount * factor)), min(values)), max(values))


def _sum(numbers: Sequence[Decimal | None]) -> Decimal | None:
    known = [number for number in numbers if number is not None]
    return as_kept(sum(known, Decimal(0))) if known else None
