"""The figures of one channel in one period, from what the instrument really said.

Rules as the standards have them (HJ 212-2017 appendix C and D, HJ 75-2017): only what was measured counts in a mean,
water is abnormal by one abnormal part, gas is normal by three quarters of normal parts.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from typing import Final

HOUR_MINUTES: Final = 60
DAY_MINUTES: Final = 1440


class Condition(StrEnum):
    """What a sample or a period was, best known names. In the order in which equal shares are decided."""

    FAULT = "fault"
    MAINTENANCE = "maintenance"
    CALIBRATION = "calibration"
    LOST = "lost"  # the station asked and got no believable answer
    OVER_RANGE = "over_range"
    ABSENT = "absent"  # the station did not run
    NORMAL = "normal"


LETTERS: Final = {
    Condition.NORMAL: "N",
    Condition.OVER_RANGE: "T",
    Condition.MAINTENANCE: "M",
    Condition.CALIBRATION: "C",
    Condition.FAULT: "D",
    Condition.LOST: "B",
    Condition.ABSENT: "D",
}
"""Table 8 of HJ 212-2017."""

TOTAL_DIGITS: Final = 3
"""Decimals of an amount."""

MEASURED: Final = (Condition.NORMAL, Condition.OVER_RANGE)


@dataclass(frozen=True, slots=True)
class Rules:
    """How a channel is counted: water or gas, its decimals, samples due in a minute, seconds and amount per sample.

    ``total_per_second`` turns the flow of one second into an amount (None: no amount is told), ``mass_per_amount`` one
    concentration in one amount of what carries it into a mass.
    """

    factor: str
    digits: int
    is_gas: bool
    per_minute: int
    total_per_second: Decimal | None = None
    mass_per_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """A closed period before rounding. Each number is None where none exists.

    Of what a flow carries, ``total`` is the mass, ``volume`` all that flowed, ``paired`` what flowed while it was
    measured. Where the channel is also told at reference oxygen, ``converted`` are the figures of that, ``oxygen``
    those of the oxygen in the same samples.
    """

    condition: Condition
    is_valid: bool
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    any_mean: float | None = None
    total: Decimal | None = None
    volume: Decimal | None = None
    paired: Decimal | None = None
    converted: "Figures | None" = None
    oxygen: "Figures | None" = None


@dataclass(frozen=True, slots=True)
class Heard:
    """One sample: its value, or None where the instrument answered that it has none."""

    value: float | None
    condition: Condition


def minute_figures(rules: Rules, heard: Sequence[Heard], lost: int) -> Figures:
    """Return the figures of a minute in which at most ``lost`` samples were asked for in vain.

    Samples that are due and neither heard nor lost were never asked for.
    """
    conditions = Counter(sample.condition for sample in heard)
    missing = max(0, rules.per_minute - len(heard))
    conditions[Condition.LOST] += min(lost, missing)
    conditions[Condition.ABSENT] += missing - min(lost, missing)
    numbers = [(sample.value, sample.condition) for sample in heard if sample.value is not None]
    measured = [value for value, condition in numbers if condition in MEASURED]
    is_valid = 4 * len(measured) >= 3 * rules.per_minute
    return Figures(
        _condition(rules, conditions, rules.per_minute),
        is_valid,
        _mean(measured),
        min(measured, default=None),
        max(measured, default=None),
        _mean([value for value, _ in numbers]),
        _whole(rules, _mean(measured) if is_valid else None, 1) if rules.is_gas else _slices(rules, measured),
    )


def longer_figures(rules: Rules, parts: Sequence[Figures], minutes: int) -> Figures:
    """Return the figures of ``minutes`` minutes from those of their parts: minutes, or hours where it is a day."""
    due = 24 if minutes == DAY_MINUTES else minutes
    conditions = Counter(part.condition for part in parts)
    conditions[Condition.ABSENT] += max(0, due - len(parts))
    good = [part for part in parts if part.is_valid]
    enough = 20 if rules.is_gas and minutes == DAY_MINUTES else ceil(due * 3 / 4)
    gas_hour = rules.is_gas and minutes == HOUR_MINUTES
    totals = [part.total for part in parts if part.total is not None]
    total = as_kept(sum(totals, Decimal(0))) if totals else None
    mean = _mean([part.mean for part in good if part.mean is not None])
    is_valid = len(good) >= enough
    return Figures(
        _hour_condition(conditions) if gas_hour else _condition(rules, conditions, due),
        is_valid,
        mean,
        min((part.low for part in good if part.low is not None), default=None),
        max((part.high for part in good if part.high is not None), default=None),
        _mean([part.any_mean for part in parts if part.any_mean is not None]),
        _whole(rules, mean if is_valid else None, minutes) if rules.is_gas and minutes < DAY_MINUTES else total,
    )


def fields(rules: Rules, figures: Figures) -> dict[str, str]:
    """Return the fields of the factor as they must stand in the packet: rounded once, half to even.

    What is neither valid nor normal is told by the mean of all its numbers alone. Where nothing flowed there is no
    concentration at all.
    """
    told = _numbers(rules, figures)
    if figures.converted is not None:
        converted = _numbers(rules, figures.converted)
        told |= {f"Zs{name}": converted[name] for name in told.keys() & converted.keys()}
    if figures.total is not None:
        told["Cou"] = _rounded(figures.total, TOTAL_DIGITS)
    return told | {"Flag": LETTERS[figures.condition]}


def live_fields(rules: Rules, heard: Heard, converted: Heard | None = None) -> dict[str, str]:
    """Return the fields of the factor in a live packet that tells this sample, with its converted value if any."""
    numbers = {"Rtd": heard.value}
    if converted is not None and heard.value is not None:
        numbers["ZsRtd"] = converted.value
    return _texts(rules, numbers) | {"Flag": LETTERS[heard.condition]}


def _numbers(rules: Rules, figures: Figures) -> dict[str, str]:
    numbers = {"Avg": figures.mean, "Min": figures.low, "Max": figures.high}
    is_dry = figures.volume is not None and figures.volume <= 0
    speaks = figures.mean is not None and (figures.is_valid or figures.condition is Condition.NORMAL)
    if not speaks and not is_dry:
        numbers = {"Avg": figures.any_mean, "Min": None, "Max": None}
    return _texts(rules, numbers)


def _texts(rules: Rules, numbers: Mapping[str, float | None]) -> dict[str, str]:
    return {
        name: _rounded(Decimal(repr(number)), rules.digits) for name, number in numbers.items() if number is not None
    }


def _slices(rules: Rules, measured: Sequence[float]) -> Decimal | None:
    """Waste water: what was measured flowed, each sample for its share of the minute."""
    if rules.total_per_second is None or not measured:
        return None
    exact = sum((Decimal(repr(value)) for value in measured), Decimal(0))
    return as_kept(exact * Decimal(60) / rules.per_minute * rules.total_per_second)


def _whole(rules: Rules, mean: float | None, minutes: int) -> Decimal | None:
    """Flue gas: the mean of a valid period flowed as long as the period was."""
    if rules.total_per_second is None or mean is None:
        return None
    return as_kept(Decimal(repr(mean)) * 60 * minutes * rules.total_per_second)


def _condition(rules: Rules, conditions: Counter[Condition], due: int) -> Condition:
    normal = conditions[Condition.NORMAL]
    if normal == conditions.total() or (rules.is_gas and 4 * normal >= 3 * due):
        return Condition.NORMAL
    return _most(conditions, (one for one in Condition if one is not Condition.NORMAL))


def _hour_condition(conditions: Counter[Condition]) -> Condition:
    """HJ 75: 45 usable minutes make an hour; else what took more than 15 minutes names it, else the most frequent."""
    usable = sum(conditions[one] for one in MEASURED)
    if usable >= 45:
        return Condition.OVER_RANGE if conditions[Condition.OVER_RANGE] > 15 else Condition.NORMAL
    care = [one for one in (Condition.FAULT, Condition.MAINTENANCE, Condition.CALIBRATION) if conditions[one] > 15]
    return _most(conditions, care or [one for one in Condition if one not in MEASURED])


def _most(conditions: Counter[Condition], among: Iterable[Condition]) -> Condition:
    return max(among, key=lambda one: conditions[one])


def _mean(values: Sequence[float]) -> float | None:
    return float(sum(Fraction(repr(value)) for value in values) / len(values)) if values else None


def as_kept(exact: Decimal) -> Decimal:
    """Return the number as a station can keep it: as a double, whose shortest text is what will be rounded."""
    return Decimal(repr(float(exact)))


def _rounded(exact: Decimal, digits: int) -> str:
    number = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)
    return f"{number.copy_abs() if number.is_zero() else number:f}"
