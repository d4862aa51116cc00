"""The settings file of a station as typed tables. What every key means for the user: ``docs/configuration.md``."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, InstanceOf, SecretStr, model_validator
from pydantic_core import PydanticCustomError

from dau.config.base import DriverOptions, Strict
from dau.core.channels import Medium
from dau.words import text

# A mistake that no bound or pattern can tell is raised with the key of its sentence in dau/words/config.py.


def _host_and_port(address: str) -> str:
    host, colon, port = address.rpartition(":")
    if not (colon and host.strip() == host and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise PydanticCustomError("config.address", "not host:port")
    return address


def _password(pw: SecretStr) -> SecretStr:
    secret = pw.get_secret_value()
    if not 0 < len(secret) <= 24 or any(not "!" <= letter <= "~" or letter in ";&#=," for letter in secret):
        raise PydanticCustomError("config.password", "not fit for a packet")
    return pw


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] >= span[1]:
        raise PydanticCustomError("config.range", "not rising")
    return span


Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$", description=text("config.form.name"))]
Address = Annotated[str, AfterValidator(_host_and_port), Field(description=text("config.form.address"))]
"""``host:port``; an IPv6 address stands in brackets."""
Range = Annotated[tuple[float, float], AfterValidator(_rising), Field(description=text("config.form.range"))]


class StationTable(Strict):
    """``[station]``: what the station is and where it keeps its state."""

    name: Name
    medium: Medium
    state: Path = Path("var")
    """Folder of the databases; absolute once the file is loaded."""
    grace_s: Annotated[float, Field(ge=0, le=300)] = 10.0
    """How long after its end a period waits for late samples before it closes."""


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
    period_s: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60] = 5
    """Time between two polls: a divisor of the minute, so that every minute expects the same number of samples."""
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 1.0
    retries: Annotated[int, Field(ge=0, le=3)] = 1


class InstrumentTable(InstrumentKeys):
    """``[[instrument]]`` as loaded: the shared keys, and the driver's keys as the driver's own table."""

    options: InstanceOf[DriverOptions]


class ChannelTable(Strict):
    """``[[channel]]``: one measured quantity."""

    name: Name
    factor: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{2,8}$", description=text("config.form.factor"))]
    unit: str
    digits: Annotated[int, Field(ge=0, le=6)]
    range: Range | None = None
    total_per_second: Annotated[float, Field(gt=0)] | None = None


class PlatformTable(Strict):
    """``[[platform]]``: one receiver of the data, with its own identity and appetite."""

    name: Name
    address: Address
    edition: Literal["2017"] = "2017"
    mn: Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,24}$", description=text("config.form.mn"))]
    """24 hexadecimal characters by the standard (table 2); platforms that want something else exist."""
    pw: Annotated[SecretStr, AfterValidator(_password), Field(description=text("config.form.password"))]
    pw_file: Path | None = None
    """Where ``pw`` was read from, if it does not stand in the settings themselves."""
    st: Annotated[str, Field(pattern=r"^[0-9A-Z]{2}$", description=text("config.form.st"))]
    realtime_s: Annotated[int, Field(ge=30, le=3600)] = 60
    minute_min: Literal[1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30] = 10
    hour: bool = True
    day: bool = True
    channels: Annotated[tuple[Name, ...], Field(min_length=1)] | None = None
    """Which channels this platform gets, in this order; None: all of the station."""
    receipts: bool = True
    """Ask for 9014 to every upload and keep the delivery until it came."""
    timeout_s: Annotated[float, Field(ge=1, le=99)] = 10.0
    resends: Annotated[int, Field(ge=0, le=99)] = 3
    backlog_per_minute: Annotated[int, Field(ge=1, le=6000)] = 600


class Settings(Strict):
    """A whole settings file, without a mistake that can be seen before anything runs."""

    station: StationTable
    bus: tuple[BusTable, ...] = ()
    instrument: tuple[InstrumentTable, ...] = ()
    channel: Annotated[tuple[ChannelTable, ...], Field(min_length=1)]
    platform: tuple[PlatformTable, ...] = ()
