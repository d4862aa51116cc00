"""The clock of the unit, and with a PolId that of the instrument that measures it (1011, 1012)."""

from collections.abc import Mapping
from typing import Final

from dau.core.errands import Errand, Task
from dau.hj212 import Content, Packet, data_time, parse_data_time
from dau.store.audit import Act as Deed
from dau.uplink.asked import maybe_channel
from dau.uplink.desk import Act, Desk, ExeRtn, Failed
from dau.uplink.orders import DONE, Order, carry_out, read_before
from dau.words import text

SMALLEST_STEP_MS: Final = 1000
"""SystemTime has no more than seconds: a clock that is right to the second is left alone."""

EARLIEST_MS: Final = parse_data_time("20200101000000") or 0
LATEST_MS: Final = parse_data_time("20991231235959") or 0
"""A clock set beyond these is a mistake of the platform's, and would take the labels of all records with it."""


async def read(packet: Packet, desk: Desk) -> Content:
    """Return the time.

    Raises:
        Failed: the platform gets no such factor, or its instrument has no clock.
        InstrumentError: the instrument did not answer.
    """
    asked = maybe_channel(packet, desk)
    if asked is None:
        return ((("SystemTime", data_time(desk.clock.now_ms())),),)
    report = await desk.instruments.perform(Errand(Task.READ_CLOCK, asked.channel))
    if report.at_ms is None:
        raise Failed(ExeRtn.FAILED, f"1011: the instrument of {asked.code} told no time")
    return (("PolId", asked.code),), (("SystemTime", data_time(report.at_ms)),)


async def set_time(packet: Packet, desk: Desk) -> None:
    """Set a clock, with the old and the new time in the audit log.

    Raises:
        Failed: the time is none that a clock may have, or the platform gets no such factor.
        ClockRefused: the unit may not set the clock of its machine.
        InstrumentError: the instrument did not answer, or refused.
    """
    said = packet.first("SystemTime") or ""
    at_ms = parse_data_time(said)
    if at_ms is None or not EARLIEST_MS <= at_ms <= LATEST_MS:
        raise Failed(ExeRtn.CONDITIONS, f"1012: SystemTime {said!r}, expected a time of the years 2020 to 2099")
    asked = maybe_channel(packet, desk)
    if asked is None:
        await _set_unit(at_ms, desk)
    else:
        await _set_instrument(asked.channel, at_ms, desk)


async def _set_instrument(channel: str, at_ms: int, desk: Desk) -> None:
    report = await read_before(Errand(Task.READ_CLOCK, channel), desk)
    before = None if report is None or report.at_ms is None else data_time(report.at_ms)
    errand = Errand(Task.SET_CLOCK, channel, at_ms=at_ms)
    await carry_out(Order("1012", errand, before=before, after=data_time(at_ms)), desk)


async def _set_unit(at_ms: int, desk: Desk) -> None:
    before_ms = desk.clock.now_ms()
    if abs(at_ms - before_ms) < SMALLEST_STEP_MS:
        return
    desk.clock.set_ms(at_ms)
    platform, before, after = desk.account.platform.name, data_time(before_ms), data_time(at_ms)
    sentence = text("uplink.clock", platform=platform, before=before, after=after)
    await desk.account.note(Deed(at_ms, platform, "1012", "clock", before, after, DONE), sentence)


ACTS: Final[Mapping[str, Act]] = {"1011": read, "1012": set_time}
