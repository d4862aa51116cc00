"""Where each unit can be reached now, and how it speaks."""

from dataclasses import dataclass, replace
from typing import Protocol

from dau.receiver.orders import Ending, Manner, Order, Tell


class Line(Protocol):
    """A connection through which units can be asked."""

    async def ask(self, order: Order, tell: Tell) -> Ending:
        """Ask the unit and follow the exchange to its end."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is connected."""

    line: Line
    manner: Manner


class Units:
    """The units that are connected, by MN. Of two connections that speak for one unit the newest word counts."""

    def __init__(self) -> None:
        self._units: dict[str, Unit] = {}

    def hear(self, mn: str, line: Line, manner: Manner) -> None:
        """Note that the unit spoke on that connection."""
        self._units[mn] = Unit(line, manner)

    def find(self, mn: str) -> Unit | None:
        """Return the unit, None if it is not connected or has said nothing yet."""
        return self._units.get(mn)

    def rekey(self, mn: str, pw: str) -> None:
        """Note that the unit has taken a new password, which its next packets will have."""
        unit = self._units.get(mn)
        if unit:
            self._units[mn] = replace(unit, manner=replace(unit.manner, pw=pw))

    def forget(self, mn: str, line: Line) -> None:
        """Note that a connection has ended; the unit may speak on another one by now."""
        unit = self._units.get(mn)
        if unit and unit.line is line:
            del self._units[mn]
