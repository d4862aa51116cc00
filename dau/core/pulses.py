"""Pulses: registers that an instrument changes as long as it works, such as its clock or the time of its last value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pulse:
    """One register: once its number has stood still for ``still_ms``, what ``channels`` give is a fault.

    An instrument that hangs goes on answering with its last values; only its pulse shows that they are old.
    """

    channel: str
    channels: frozenset[str]
    still_ms: int
