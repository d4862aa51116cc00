"""What is known of an instrument: the values of all its points, as far as they were read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dau.core.states import State
from drivers.profile.expression import Expression, Value
from drivers.profile.values import Raw, Reckoned, Reckoner, in_order


@dataclass(frozen=True, slots=True)
class Rule:
    """One state rule: the first that holds for a point gives its state; ``of`` is None for all points."""

    when: Expression
    state: State
    of: frozenset[str] | None = None

    def is_about(self, point: str) -> bool:
        """Tell whether it gives this point its state."""
        return self.of is None or point in self.of


@dataclass(slots=True)
class Board:
    """The newest raw and reckoned values of all points. What was lost with its block has none."""

    reckoners: Mapping[str, Reckoner]
    reckoned: dict[str, Reckoned] = field(default_factory=dict)
    _raws: dict[str, Raw] = field(default_factory=dict)
    _order: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Find out once which points come before which."""
        self._order = in_order(self.reckoners)

    def take(self, raws: Mapping[str, Raw]) -> None:
        """Note what came with a block."""
        self._raws |= raws

    def lose(self, points: Iterable[str]) -> None:
        """Note that a block could not be read: what it said before is not what it says now."""
        for name in points:
            self._raws[name] = None

    def reckon(self) -> None:
        """Reckon every value anew."""
        values: dict[str, Value] = {}
        for name in self._order:
            found = self.reckoners[name].value(self._raws.get(name), values)
            self.reckoned[name] = found
            values[name] = found.value

    @property
    def values(self) -> Mapping[str, Value]:
        """The values by the names of their points."""
        return {name: one.value for name, one in self.reckoned.items()}

    def raw(self, name: str) -> Raw:
        """Return what stood at the place of a point."""
        return self._raws.get(name)

    def state_of(self, point: str, rules: Iterable[Rule]) -> State:
        """Return the state that the rules give a point: of the first that holds."""
        values = self.values
        for rule in rules:
            if rule.is_about(point) and rule.when.holds(values):
                return rule.state
        return State.OK
