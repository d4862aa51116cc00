"""Which tasks still live: each beats, and whoever falls silent longer than it said is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dau.runtime.clock import Clock

ALLOWED_S: Final = 30.0
"""Silence that a task may keep: longer than any single thing it waits for without beating."""


@dataclass(slots=True)
class _Pulse:
    last_s: float


class Health:
    """The pulses of all tasks of a process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pulses: dict[str, _Pulse] = {}

    def pulse(self, name: str) -> Callable[[], None]:
        """Begin to watch a task and return what it must call now and then."""
        pulse = self._pulses[name] = _Pulse(self._clock.monotonic_s())

        def beat() -> None:
            pulse.last_s = self._clock.monotonic_s()

        return beat

    def silent(self) -> Sequence[str]:
        """Return the names of the tasks that have not beaten for `ALLOWED_S` seconds."""
        now_s = self._clock.monotonic_s()
        return [name for name, pulse in self._pulses.items() if now_s - pulse.last_s > ALLOWED_S]
