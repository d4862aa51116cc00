"""What the station knows of one measured quantity at one place."""

from dataclasses import dataclass
from enum import StrEnum

from dau.core.conversions.scaling import MARGIN


class Medium(StrEnum):
    """Which rules of the standards a channel follows in its statistics (HJ 212-2017 appendix D)."""

    WATER = "water"
    GAS = "gas"


class ChannelKind(StrEnum):
    """What the numbers of a channel are, which decides how they are told."""

    MEASURED = "measured"
    PERIODIC = "periodic"
    """Results of an analyser that works in cycles: each is also told by itself (2013)."""
    FACILITY = "facility"
    """The running state of a facility, a digit 0 to 5 (2021); its total is the hours it ran (2041)."""
    NOISE = "noise"
    """A sound level: periods are told as ``-Data`` (HJ 212-2017 C.25 to C.28)."""
    FURNACE = "furnace"
    """A furnace temperature: also told by means of five minutes (2111)."""
    COUNTER = "counter"
    """The total of a meter, which counts up: its amounts are what flowed (differences), its mean is where it stood."""
    CONDITION = "condition"
    """The condition of a facility, a number of `dau.core.conditions.NUMBERS`, told as a tag (2025, system code 45)."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One quantity: what it is called on the station (``name``), and on the wire (``factor``).

    ``unit`` is the unit of every value of the channel, ``digits`` the decimals of the sent text, ``low`` and ``high``
    the measuring range (None: unknown). ``period_s`` is the time between two due samples. ``total_per_second`` turns a
    flow into an amount: 0.001 makes m3 out of L/s; None for what cannot be summed. ``kind`` decides how it is told.
    ``total_unit`` is the unit of its amounts, empty where it has none. A concentration may name the channel of the
    ``flow`` that carries it: ``mass_per_amount`` then makes a mass, in ``total_unit``, out of one unit of concentration
    in one unit of what flowed: 0.001 makes kg out of mg/L and m3.
    ``margin`` is the share of the span beyond the range up to which a value counts as it is; None for any.

    ``converts`` names another channel: this one is its value converted to reference oxygen, and is told in the item of
    the other (``-Zs``), with none of its own.
    """

    name: str
    factor: str
    unit: str
    digits: int
    medium: Medium
    period_s: int
    low: float | None = None
    high: float | None = None
    total_per_second: float | None = None
    kind: ChannelKind = ChannelKind.MEASURED
    total_unit: str = ""
    flow: str = ""
    mass_per_amount: float | None = None
    margin: float | None = MARGIN
    converts: str | None = None
    cycle_min: int = 240
    """Of an analyser that works in cycles: the time from one result to the next."""
    hold_min: int | None = None
    """How long its result stands without a new one; None: two cycles."""
    composite: bool = False
    """Its result belongs to the hour in which the water was taken, and to no other."""

    modulus: float | None = None
    """Where the counter of a meter begins anew at zero; None: not known."""
    counter: str = ""
    """Of a flow: the channel of its meter's counter, which tells what flowed instead of the integral."""
    per_count: float = 1.0
    """Of a flow: its amount in one unit of that counter."""

    @property
    def hold_ms(self) -> int:
        """How long a result stands without a new one (HJ 353-2019 practice: two cycles)."""
        return 60_000 * (2 * self.cycle_min if self.hold_min is None else self.hold_min)
