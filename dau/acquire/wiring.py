"""What is connected to what: a line and the instruments on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dau.config.channels import channels_of
from dau.config.drivers import find_driver
from dau.config.profiles import ProfiledOptions
from dau.config.settings import BusTable, InstrumentTable, Settings
from dau.core.instrument import Driver, Listener
from dau.link import Dial

FRAME_GAP_BYTES: Final = 3.5
FRAME_GAP_S: Final = 0.005


@dataclass(frozen=True, slots=True)
class Line:
    """One wire or connection, as its bus must treat it.

    ``gap_s`` is the silence before each request, ``change_gap_s`` that before a request to another device than the one
    before; ``quiet_s`` is how long a slave is left alone after a missed reply; ``byte_s`` the time that one byte takes
    on the wire, 0 on a connection.
    """

    name: str
    dial: Dial
    gap_s: float
    quiet_s: float
    byte_s: float = 0.0
    change_gap_s: float = 0.0

    def silence_s(self, instrument: "Instrument", *, is_change: bool) -> float:
        """Return how long the line is silent before a request; ``is_change`` if the one before was for another device.

        On a wire it is never less than the time of 3.5 bytes, nor than what a process can hold.
        """
        silence_s = self.gap_s if instrument.gap_s is None else instrument.gap_s
        if self.byte_s:
            silence_s = max(silence_s, FRAME_GAP_BYTES * self.byte_s, FRAME_GAP_S)
        return max(silence_s, self.change_gap_s) if is_change else silence_s

    def retake_s(self, instrument: "Instrument") -> float:
        """Return how long an instrument is left alone after it gave no answer."""
        return self.quiet_s if instrument.retake_s is None else instrument.retake_s


def line_of(table: BusTable, dial: Dial) -> Line:
    """Return the line that a ``[[bus]]`` table describes, opened by ``dial``."""
    return Line(
        table.name,
        dial,
        table.gap_ms / 1000,
        table.quiet_ms / 1000,
        byte_time_s(table),
        table.change_gap_ms / 1000,
    )


def byte_time_s(table: BusTable) -> float:
    """Return how long one byte takes on the wire of a serial bus: start, data, parity and stop bits. TCP: 0."""
    if table.serial is None:
        return 0.0
    bits = 1 + table.data_bits + (table.parity != "N") + table.stop_bits
    return bits / table.baud


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument with its place in time: polled every ``period_s``, an answer is awaited for ``timeout_s``.

    ``retries`` is how often a healthy instrument is asked again within one period when it did not answer. ``gap_s`` and
    ``retake_s`` stand for ``gap_s`` and ``quiet_s`` of the line where this instrument wants something else. ``wake_s``
    is the pause between opening the line and the first request to it.
    """

    name: str
    driver: Driver | Listener
    period_s: float
    timeout_s: float
    retries: int
    gap_s: float | None = None
    retake_s: float | None = None
    wake_s: float = 0.0


def instruments_of(settings: Settings, bus: BusTable) -> list[Instrument]:
    """Return the instruments of one bus, each with the driver it was configured for.

    Raises:
        DriverError: the driver cannot be found or used.
    """
    units = {channel.name: channel.unit for channel in channels_of(settings)}
    return [
        Instrument(
            table.name,
            _driver_of(table, units),
            table.period_s,
            table.timeout_s,
            table.retries,
            _seconds(table.gap_ms),
            _seconds(table.retake_ms),
            table.wake_ms / 1000,
        )
        for table in settings.instrument
        if table.bus == bus.name
    ]


def _seconds(ms: int | None) -> float | None:
    return None if ms is None else ms / 1000


def _driver_of(table: InstrumentTable, units: Mapping[str, str]) -> Driver | Listener:
    if isinstance(table.options, ProfiledOptions):
        return table.options.build(table.name, units)
    return find_driver(table.driver).build(table.options, table.name)
