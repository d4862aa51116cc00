"""The settings file of a station as typed tables. What every key means for the user: ``docs/configuration.md``."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, InstanceOf, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import DriverOptions, Strict
from dau.config.books import BooksTable
from dau.config.contacts import ContactTable
from dau.config.facilities import FacilityTable
from dau.config.findings import FindingsTable
from dau.config.forms import (
    Address,
    Command,
    Declared,
    Digits,
    Factor,
    Letter,
    Mn,
    Name,
    OldCode,
    Password,
    Range,
    SerialNumber,
    SystemCode,
)
from dau.config.limits import LimitTable
from dau.config.periods import FlowName, PeriodsTable
from dau.config.pulses import PulseTable
from dau.config.quirks import QuirksTable
from dau.core.channels import ChannelKind, Medium
from dau.core.conversions.scaling import MARGIN


class StationTable(Strict):
    """``[station]``: what the station is and where it keeps its state."""

    name: Name
    medium: Medium
    state: Path = Path("var")
    """Folder of the databases; absolute once the file is loaded."""
    grace_s: Annotated[float, Field(ge=0, le=300)] = 10.0
    """How long after its end a period waits for late samples before it closes."""
    production: bool = True
    """Its data are real: simulated instruments and measured values entered by hand are refused."""
    declared: Declared = Field(default_factory=dict)
    """What is told of the unit itself; ``i23005`` to ``i23008`` are its identity."""


class BusTable(Strict):
    """``[[bus]]``: one wire or one connection, shared by its instruments. Exactly one of ``serial`` and ``tcp``."""

    name: Name
    serial: Annotated[str, Field(min_length=1)] | None = None
    """Device path; absolute once the file is loaded."""
    tcp: Address | None = None
    """``host:port`` of a Modbus TCP instrument, gateway or serial server."""
    baud: Annotated[int, Field(ge=300, le=921600)] = 9600
    data_bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    gap_ms: Annotated[int, Field(ge=0, le=2000)] = 50
    """Silence before each request."""
    change_gap_ms: Annotated[int, Field(ge=0, le=2000)] = 100
    """Silence before a request to another slave than the one before: some answer what the neighbour was asked."""
    quiet_ms: Annotated[int, Field(ge=0, le=30000)] = 2000
    """After a missed reply: how long the same slave is left alone, so that a late reply answers no other question."""

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.serial is None) == (self.tcp is None):
            raise PydanticCustomError("config.bus_end", "exactly one of serial and tcp")
        return self


class InstrumentKeys(Strict):
    """The keys of ``[[instrument]]`` that every driver shares; all others in the table belong to the driver."""

    name: Name
    bus: Name
    driver: str = "modbus_map"
    profile: str | None = None
    """The profile of its model, which names the driver itself."""
    period_s: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] = 5
    """Time between two polls: a divisor of the minute, so that every minute expects the same number of samples."""
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 1.0
    retries: Annotated[int, Field(ge=0, le=3)] = 1
    gap_ms: Annotated[int, Field(ge=0, le=500)] | None = None
    """Silence before each request to this instrument; None: that of the bus."""
    retake_ms: Annotated[int, Field(ge=0, le=30000)] | None = None
    """How long this instrument is left alone after a missed reply; None: ``quiet_ms`` of the bus."""
    wake_ms: Annotated[int, Field(ge=0, le=60000)] = 0
    """Pause after opening the line before this instrument is asked."""
    serial_number: SerialNumber | None = None
    """The identifier of the instrument (3019)."""
    declared: Declared = Field(default_factory=dict)
    """What is told of the instrument when a platform asks (3020) and it cannot say so itself."""


class InstrumentTable(InstrumentKeys):
    """``[[instrument]]`` as loaded: the shared keys, and the driver's keys as the driver's own table."""

    options: InstanceOf[DriverOptions]


class CodeTable(Strict):
    """``[[code]]``: a row that the station adds to the code tables, or the keys in which it overrides one."""

    code: Factor
    name: Annotated[str, Field(min_length=1)] | None = None
    unit: str | None = None
    digits: Digits | None = None
    total_unit: str | None = None
    old: OldCode | None = None
    """The code of 2005."""


class ChannelTable(Strict):
    """``[[channel]]``: one measured quantity. What is None comes from the code tables, see `dau.config.channels`."""

    name: Name
    factor: Factor
    unit: str | None = None
    digits: Digits | None = None
    kind: ChannelKind | None = None
    st: SystemCode | None = None
    range: Range | None = None
    total_per_second: Annotated[float, Field(gt=0)] | None = None
    total_unit: str | None = None
    flow: FlowName | None = None
    """The channel of the flow that carries this concentration; None: that of ``[periods]``."""
    tags: dict[int, Letter] = Field(default_factory=dict)
    """Text for each number of a channel of kind condition, where it is not that of the condition."""
    margin: Annotated[float, Field(ge=0, le=10)] = MARGIN
    """Share of the span beyond the range up to which a value is stored as it is."""
    cycle_min: Annotated[int, Field(ge=1, le=1440)] = 240
    hold_min: Annotated[int, Field(ge=1, le=2880)] | None = None
    composite: bool = False
    modulus: Annotated[float, Field(gt=0)] | None = None
    counter: Name | None = None

    @property
    def is_told_by_another(self) -> bool:
        """Whether the channel has no item of its own in the packets."""
        return False


class DerivedKeys(ChannelTable):
    """``[[derived]]``: the keys of a channel that is reckoned from others, without the arguments of its formula."""

    formula: str
    level: Annotated[Literal["samples", "means"] | None, Field(alias="from")] = None
    """Whether its hours and days come of its own samples or of the means of its inputs; None: as the formula wants."""
    converts: Name | None = None

    @property
    def is_told_by_another(self) -> bool:
        """Whether the channel is told in the item of another, as its converted value."""
        return self.converts is not None


class DerivedTable(DerivedKeys):
    """``[[derived]]`` as loaded: its keys, and what its formula is given by name of the argument."""

    operands: dict[str, float | str | tuple[str, ...]]


class FactorTable(Strict):
    """``[platform.factors.<channel>]``: how this platform knows one channel, where that is not as in its edition."""

    code: Factor | None = None
    unit: str | None = None
    digits: Digits | None = None
    total_unit: str | None = None
    st: SystemCode | None = None


class LettersTable(Strict):
    """``[platform.letters]``: the letter of a state in the data flags, where it is not that of the edition."""

    ok: Letter | None = None
    over_range: Letter | None = None
    calibration: Letter | None = None
    maintenance: Letter | None = None
    fault: Letter | None = None
    comm_lost: Letter | None = None
    stopped: Letter | None = None
    startup: Letter | None = None
    shutdown: Letter | None = None
    banked: Letter | None = None
    manual: Letter | None = None
    no_data: Letter | None = None


class PlatformKeys(Strict):
    """``[[platform]]`` as written: one receiver of the data, with its own identity and appetite."""

    name: Name
    address: Address
    edition: Literal["2005", "2017", "2025"] = "2017"
    mn: Mn | None = None
    """24 hexadecimal characters by the standard (table 2); platforms that want something else exist."""
    pw: Password
    pw_file: Path | None = None
    """Where ``pw`` was read from, if it does not stand in the settings themselves."""
    key_file: Path | None = None
    """Where the SM4 key stands that the platform gave out on paper."""
    st: SystemCode
    realtime_s: Annotated[int, Field(ge=30, le=3600)] = 60
    minute_min: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30] = 10
    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    """Which channels this platform gets, in this order; None: all of the station."""
    skip: tuple[Command, ...] = ()
    """Commands that are never uploaded."""
    receipts: bool = True
    """Ask for 9014 to every upload and keep the delivery until it came."""
    timeout_s: Annotated[float, Field(ge=1, le=99)] = 10.0
    resends: Annotated[int, Field(ge=0, le=99)] = 3
    backlog_per_minute: Annotated[int, Field(ge=1, le=6000)] = 600
    refuse: tuple[Command, ...] = ()
    """Commands that the platform may not use."""
    told: bool = True
    qn_tolerance_s: Annotated[float, Field(ge=1, le=86400)] = 300.0
    heartbeat_s: Annotated[float, Field(ge=0, le=3600)] | None = None
    ask_clock_h: Annotated[float, Field(ge=0, le=720)] = 0.0
    ask_key_days: Annotated[float, Field(ge=1, le=89)] = 75.0
    registration: bool = False
    factors: dict[str, FactorTable] = Field(default_factory=dict)
    letters: LettersTable = LettersTable()
    quirks: QuirksTable = QuirksTable()


class PlatformTable(PlatformKeys):
    """``[[platform]]`` as loaded: the keys as written, and the SM4 key out of its file."""

    key: SecretStr | None = None


class Settings(Strict):
    """A whole settings file, without a mistake that can be seen before anything runs."""

    station: StationTable
    bus: tuple[BusTable, ...] = ()
    instrument: tuple[InstrumentTable, ...] = ()
    channel: Annotated[tuple[ChannelTable, ...], Field(min_length=1)]
    derived: tuple[DerivedTable, ...] = ()
    code: tuple[CodeTable, ...] = ()
    platform: tuple[PlatformTable, ...] = ()
    limit: tuple[LimitTable, ...] = ()
    findings: FindingsTable = FindingsTable()
    books: BooksTable = BooksTable()
    periods: PeriodsTable = PeriodsTable()
    contact: tuple[ContactTable, ...] = ()
    facility: tuple[FacilityTable, ...] = ()
    pulse: tuple[PulseTable, ...] = ()

    @property
    def channels(self) -> tuple[ChannelTable, ...]:
        """The channels of the station, measured ones before derived ones, in the order of the file."""
        return (*self.channel, *self.derived)
