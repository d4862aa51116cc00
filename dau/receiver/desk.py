"""What every conversation works with: the database, the clock, the limits, keys and units that are connected."""

from dataclasses import dataclass, field

from dau.database import Database
from dau.receiver.follow_up import Habits
from dau.receiver.keyring import KeyRing
from dau.receiver.numbers import Numbers
from dau.receiver.units import Units
from dau.runtime.clock import Clock


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the receiver puts up with.

    Attributes:
        idle_s: a connection without a frame for so long is closed; units without realtime data speak once an hour.
        half_frame_s: a frame that is not complete so long after its beginning is given up.
        answer_s: how long a peer may take to accept what we send.
        connections: how many connections may be open at once.
        orders: how many orders may be under way or wait for their turn on one connection.
    """

    idle_s: float = 3 * 3600.0
    half_frame_s: float = 60.0
    answer_s: float = 60.0
    connections: int = 500
    orders: int = 8


@dataclass(frozen=True, slots=True)
class Desk:
    """What every conversation works with."""

    database: Database
    clock: Clock
    limits: Limits
    numbers: Numbers
    keys: KeyRing
    habits: Habits = field(default_factory=Habits)
    units: Units = field(default_factory=Units)
