"""A reading as the driver gives it, and the sample that is stored for ever."""

from dataclasses import dataclass

from dau.core.states import State


@dataclass(frozen=True, slots=True)
class Reading:
    """One value out of one reply, in the unit of its channel.

    ``value`` is None where the instrument has the quantity but gives nothing usable; ``states`` says why. An instrument
    that has no such quantity gives no reading at all. Zero is a value.

    An analyser that works in cycles shows one result until it has the next: ``data_ms`` is the time that the instrument
    itself gives this result (milliseconds UTC) and tells a new one from an old one shown again; ``sampled_ms`` is when
    its sample was taken, where the instrument says so. None: a value of this very moment.
    """

    channel: str
    value: float | None
    states: State = State.OK
    data_ms: int | None = None
    sampled_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One judged value at one instant.

    ``at_ms`` is the wall clock (milliseconds UTC) when the reply was complete, or at the due time that stayed silent.
    ``raw`` is the number as it came, ``value`` the one that may count in a mean: None where the number cannot be
    believed. ``late`` marks a sample whose minute had already closed when it was stored.

    The result of an analyser that works in cycles is one sample, with its own time ``data_ms`` and the time
    ``sampled_ms`` at which its water was taken (milliseconds UTC; where nobody says so, the same). While the analyser
    goes on showing it there are samples without a number: their ``data_ms`` says which result stands, their states what
    the analyser does meanwhile, and ``sampled_ms`` is None.
    """

    channel: str
    at_ms: int
    raw: float | None
    value: float | None
    states: State
    late: bool = False
    data_ms: int | None = None
    sampled_ms: int | None = None

    @property
    def is_result(self) -> bool:
        """Whether it is a result of an analyser that works in cycles, and not the same one shown again."""
        return self.sampled_ms is not None
