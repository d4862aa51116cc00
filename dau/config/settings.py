"""The settings file of a station as typed tables."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from dau.config.base import Strict
from dau.core.channels import Medium

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


class StationTable(Strict):
    """``[station]``: what the station is and where it keeps its state."""

    name: Name
    medium: Medium
    state: Path = Path("var")
    """Folder of the databases, relative to the settings file."""
    grace_s: Annotated[float, Field(ge=0, le=300)] = 10.0
    """How long after its end a period waits for late samples before it closes."""


class BusTable(Strict):
    """``[[bus]]``: one wire or one connection, shared by its instruments. Exactly one of ``serial`` and ``tcp``."""

    name: Name
    serial: str | None = None
    """Device path; a relative one is taken from the settings file's folder."""
    tcp: str | None = None
    """``host:port`` of a Modbus TCP instrument, gateway or serial server."""
    baud: Annotated[int, Field(ge=300, le=921600)] = 9600
    data_bits: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    gap_ms: Annotated[int, Field(ge=0, le=2000)] = 50
    """Silence before each request."""
    quiet_ms: Annotated[int, Field(ge=0, le=30000)] = 2000
    """After a missed reply: how long the same slave is left alone, so that a late reply answers no other question."""


class InstrumentTable(Strict):
    """``[[instrument]]``: the keys every driver shares; the rest of the table belongs to the driver."""

    name: Name
    bus: Name
    driver: str = "modbus_map"
    period_s: Annotated[int, Field(ge=1, le=60)] = 5
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 1.0
    retries: Annotated[int, Field(ge=0, le=3)] = 1
    options: dict[str, object] = Field(default_factory=dict)
    """What is left for the driver; read into the driver's own strict table."""


class ChannelTable(Strict):
    """``[[channel]]``: one measured quantity."""

    name: Name
    factor: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2,8}$")]
    unit: str
    digits: Annotated[int, Field(ge=0, le=6)]
    range: tuple[float, float] | None = None
    total_per_second: float | None = None


class PlatformTable(Strict):
    """``[[platform]]``: one receiver of the data, with its own identity and appetite."""

    name: Name
    address: str
    edition: Literal["2017"] = "2017"
    mn: Annotated[str, Field(min_length=1, max_length=24, pattern=r"^[A-Za-z0-9_]+$")]
    pw: SecretStr
    st: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$")]
    realtime_s: Annotated[int, Field(ge=30, le=3600)] = 60
    minute_min: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30] = 10
    hour: bool = True
    day: bool = True
    channels: tuple[Name, ...] | None = None
    """Which channels this platform gets, in this order; None: all of the station."""
    receipts: bool = True
    """Ask for 9014 to every upload and keep the delivery until it came."""
    timeout_s: Annotated[float, Field(ge=1, le=99)] = 10.0
    resends: Annotated[int, Field(ge=0, le=99)] = 3
    backlog_per_minute: Annotated[int, Field(ge=1, le=6000)] = 600


class Settings(Strict):
    """A whole settings file."""

    station: StationTable
    bus: tuple[BusTable, ...] = ()
    instrument: tuple[InstrumentTable, ...] = ()
    channel: tuple[ChannelTable, ...]
    platform: tuple[PlatformTable, ...]
