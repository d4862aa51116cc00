"""Numbers that contradict what the plant is said to do.

What the source does shows in the state of its channels: stopped, or in order and so running. Every other state (a
start-up, a calibration, a fault) proves nothing, and no rule here speaks.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from dau.core.rules.points import Point
from dau.core.states import State


class Production(StrEnum):
    """What the source of an outlet does."""

    RUNNING = "running"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


_BY_STATE: Final = {State.OK: Production.RUNNING, State.OVER_RANGE: Production.RUNNING}


def production_of(point: Point) -> Production:
    """Return what the state of a period says of the source."""
    return Production.STOPPED if point.state is State.STOPPED else _BY_STATE.get(point.state, Production.UNKNOWN)


def is_emitting_while_stopped(production: Production, emission: float | None, most: float) -> bool:
    """Tell whether a stopped source emits more than ``most`` in a minute, both in the unit of its amounts."""
    return production is Production.STOPPED and emission is not None and emission > most


def stopped_emission_marks(points: Sequence[Point], per_minute: float, most: float) -> list[bool]:
    """Mark the minutes in which a stopped source emits; ``per_minute`` makes a minute's amount out of a value."""
    return [
        is_emitting_while_stopped(
            production_of(point), None if point.number is None else point.number * per_minute, most
        )
        for point in points
    ]


def no_flow_marks(points: Sequence[Point], rated: float, share: float) -> list[bool]:
    """Mark the periods in which the source runs and its flow is below ``share`` of the ``rated`` one."""
    return [_while_running(point) and point.value is not None and point.value < share * rated for point in points]


def oxygen_marks(points: Sequence[Point], stopped_below: float, running_above: float) -> list[str | None]:
    """Mark the periods whose O2 (percent) contradicts: burnt air of a stopped source, fresh air of a running one."""
    return [_oxygen_mark(point, stopped_below, running_above) for point in points]


def _oxygen_mark(point: Point, stopped_below: float, running_above: float) -> str | None:
    production, oxygen = production_of(point), point.number
    if oxygen is None:
        return None
    if production is Production.STOPPED and oxygen < stopped_below:
        return "stopped"
    return "running" if production is Production.RUNNING and oxygen > running_above else None


def cold_marks(points: Sequence[Point], ambient: float, within: float) -> list[bool]:
    """Mark the periods in which the source runs and its gas is no more than ``within`` degrees from ``ambient``."""
    return [
        _while_running(point) and point.value is not None and abs(point.value - ambient) <= within for point in points
    ]


def treatment_off_marks(powers: Sequence[Point], least: float) -> list[bool]:
    """Mark the periods in which the source runs and the power of its treatment is below ``least``."""
    return [_while_running(point) and point.value is not None and point.value < least for point in powers]


def _while_running(point: Point) -> bool:
    return production_of(point) is Production.RUNNING
