"""What is connected to what: a line and the instruments on it."""

from dataclasses import dataclass

from dau.config.drivers import find_driver
from dau.config.settings import BusTable, Settings
from dau.core.instrument import Driver
from dau.link import Dial


@dataclass(frozen=True, slots=True)
class Line:
    """One wire or connection, as its bus must treat it.

    ``gap_s`` is the silence before each request; ``quiet_s`` how long a slave is left alone after a missed reply;
    ``byte_s`` the time that one byte takes on the wire, 0 where that does not matter.
    """

    name: str
    dial: Dial
    gap_s: float
    quiet_s: float
    byte_s: float = 0.0


def line_of(table: BusTable, dial: Dial) -> Line:
    """Return the line that a ``[[bus]]`` table describes, opened by ``dial``."""
    return Line(table.name, dial, table.gap_ms / 1000, table.quiet_ms / 1000, byte_time_s(table))


def byte_time_s(table: BusTable) -> float:
    """Return how long one byte takes on the wire of a serial bus: start, data, parity and stop bits. TCP: 0."""
    if table.serial is None:
        return 0.0
    bits = 1 + table.data_bits + (table.parity != "N") + table.stop_bits
    return bits / table.baud


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument with its place in time: polled every ``period_s``, an answer is awaited for ``timeout_s``.

    ``retries`` is how often a healthy instrument is asked again within one period when it did not answer.
    """

    name: str
    driver: Driver
    period_s: int
    timeout_s: float
    retries: int


def instruments_of(settings: Settings, bus: BusTable) -> list[Instrument]:
    """Return the instruments of one bus, each with the driver it was configured for.

    Raises:
        DriverError: the driver cannot be found or used.
    """
    return [
        Instrument(
            table.name,
            find_driver(table.driver).build(table.options, table.name),
            table.period_s,
            table.timeout_s,
            table.retries,
        )
        for table in settings.instrument
        if table.bus == bus.name
    ]
