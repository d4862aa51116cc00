"""What a named person declares of instruments and plant, with a reason, for a time that ends by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from dau.core.conditions import Condition
from dau.core.periods import DAY_MS, MINUTE_MS
from dau.core.states import State, union


class DeclarationKind(StrEnum):
    """What is declared. The words are stored in the database: they never change their meaning."""

    MAINTENANCE = "maintenance"
    CALIBRATION = "calibration"
    CONDITION = "condition"
    """What a facility does."""
    VALUE = "value"
    """A value entered by hand, which is one sample and lasts no time."""


LONGEST_MS: Final[Mapping[DeclarationKind, int]] = MappingProxyType(
    {
        DeclarationKind.MAINTENANCE: 31 * DAY_MS,
        DeclarationKind.CALIBRATION: 2 * DAY_MS,
        DeclarationKind.CONDITION: 400 * DAY_MS,
        DeclarationKind.VALUE: 0,
    }
)
"""How long a declaration may last: one that nobody ends must not hold for ever."""

PRESENT_MS: Final = MINUTE_MS
"""What begins no longer ago than this is no declaration for the past."""

LONGEST_TEXT: Final = 200

_STATES: Final = {
    DeclarationKind.MAINTENANCE: State.MAINTENANCE,
    DeclarationKind.CALIBRATION: State.CALIBRATION,
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration. Times in milliseconds UTC; it holds from ``from_ms`` until just before ``until_ms``.

    ``entered_ms`` is when it was made: samples from before keep what they have, also where it is ``retroactive``, for
    the past. ``channels`` are those it speaks of; ``facility`` and ``condition`` are given for a condition, ``value``
    for a value. ``id`` is its number once it is stored.
    """

    kind: DeclarationKind
    who: str
    why: str
    entered_ms: int
    from_ms: int
    until_ms: int
    channels: frozenset[str] = frozenset()
    facility: str | None = None
    condition: Condition | None = None
    value: float | None = None
    retroactive: bool = False
    id: int = 0

    def holds(self, at_ms: int) -> bool:
        """Tell whether it speaks of a sample that is taken at this instant."""
        return max(self.from_ms, self.entered_ms) <= at_ms < self.until_ms


def declared_of(channel: str, declarations: Iterable[Declaration]) -> State | None:
    """Return the states that these declarations give a channel, None if they say nothing of it."""
    found = [_STATES[one.kind] for one in declarations if one.kind in _STATES and channel in one.channels]
    return union(found) if found else None


def condition_of(facility: str, declarations: Iterable[Declaration]) -> Condition | None:
    """Return the condition that is declared of a facility: the newest word counts; None if there is none."""
    found = [one for one in declarations if one.facility == facility]
    return max(found, key=lambda one: (one.entered_ms, one.id)).condition if found else None


def mistakes(declaration: Declaration) -> list[str]:
    """Return what keeps a declaration from being made, as keys of sentences (``dau/words/declare.py``)."""
    one, found = declaration, []
    for field, said in (("who", one.who), ("why", one.why)):
        if not said.strip() or len(said) > LONGEST_TEXT or not said.isprintable():
            found.append(f"declare.no_{field}")
    if one.kind is not DeclarationKind.VALUE and one.until_ms <= one.from_ms:
        found.append("declare.ends_before")
    if one.until_ms - one.from_ms > LONGEST_MS[one.kind]:
        found.append("declare.too_long")
    if one.from_ms < one.entered_ms - PRESENT_MS and not one.retroactive:
        found.append("declare.past")
    if one.kind is DeclarationKind.VALUE and one.from_ms > one.entered_ms + PRESENT_MS:
        found.append("declare.future_value")
    return found
