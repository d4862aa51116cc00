"""Digital contacts: a key or a valve whose position says what state the values of some channels have."""

from dataclasses import dataclass

from dau.core.states import State


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact: while it is closed (``is_inverted``: open), ``channels`` have the ``state``.

    ``channel`` is its own: 0 is open, any other number closed.
    """

    channel: str
    state: State
    channels: frozenset[str]
    is_inverted: bool = False

    def says(self, value: float) -> State:
        """Return the state that a value of the contact gives, ``OK`` where it gives none."""
        return self.state if (value != 0) is not self.is_inverted else State.OK
