"""What a station may choose in the rules of periods, each with the default of the standards' usual reading."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dau.core.states import MEASURED, State


class Profile(StrEnum):
    """How a gas period that is not normal gets its state."""

    DOMINANT = "dominant"
    """The state that filled most of it names it, an hour by the durations of HJ 75-2017."""
    STRICT = "strict"
    """Less than three quarters of normal parts are a fault at every level (HJ 212-2017 appendix C, literally)."""


@dataclass(frozen=True, slots=True)
class PeriodRules:
    """The rules by which periods are reckoned.

    ``measured`` are the states whose values count in means. ``enough`` is the share of parts that makes a period valid
    and, of normal ones, that makes a gas period normal. A gas hour needs ``hour_minutes`` valid minutes, a state names
    it that filled more than ``long_minutes``; a gas day needs ``day_hours`` valid hours and a month ``month_days``
    valid days, February ``february_days``. ``weighted``: concentrations in waste water are averaged by the flow that
    carried them, where the flow is known. ``intermittent``: the hours due in a day of waste water are those with
    discharge.
    """

    profile: Profile = Profile.DOMINANT
    measured: frozenset[State] = MEASURED
    enough: float = 0.75
    hour_minutes: int = 45
    long_minutes: int = 15
    day_hours: int = 20
    month_days: int = 25
    february_days: int = 23
    weighted: bool = True
    intermittent: bool = False


USUAL: Final = PeriodRules()
