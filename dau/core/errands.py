"""What an instrument may be told to do, beside being polled: the errands that commands of a platform become.

An errand waits in the queue of its bus and is carried out between two polls, by the driver that knows the words of the
instrument. What comes back is a report; an instrument that will not, or does not answer, raises `InstrumentError`.

A driver that can do errands is a `Doer` besides being a `Driver`. Its work reads like blocking code, as a poll does::

    def perform(self, errand: Errand) -> Work:
        yield Query(start, self._find_echo)
        for _ in range(60):
            yield Pause(10.0)
            frame = yield Query(read_state, self._find_state)
            if is_done(frame):
                return Report()
        raise NoReply("asked for a zero check: not done after 600 s")

Other instruments are polled, and this one too, during a pause and nowhere else: so what belongs together is asked
without a pause in between, and what lasts is waited for in pauses.
"""

from collections.abc import Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from dau.core.instrument import InstrumentError, Query
from dau.core.parameter_names import ParameterName


class Task(StrEnum):
    """What can be asked of an instrument, with the command of HJ 212 that does."""

    ZERO = "zero"  # 3011, CalibrationType 0, or without a type
    SPAN = "span"  # 3011, CalibrationType 1
    SAMPLE = "sample"  # 3012
    CLEAN = "clean"  # 3013
    COMPARE = "compare"  # 3014
    KEEP_EXCEEDING = "keep_exceeding"  # 3015
    SET_CYCLE = "set_cycle"  # 3016
    READ_CYCLE = "read_cycle"  # 3017
    READ_DELAY = "read_delay"  # 3018
    READ_SERIAL = "read_serial"  # 3019
    READ_INFO = "read_info"  # 3020
    WRITE_INFO = "write_info"  # 3021
    KEEP_SAMPLE = "keep_sample"  # 3022
    CHECK = "check"  # 3024
    READ_CLOCK = "read_clock"  # 1011 with PolId
    SET_CLOCK = "set_clock"  # 1012 with PolId


@dataclass(frozen=True, slots=True)
class Cycle:
    """The sampling times of an instrument: first sample ``start_s`` seconds after midnight, then every ``hours``."""

    start_s: int
    hours: int


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing for the instrument that feeds ``channel``; the arguments are those its task needs.

    Without a channel it is for the one instrument of the station that has this task: the sampler, say.

    ``info`` is the code of table B.10 that is read or written, ``parameter`` what profiles call the same, ``value`` the
    new value as text, ``cycle`` the new sampling times. ``at_ms`` is the time to set (milliseconds UTC), as of the
    moment the errand is handed over: the
    bus adds what the errand then waits.
    """

    task: Task
    channel: str
    info: str = ""
    value: str = ""
    at_ms: int | None = None
    cycle: Cycle | None = None
    parameter: ParameterName | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an errand; what its task does not bring is None.

    ``value`` is what was read: a serial number, a state, a parameter. ``at_ms`` the clock of the instrument, or when a
    sample was kept; ``bottle`` its number; ``minutes`` from sample to result; ``reading`` and ``standard`` the values
    of a standard check, ``is_passed`` what the instrument itself says of it.
    """

    value: str | None = None
    at_ms: int | None = None
    bottle: int | None = None
    cycle: Cycle | None = None
    minutes: int | None = None
    reading: float | None = None
    standard: float | None = None
    is_passed: bool | None = None


class CannotDo(InstrumentError):
    """The instrument, as it is configured, has no such errand."""


class InstrumentBusy(InstrumentError):
    """The instrument is occupied, or too many errands wait for its bus."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing to ask for ``seconds``; the bus carries on with others and comes back, a little later perhaps."""

    seconds: float


Work = Generator[Query | Pause, bytes, Report]
"""One errand under way: yields queries, is sent frames as a poll is; yields pauses, and is sent nothing worth having.

`NoReply` and `Refused` are thrown in at a query as into a poll. Whether a query may be asked again after `NoReply` only
the driver knows: nobody else does it. Before it asks again it yields a pause, in which a late answer passes by.
"""


@runtime_checkable
class Doer(Protocol):
    """What a driver has besides `Driver` if its instrument can be told to do something."""

    @property
    def tasks(self) -> frozenset[Task]:
        """What this instrument, as it is configured, can be told to do, at least for some of its channels."""

    def perform(self, errand: Errand) -> Work:
        """Begin an errand. Nothing is asked before the first step of the work.

        Raises:
            CannotDo: here or in the work before its first query: no such errand for this channel or ``info``, or the
                instrument cannot take this value.
        """
