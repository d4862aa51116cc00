"""What goes wrong, when: faults on a timeline of seconds since the plant started.

A fault is written ``INSTRUMENT:KIND[=ARGUMENT]@START+LENGTH``; for ``unplug`` the target may also be a bus.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dau.words import text
from simulator.errors import FaultError


class FaultKind(StrEnum):
    """Ways of misbehaving. The comment is the argument, if there is one."""

    SILENCE = "silence"
    LATE = "late"  # seconds until the answer comes
    CRC = "crc"
    EXCEPTION = "exception"  # Modbus exception code
    FROZEN = "frozen"
    NOISE = "noise"  # before, after or both
    UNPLUG = "unplug"
    STATE = "state"  # maintenance, calibration or fault
    OVER_RANGE = "over_range"


class Noise(StrEnum):
    """Where stray bytes appear."""

    BEFORE = "before"
    AFTER = "after"
    BOTH = "both"


class InstrumentState(StrEnum):
    """What an instrument says about itself in its status words."""

    NORMAL = "normal"
    MAINTENANCE = "maintenance"
    CALIBRATION = "calibration"
    FAULT = "fault"


ARGUMENTS: Final = {
    FaultKind.LATE: (r"\d+(\.\d+)?", "seconds, e.g. 3"),
    FaultKind.EXCEPTION: (r"[1-9]|1[01]", "an exception code from 1 to 11"),
    FaultKind.NOISE: (r"before|after|both", "before, after or both"),
    FaultKind.STATE: (r"maintenance|calibration|fault", "maintenance, calibration or fault"),
}
"""For the kinds that need one: the pattern of the argument, and how to say it."""

SPEC: Final = re.compile(
    r"(?P<target>\w+):(?P<kind>\w+)(=(?P<argument>[^@]*))?@(?P<start>\d+(\.\d+)?)\+(?P<length>\d+(\.\d+)?)"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One misbehaviour of one instrument (or bus) for ``start_s <= t < start_s + length_s`` after the start."""

    target: str
    kind: FaultKind
    argument: str
    start_s: float
    length_s: float

    def __str__(self) -> str:
        argument = f"={self.argument}" if self.argument else ""
        return f"{self.target}:{self.kind}{argument}@{self.start_s:g}+{self.length_s:g}"


def parse_fault(spec: str) -> Fault:
    """Return the fault that the text describes.

    Raises:
        FaultError: the shape, the kind or the argument is wrong; the message shows what is right.
    """
    found = SPEC.fullmatch(spec.strip())
    if found is None:
        raise FaultError(text("sim.fault.shape", spec=spec))
    kind = found["kind"]
    if kind not in list(FaultKind):
        raise FaultError(text("sim.fault.kind", spec=spec, kind=kind, known=", ".join(FaultKind)))
    argument = found["argument"] or ""
    pattern, expected = ARGUMENTS.get(FaultKind(kind), ("", "empty"))
    if not re.fullmatch(pattern, argument):
        raise FaultError(text("sim.fault.argument", spec=spec, kind=kind, argument=argument, expected=expected))
    return Fault(found["target"], FaultKind(kind), argument, float(found["start"]), float(found["length"]))


@dataclass(frozen=True, slots=True)
class Timeline:
    """The faults of one run that began at ``start_ms`` (milliseconds UTC)."""

    faults: tuple[Fault, ...]
    start_ms: int

    def span_ms(self, fault: Fault) -> tuple[int, int]:
        """Return when the fault begins and when it is over (milliseconds UTC)."""
        begin_ms = self.start_ms + round(fault.start_s * 1000)
        return begin_ms, begin_ms + round(fault.length_s * 1000)

    def find(self, target: str, kind: FaultKind, at_ms: int) -> Fault | None:
        """Return the first fault of that kind which the target has at the instant."""
        for fault in self.faults:
            begin_ms, end_ms = self.span_ms(fault)
            if fault.target == target and fault.kind is kind and begin_ms <= at_ms < end_ms:
                return fault
        return None
