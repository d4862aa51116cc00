"""Orders to instruments: calibrate, sample, clean, keep a sample, check (3011 to 3018, 3022, 3024).

An order is done when the instrument accepted it: a calibration may last an hour, and no platform waits that long for
its 9012 (HJ 212-2017 C.30 to C.33).
"""

from collections.abc import Mapping
from math import isfinite
from typing import Final

from dau.core.errands import Cycle, Errand, Report, Task
from dau.core.events import StandardCheck
from dau.core.records import RecordKind
from dau.hj212 import Content, Edition, Packet, command, data_time, edition_of
from dau.hj212.fields import field_of
from dau.uplink.asked import asked_channel
from dau.uplink.desk import Act, Desk, ExeRtn, Failed
from dau.uplink.orders import Order, begin, carry_out, owe, read_before

CHECK_TOLERANCE: Final = 0.10
"""A standard sample may be read wrong by a tenth of its value: so much is usual for analysers of waste water, and no
edition of HJ 212 names a limit. An instrument that judges its own check knows better and is believed."""

CALIBRATIONS: Final[Mapping[str | None, tuple[Task, ...]]] = {
    "0": (Task.ZERO,),
    "1": (Task.SPAN,),
    None: (Task.ZERO, Task.SPAN),
}
"""By CalibrationType, which is new in 2025; the 3011 of before means both."""

PLAIN: Final[Mapping[str, Task]] = {
    "3012": Task.SAMPLE,
    "3013": Task.CLEAN,
    "3014": Task.COMPARE,
    "3022": Task.KEEP_SAMPLE,
}
OTHERWISE_IN_2005: Final = frozenset({"3013", "3014"})
"""Numbers that meant something else in 2005: they must start neither a cleaning nor a comparison."""

DAY_S: Final = 86_400


async def calibrate(packet: Packet, desk: Desk) -> None:
    """Start zero or span calibration or, without a type, the one and then the other (3011)."""
    channel = asked_channel(packet, desk).channel
    tasks = CALIBRATIONS.get(packet.first("CalibrationType"))
    if tasks is None:
        raise Failed(ExeRtn.CONDITIONS, f"CalibrationType {packet.first('CalibrationType')!r}, expected 0 or 1")
    orders = [Order(packet.cn, Errand(task, channel)) for task in tasks]

    async def one_after_the_other() -> None:
        for order in orders:
            await carry_out(order, desk)

    await begin(orders[0], one_after_the_other(), desk)


async def start(packet: Packet, desk: Desk) -> None:
    """Start what needs nothing but the factor (3012, 3013, 3014, 3022)."""
    if packet.cn in OTHERWISE_IN_2005 and Edition.E2005 in (
        edition_of(packet.flag),
        desk.account.platform.dialect.edition,
    ):
        raise Failed(ExeRtn.CONDITIONS, f"{packet.cn} has another meaning in HJ/T 212-2005, which this unit lacks")
    order = Order(packet.cn, Errand(PLAIN[packet.cn], asked_channel(packet, desk).channel))

    async def only_it() -> None:
        await carry_out(order, desk)

    await begin(order, only_it(), desk)


async def keep_exceeding(packet: Packet, desk: Desk) -> Content | None:
    """Have the sampler of the site keep a sample (3015, which names no factor).

    There is no data to tell if the sampler does not say which bottle it filled.
    """
    report = await carry_out(Order(packet.cn, Errand(Task.KEEP_EXCEEDING, "")), desk)
    if report.bottle is None:
        return None
    at_ms = desk.clock.now_ms() if report.at_ms is None else report.at_ms
    return told(packet, DataTime=data_time(at_ms), VaseNo=str(report.bottle))


async def set_cycle(packet: Packet, desk: Desk) -> None:
    """Set the first sampling time of the day and the hours between two (3016)."""
    channel, cycle = asked_channel(packet, desk).channel, _asked_cycle(packet)
    before = await read_before(Errand(Task.READ_CYCLE, channel), desk)
    errand = Errand(Task.SET_CYCLE, channel, cycle=cycle)
    old = None if before is None or before.cycle is None else _as_text(before.cycle)
    await carry_out(Order(packet.cn, errand, old, _as_text(cycle)), desk)


async def read_cycle(packet: Packet, desk: Desk) -> Content:
    """Tell the sampling times (3017)."""
    asked = asked_channel(packet, desk)
    cycle = (await desk.instruments.perform(Errand(Task.READ_CYCLE, asked.channel))).cycle
    if cycle is None:
        raise Failed(ExeRtn.NO_DATA, f"{packet.cn}: the instrument of {asked.channel} told no sampling cycle")
    return told(packet, PolId=asked.code, CstartTime=_clock_time(cycle.start_s), CTime=str(cycle.hours))


async def read_delay(packet: Packet, desk: Desk) -> Content:
    """Tell the minutes from sample to result (3018)."""
    asked = asked_channel(packet, desk)
    minutes = (await desk.instruments.perform(Errand(Task.READ_DELAY, asked.channel))).minutes
    if minutes is None:
        raise Failed(ExeRtn.NO_DATA, f"{packet.cn}: the instrument of {asked.channel} told no time to its result")
    return told(packet, PolId=asked.code, Stime=str(minutes))


async def check(packet: Packet, desk: Desk) -> None:
    """Start the check with a standard sample (3024). Its result, once there, is told under the time of its start."""
    order = Order(packet.cn, Errand(Task.CHECK, asked_channel(packet, desk).channel))
    started_ms = desk.clock.now_ms()

    async def with_its_result() -> None:
        result = _result(order.errand.channel, await carry_out(order, desk))
        if result is not None:
            await owe(desk, RecordKind.CHECK, result, started_ms, desk.site.wanting(RecordKind.CHECK))

    await begin(order, with_its_result(), desk)


def _result(channel: str, report: Report) -> StandardCheck | None:
    reading, standard = report.reading, report.standard
    if reading is None or standard is None or not (isfinite(reading) and isfinite(standard)):
        return None
    is_close = abs(reading - standard) <= CHECK_TOLERANCE * abs(standard)
    return StandardCheck(channel, reading, standard, is_close if report.is_passed is None else report.is_passed)


def told(packet: Packet, **values: str) -> Content:
    """Return the data area of the answer as the edition of the request lays it out."""
    row = command(packet.cn, edition_of(packet.flag))
    if row is None or row.told is None:
        raise Failed(ExeRtn.CONDITIONS, f"{packet.cn} has no data in this edition, expected a command that has")
    return row.told.content(values)


def _asked_cycle(packet: Packet) -> Cycle:
    """Return the cycle of a request; the standard prints its hours as CTime in one place and as Ctime in another."""
    start, hours = packet.first("CstartTime") or "", packet.first("CTime") or packet.first("Ctime") or ""
    if _fits("CstartTime", start) and _fits("CTime", hours):
        start_s = int(start[:2]) * 3600 + int(start[2:4]) * 60 + int(start[4:])
        if start_s < DAY_S:
            return Cycle(start_s, int(hours))
    raise Failed(ExeRtn.CONDITIONS, f"CstartTime {start!r} and CTime {hours!r}, expected hhmmss and 1 to 24")


def _fits(name: str, value: str) -> bool:
    field = field_of(name)
    return field is not None and field.fits(value)


def _clock_time(seconds: int) -> str:
    return f"{seconds // 3600:02}{seconds // 60 % 60:02}{seconds % 60:02}"


def _as_text(cycle: Cycle) -> str:
    return f"{_clock_time(cycle.start_s)} {cycle.hours} h"


ACTS: Final[Mapping[str, Act]] = {
    "3011": calibrate,
    **dict.fromkeys(PLAIN, start),
    "3015": keep_exceeding,
    "3016": set_cycle,
    "3017": read_cycle,
    "3018": read_delay,
    "3024": check,
}
