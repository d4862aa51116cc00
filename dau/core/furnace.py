"""The temperature of a furnace out of several thermocouples in two sections of it (middle and upper)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from dau.core.exact import mean_of


@dataclass(frozen=True, slots=True)
class FurnaceHeat:
    """The temperature, None where no thermocouple gave one, and how many sections gave nothing: a cause for alarm."""

    value: float | None
    sections_lost: int


def furnace_heat(sections: Iterable[Sequence[float | None]]) -> FurnaceHeat:
    """Return the mean of the medians of the sections; a section without any number is left out.

    The median is what one burnt thermocouple cannot move.
    """
    found = [[value for value in section if value is not None] for section in sections]
    medians = [float(median(section)) for section in found if section]
    return FurnaceHeat(mean_of(medians), len(found) - len(medians))


def furnace_value(middle: Sequence[float | None], upper: Sequence[float | None]) -> float | None:
    """Return the temperature of a furnace by its middle and its upper section; one section stands in for both."""
    return furnace_heat((middle, upper)).value
