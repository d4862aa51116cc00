"""A scene: which plant, which instruments on which lines, what their registers hold."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum

from simulator.faults import Fault, InstrumentState
from simulator.instruments.encoding import NumberType, WordOrder


class Area(IntEnum):
    """One of the four Modbus tables, by the function code that reads it."""

    COILS = 1
    DISCRETE = 2
    HOLDING = 3
    INPUT = 4


class LineKind(StrEnum):
    """How a line is carried."""

    PTY = "pty"
    TCP = "tcp"
    RTU_TCP = "rtu_tcp"


@dataclass(frozen=True, slots=True)
class Register:
    """One quantity in the registers of an instrument.

    ``step`` is the resolution in the unit of the channel. ``channel`` and ``factor`` are the station's names for it,
    None for a quantity the station does not ask for; ``digits`` the decimals its factor is sent with; ``range_high``
    the top of the measuring range; ``total_per_second`` makes an amount out of a flow of one second. A concentration is
    ``carried_by`` the flow of another channel: ``mass_per_amount`` makes a mass of it in one amount of that flow.
    """

    area: Area
    address: int
    type: NumberType
    quantity: str
    step: Decimal
    range_high: float
    order: WordOrder = WordOrder.ABCD
    channel: str | None = None
    factor: str | None = None
    digits: int = 0
    total_per_second: Decimal | None = None
    carried_by: str = ""
    mass_per_amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """One status word or discrete input: the number it shows in each state of the instrument."""

    area: Area
    address: int
    normal: int = 0
    maintenance: int = 0
    calibration: int = 0
    fault: int = 0

    def shows(self, state: InstrumentState) -> int:
        """Return the content while the instrument is in that state."""
        return int(getattr(self, state.value))


class Deed(StrEnum):
    """What an instrument does when it is told to."""

    CALIBRATE = "calibrate"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Command:
    """A coil or register that begins something when ``value`` is written into it.

    A calibration lasts ``lasts_s`` and shows in the status words; meanwhile other commands are refused as busy. A
    sample takes the next bottle, whose number then stands in the holding register ``bottle_at``.
    """

    area: Area
    address: int
    does: Deed
    value: int = 1
    lasts_s: float = 5.0
    bottle_at: int | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that can be set between ``low`` and ``high``."""

    name: str
    area: Area
    address: int
    type: NumberType
    initial: float
    low: float
    high: float
    step: Decimal
    order: WordOrder = WordOrder.ABCD


@dataclass(frozen=True, slots=True)
class Clock:
    """Three registers YYMM DDhh mmss in packed decimals, Beijing time, that can be set."""

    area: Area
    address: int


@dataclass(frozen=True, slots=True)
class Text:
    """Characters that stand in registers for ever, two in each: a serial number."""

    area: Area
    address: int
    text: str


@dataclass(frozen=True, slots=True)
class Instrument:
    """One slave: its address on the line, how long it thinks, what it holds."""

    name: str
    slave: int
    registers: tuple[Register, ...]
    statuses: tuple[Status, ...] = ()
    thinking_ms: int = 20
    commands: tuple[Command, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    clocks: tuple[Clock, ...] = ()
    texts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class GasFlow:
    """The flow of dry gas in standard state (m3/s) that the station reckons from what one instrument measures.

    ``velocity`` (m/s), ``temperature`` (degC), ``pressure`` (kPa, gauge) and ``humidity`` (%) are channels, ``area`` is
    the section in m2, ``ambient`` the pressure of the air in Pa.
    """

    channel: str
    factor: str
    digits: int
    velocity: str
    temperature: str
    pressure: str
    humidity: str
    area: Decimal
    ambient: Decimal


@dataclass(frozen=True, slots=True)
class Conversion:
    """The value of the channel ``of`` at the reference oxygen ``base`` (%), which is told in the item of that channel.

    Both channels are of one instrument.
    """

    of: str
    oxygen: str
    base: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """One wire or listening port with its instruments. ``address`` is a pty's link name or ``host:port``."""

    name: str
    kind: LineKind
    address: str
    instruments: tuple[Instrument, ...]
    baud: int = 0
    """Speed to keep up the appearance of; 0: as fast as it goes."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the simulator plays, and the faults that belong to the play.

    ``medium`` (water or gas) and ``period_s`` (time between two polls) say how the station of the scene counts,
    ``flows`` and ``conversions`` what it reckons from its channels.
    """

    name: str
    plant: str
    medium: str
    folder: str
    lines: tuple[Line, ...]
    faults: tuple[Fault, ...] = ()
    period_s: int = 5
    flows: tuple[GasFlow, ...] = ()
    conversions: tuple[Conversion, ...] = ()

    def instruments(self) -> Iterator[tuple[Line, Instrument]]:
        """Yield every instrument with its line."""
        for line in self.lines:
            for instrument in line.instruments:
                yield line, instrument

    def channels(self) -> Iterator[Register]:
        """Yield every register that feeds a channel of the station."""
        for _, instrument in self.instruments():
            yield from (register for register in instrument.registers if register.channel)
