"""What a plant does: the condition of each facility, and of an outlet that several facilities serve."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dau.core.states import State


class Condition(StrEnum):
    """What a facility does. The words are stored in the database: they never change their meaning."""

    RUNNING = "running"
    STARTUP = "startup"
    SHUTDOWN = "shutdown"
    BANKED = "banked"
    """The fire is kept without load."""
    STOPPED = "stopped"
    DRYING = "drying"
    """The lining of a furnace is dried out, without waste (烘炉)."""
    COOLING = "cooling"
    """A furnace cools down after its shut-down (停炉降温)."""
    FAULT = "fault"
    """The facility itself is out of order (故障): says nothing about the instruments."""
    ACCIDENT = "accident"
    CONNECTED = "connected"
    """A power unit has just gone on the grid, or supplies heat again (并网/供能)."""
    DISCONNECTED = "disconnected"
    """A power unit leaves the grid (解列)."""


class FacilityKind(StrEnum):
    """What a facility is for. Only a production facility that stands can stop an outlet."""

    PRODUCTION = "production"
    TREATMENT = "treatment"


NUMBERS: Final[Mapping[Condition, int]] = MappingProxyType(
    {
        Condition.STOPPED: 0,
        Condition.RUNNING: 1,
        Condition.STARTUP: 2,
        Condition.SHUTDOWN: 3,
        Condition.BANKED: 4,
        Condition.DRYING: 5,
        Condition.COOLING: 6,
        Condition.FAULT: 7,
        Condition.ACCIDENT: 8,
        Condition.CONNECTED: 9,
        Condition.DISCONNECTED: 10,
    }
)
"""The value of a channel of kind condition. Stored: the numbers never change their meaning."""

STATES: Final[Mapping[Condition, State]] = MappingProxyType(
    {
        Condition.RUNNING: State.OK,
        Condition.STARTUP: State.STARTUP,
        Condition.SHUTDOWN: State.SHUTDOWN,
        Condition.BANKED: State.BANKED,
        Condition.STOPPED: State.STOPPED,
        Condition.DRYING: State.STARTUP,
        Condition.COOLING: State.SHUTDOWN,
        Condition.FAULT: State.OK,
        Condition.ACCIDENT: State.OK,
        Condition.CONNECTED: State.STARTUP,
        Condition.DISCONNECTED: State.SHUTDOWN,
    }
)
"""What the condition of an outlet says of the values measured in it.

A plant that is out of order goes on emitting, and its values count: whether they are exempt is for the mark to say.
"""

LIVELINESS: Final = (
    Condition.RUNNING,
    Condition.CONNECTED,
    Condition.FAULT,
    Condition.ACCIDENT,
    Condition.STARTUP,
    Condition.SHUTDOWN,
    Condition.DISCONNECTED,
    Condition.DRYING,
    Condition.COOLING,
    Condition.BANKED,
    Condition.STOPPED,
)
"""Of several facilities that serve one outlet the first of this list speaks for it."""

CONTACT: Final[Mapping[float, Condition]] = MappingProxyType({0.0: Condition.STOPPED, 1.0: Condition.RUNNING})


@dataclass(frozen=True, slots=True)
class Facility:
    """One production or treatment facility, and what tells its condition.

    ``channels`` are those of the outlets that it serves. ``source`` is the channel that tells its condition, None where
    only a person does: by a number of ``numbers``, or, where ``above`` is given, running above that value (in the unit
    of the channel) and stopped otherwise. ``retold`` has the value that the source channel gets for each condition,
    where it tells the condition itself and no power.
    """

    name: str
    kind: FacilityKind
    channels: frozenset[str] = frozenset()
    source: str | None = None
    numbers: Mapping[float, Condition] = field(default_factory=lambda: CONTACT)
    above: float | None = None
    retold: Mapping[Condition | None, float] = field(default_factory=dict)

    def condition_at(self, value: float) -> Condition | None:
        """Return what a value of the source means, None if it means nothing."""
        if self.above is not None:
            return Condition.RUNNING if value > self.above else Condition.STOPPED
        return self.numbers.get(value)


@dataclass(frozen=True, slots=True)
class Standing:
    """How one facility stands: None where nobody knows. ``by_person``: because somebody declared it."""

    condition: Condition | None
    by_person: bool = False


def of_outlet(standings: Iterable[Standing]) -> Standing:
    """Return the condition of an outlet: that of the liveliest facility that serves it, stopped only if all are.

    A facility of which nothing is known may be running, so that nothing is claimed of its outlet.
    """
    found = list(standings)
    if not found or any(one.condition is None for one in found):
        return Standing(Condition.RUNNING if any(one.condition is Condition.RUNNING for one in found) else None)
    condition = min((one.condition for one in found if one.condition), key=LIVELINESS.index)
    return Standing(condition, any(one.by_person for one in found if one.condition is condition))
