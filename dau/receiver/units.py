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
    """A unit that is connected; ``serial`` is what one without an MN is called (i23005 of its 1001), '' if unknown."""

    line: Line
    manner: Manner
    serial: str = ""


class Units:
    """The units that are connected, by MN. Of two connections that speak for one unit the newest word counts.

    Units that have no MN yet are all called '': there is one at most on each connection, and its serial number tells it
    from the others.
    """

    def __init__(self) -> None:
        self._units: dict[str, Unit] = {}
        self._new: dict[Line, Unit] = {}

    @property
    def new(self) -> tuple[Unit, ...]:
        """The units without an MN."""
        return tuple(self._new.values())

    def hear(self, mn: str, line: Line, manner: Manner, serial: str = "") -> None:
        """Note that the unit spoke on that connection."""
        if mn:
            self._units[mn] = Unit(line, manner)
            return
        before = self._new.pop(line, None)
        self._new[line] = Unit(line, manner, serial or (before.serial if before else ""))

    def find(self, mn: str, serial: str = "") -> Unit | None:
        """Return the unit, None if it is not connected or has said nothing yet.

        Among those without an MN it is the newest with that serial number, or the only one if its number or the one
        wanted is not known.
        """
        if mn:
            return self._units.get(mn)
        of_serial = [unit for unit in self._new.values() if unit.serial == serial != ""]
        if of_serial:
            return of_serial[-1]
        only = self.new[0] if len(self._new) == 1 else None
        return only if only and not (serial and only.serial) else None

    def rekey(self, mn: str, pw: str) -> None:
        """Note that the unit has taken a new password, which its next packets will have."""
        unit = self._units.get(mn)
        if unit:
            self._units[mn] = replace(unit, manner=replace(unit.manner, pw=pw))

    def rename(self, unit: Unit, mn: str) -> None:
        """Note that the unit has taken an MN."""
        self._new.pop(unit.line, None)
        self._units[mn] = Unit(unit.line, unit.manner)

    def forget(self, line: Line) -> None:
        """Note that a connection has ended; its units may speak on others by now."""
        self._new.pop(line, None)
        for mn in [mn for mn, unit in self._units.items() if unit.line is line]:
            del self._units[mn]
