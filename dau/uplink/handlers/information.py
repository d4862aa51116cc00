"""Questions about unit and instruments: identifiers (3019), logs, states, parameters (3020), and setting these (3021).

What the unit knows itself it answers itself: about its own state, about links it watches, and about what the settings
declare. Everything else is asked of the instrument.
"""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from dau.core.errands import CannotDo, Errand, Task
from dau.core.events import Info
from dau.core.periods import MINUTE_MS
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.hj212 import Content, Item, Packet, data_time
from dau.store import samples
from dau.store.changes import UNIT_LOG
from dau.uplink.asked import Asked, asked_channel, maybe_channel
from dau.uplink.desk import Act, Desk, ExeRtn, Failed, Search
from dau.uplink.handlers.history import Query, asked_span, concerns, pages
from dau.uplink.orders import SHOWN, Order, carry_out, owe, read_before

CODE: Final = re.compile(r"[iI][1-5]([1-5])[0-9A-Za-z]{3}")
"""A code of table B.10: who is meant, what is meant (1 log, 2 state, 3 parameter), and a number."""

NUMBER: Final = re.compile(r"[0-9A-F]{24}")
LOG: Final = "1"
PARAMETER: Final = "3"

INSTRUMENT_STATE: Final = "i12001"
INSTRUMENT_LINK: Final = "i12002"
UNIT_STATE: Final = "i22001"
PLATFORM_LINK: Final = "i22003"
CHANNEL_LINK: Final = "i22101"

OF_THE_UNIT: Final[Mapping[str, str]] = {UNIT_STATE: "0", PLATFORM_LINK: "0"}
"""What the answer itself proves: the unit runs, and its link to the platform that asks is normal. How its links to
other platforms do is no concern of this one."""

CERTAIN: Final = ((State.CALIBRATION, "3"), (State.MAINTENANCE, "1"), (State.FAULT, "2"))
"""Working states (i12001) that the flags of the newest sample prove, in the order in which they speak for a value."""

MEASURING: Final = frozenset({State.OK, State.OVER_RANGE})
"""Flags of an instrument at work: it is running (0), if it has no word for it itself."""

FRESH_MS: Final = 5 * MINUTE_MS
DUES: Final = 3
"""The newest sample tells how a channel stands if it is no older than this, or than so many due times."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A value, and since when it is known (milliseconds UTC)."""

    value: str
    at_ms: int


async def tell_serial_number(packet: Packet, desk: Desk) -> Content:
    """Tell the identifier of the instrument of a channel (3019): the declared one, else what the instrument says."""
    asked = asked_channel(packet, desk)
    number = desk.site.serial_numbers.get(asked.channel)
    if number is None:
        said = (await desk.instruments.perform(Errand(Task.READ_SERIAL, asked.channel))).value or ""
        number = said.upper()
        if not NUMBER.fullmatch(number):
            raise Failed(
                ExeRtn.NO_DATA, f"serial number of {asked.channel} is {said!r}, expected 24 hexadecimal digits"
            )
    return ((("PolId", asked.code),), ((f"{asked.code}-SN", number),))


async def search_log(packet: Packet, desk: Desk) -> AsyncIterator[Record]:
    """Yield what was noted under a code in a span of time, for a channel or for the unit (3020 with BeginTime).

    The log of the unit says what other platforms did: one that is not told of that finds nothing there.

    Raises:
        Failed: code, factor or span cannot be meant, or nothing was noted.
    """
    code, asked = _asked_code(packet), maybe_channel(packet, desk)
    query = Query(RecordKind.INFO, *asked_span(packet))
    is_empty = True
    if code != UNIT_LOG or desk.account.platform.policy.told:
        async for record in pages(query, desk):
            if _is_entry(record, code, asked) and concerns(record, desk.account.platform):
                is_empty = False
                yield record
    if is_empty:
        raise Failed(ExeRtn.NO_DATA, f"nothing was noted under {code} in the span that was asked for")


def _is_entry(record: Record, code: str, asked: Asked | None) -> bool:
    event = record.event
    return isinstance(event, Info) and event.code == code and (asked is None or event.channel == asked.channel)


async def tell(packet: Packet, desk: Desk) -> Content:
    """Tell a state or a parameter as it is now (3020 without BeginTime)."""
    code, asked = _asked_code(packet), maybe_channel(packet, desk)
    if code[2] == LOG:
        raise Failed(ExeRtn.CONDITIONS, f"log {code} without BeginTime and EndTime, expected a span of time")
    answer = await _answer(code, asked, desk)
    items: list[Item] = [(("DataTime", data_time(answer.at_ms)),)]
    if asked is not None:
        items.append((("PolId", asked.code),))
    return (*items, ((f"{code}-Info", answer.value),))


async def _answer(code: str, asked: Asked | None, desk: Desk) -> Answer:
    now_ms = desk.clock.now_ms()
    channel = None if asked is None else asked.channel
    declared = desk.site.parameters.get((channel, code)) or desk.site.identity.get(code) or OF_THE_UNIT.get(code)
    if declared is not None:
        return Answer(declared, now_ms)
    if channel is None:
        raise Failed(ExeRtn.NO_DATA, f"{code} without PolId: the unit itself knows no such thing")
    if code in {CHANNEL_LINK, INSTRUMENT_LINK}:
        sample = await _newest(channel, desk)
        return Answer("1" if State.COMM_LOST in sample.states else "0", sample.at_ms)
    if code == INSTRUMENT_STATE:
        return await _working_state(channel, desk)
    return Answer(await _read(code, channel, desk), now_ms)


async def _working_state(channel: str, desk: Desk) -> Answer:
    """Tell the working state: proved by the newest sample, or asked, or taken from its measuring."""
    sample = await _newest(channel, desk)
    for state, digit in CERTAIN:
        if state in sample.states and State.COMM_LOST not in sample.states:
            return Answer(digit, sample.at_ms)
    try:
        return Answer(await _read(INSTRUMENT_STATE, channel, desk), desk.clock.now_ms())
    except CannotDo:
        if sample.states not in MEASURING:
            raise
        return Answer("0", sample.at_ms)


async def _read(code: str, channel: str, desk: Desk) -> str:
    value = (await desk.instruments.perform(Errand(Task.READ_INFO, channel, info=code))).value
    if not value:
        raise Failed(ExeRtn.NO_DATA, f"the instrument of {channel} told nothing for {code}")
    return value


async def _newest(channel: str, desk: Desk) -> Sample:
    now_ms = desk.clock.now_ms()
    age_ms = max(FRESH_MS, DUES * 1000 * desk.account.platform.channels[channel].period_s)
    recent = await desk.database.read(
        lambda connection: samples.by_ids(connection, samples.latest_ids(connection, now_ms - age_ms, now_ms))
    )
    newest = next((sample for sample in reversed(recent) if sample.channel == channel), None)
    if newest is None:
        raise Failed(ExeRtn.NO_DATA, f"{channel} has no sample of the last {age_ms // 1000} s")
    return newest


async def set_parameter(packet: Packet, desk: Desk) -> None:
    """Set a parameter of an instrument (3021); the new value is also told as such, as the standard wants (C.44)."""
    channel, code = asked_channel(packet, desk).channel, _asked_code(packet)
    value = packet.first(f"{code}-Info") or packet.first(f"{packet.first('InfoId')}-Info") or ""
    if code[2] != PARAMETER or not _is_parameter(value):
        raise Failed(ExeRtn.CONDITIONS, f"{code} to be {value[:SHOWN]!r}, expected a parameter of 1 to {SHOWN} signs")
    before = await read_before(Errand(Task.READ_INFO, channel, info=code), desk)
    errand = Errand(Task.WRITE_INFO, channel, info=code, value=value)
    await carry_out(Order(packet.cn, errand, None if before is None else before.value, value), desk)
    await owe(desk, RecordKind.INFO, Info(code, value, channel), desk.clock.now_ms(), desk.account.told)


def _is_parameter(value: str) -> bool:
    """Tell whether it can be told on as it is: no log text, nothing that ends a data area, and not endless."""
    return 0 < len(value) <= SHOWN and value.isprintable() and not value.startswith("//") and "&&" not in value


def _asked_code(packet: Packet) -> str:
    """Return the InfoId of a request. One code is printed with a capital (I33400)."""
    code = packet.first("InfoId") or ""
    if not CODE.fullmatch(code):
        raise Failed(ExeRtn.CONDITIONS, f"{packet.cn} for InfoId {code!r}, expected a code like i12001")
    return code[0].lower() + code[1:]


ACTS: Final[Mapping[str, Act]] = {"3019": tell_serial_number, "3020": tell, "3021": set_parameter}
SEARCHES: Final[Mapping[str, Search]] = {"3020": search_log}
"""A 3020 is a search if it names a span, and a question about the present if not."""
