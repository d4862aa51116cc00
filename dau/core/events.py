"""What happens at a site and is told once: results, checks, exchanged instruments, log entries."""

from dataclasses import dataclass

from dau.core.states import State


@dataclass(frozen=True, slots=True)
class RawResult:
    """One result of an analyser that works in cycles (HJ 212-2025 command 2013). Times in milliseconds UTC.

    ``sampled_ms`` is when the sample was taken, ``completed_ms`` when the instrument had the value; None: not known.
    """

    channel: str
    value: float | None
    states: State
    sampled_ms: int | None
    completed_ms: int | None = None
    sample_type: str = ""


@dataclass(frozen=True, slots=True)
class NoiseMeasurement:
    """One measurement of noise (HJ 212-2025 command 2052): the value of each channel of kind noise."""

    values: tuple[tuple[str, float | None], ...]
    states: State


@dataclass(frozen=True, slots=True)
class StandardCheck:
    """One automatic check with a standard sample (HJ 212-2025 command 2062), in the unit of the channel."""

    channel: str
    reading: float
    standard: float
    is_passed: bool


@dataclass(frozen=True, slots=True)
class SerialNumber:
    """The instrument of a channel has another identifier than before: it was exchanged (command 3019)."""

    channel: str
    number: str


@dataclass(frozen=True, slots=True)
class Info:
    """A log entry, a state or a parameter of the site (command 3020).

    ``code`` is that of table B.10, ``i21001`` for the log of the unit; ``value`` as it is sent, but a log entry without
    its slashes. ``channel`` is None for what concerns the unit itself.
    """

    code: str
    value: str
    channel: str | None = None


Event = RawResult | NoiseMeasurement | StandardCheck | SerialNumber | Info
