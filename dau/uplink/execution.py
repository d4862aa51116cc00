"""Carries out one request that was accepted: its handler, its data, and the code that tells how it ended."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Final

import structlog

from dau.core.errands import CannotDo, InstrumentBusy
from dau.core.instrument import NoReply, Refused
from dau.core.records import Record
from dau.database import DatabaseDamaged, StoreError
from dau.errors import DauError
from dau.hj212 import SECRETS, Content, Deviation, Packet, Role, State, flag_of, validate
from dau.runtime.clock import ClockRefused
from dau.uplink import proving
from dau.uplink.compose import compose
from dau.uplink.desk import Act, Desk, ExeRtn, Failed, Search
from dau.uplink.handlers import act_of, search_of
from dau.uplink.line import Line

ACT_S: Final = 300.0
"""How long one command may take, with all that its instrument needs for it."""

SEARCH_S: Final = 4 * 3600.0
"""How long the answer to one history request may take: a month of minutes on a slow line."""

CODES: Final[tuple[tuple[type[BaseException], ExeRtn], ...]] = (
    (NoReply, ExeRtn.TIMEOUT),
    (TimeoutError, ExeRtn.TIMEOUT),
    (InstrumentBusy, ExeRtn.BUSY),
    (Refused, ExeRtn.CONDITIONS),
    (CannotDo, ExeRtn.CONDITIONS),
    (StoreError, ExeRtn.SYSTEM),
    (ClockRefused, ExeRtn.SYSTEM),
)
"""What a failure means to the platform; any other is a failure of unknown cause."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Ending:
    """How a request ended, and what hindered it; None if nothing did."""

    code: ExeRtn
    error: Exception | None = None


async def execute(request: Packet, desk: Desk, line: Line) -> Ending:
    """Carry out a request and send its data. Whatever its handler does, there is an ending.

    Raises:
        LinkLost: the connection broke; how the request ended does not reach the platform any more.
        DatabaseDamaged: nothing can go on.
    """
    try:
        _check_area(request)
        search = search_of(request)
        if search is not None:
            return Ending(await _answer_search(search, request, desk, line))
        act = act_of(request)
        if act is None:
            raise Failed(ExeRtn.CONDITIONS, f"{request.cn} is not served in this form")
        await _answer_act(act, request, desk, line)
    except DatabaseDamaged:
        raise
    except Exception as error:  # noqa: BLE001 - the platform is told, and a bug logged with its traceback
        line.check()  # a broken connection ends the request; a broken link to an instrument is a failure like others
        return _failure(error, request, desk)
    return Ending(ExeRtn.DONE)


def _check_area(request: Packet) -> None:
    """Refuse a request that lacks a field or has a value out of its range; what is too much does no harm."""
    for finding in validate(request, Role.PLATFORM):
        is_bad = finding.deviation is Deviation.FIELD_VALUE and finding.name not in SECRETS  # their handlers know more
        if is_bad or finding.deviation is Deviation.FIELD_MISSING:
            raise Failed(ExeRtn.CONDITIONS, f"{request.cn}: {finding.name}: {finding.deviation.value}")


def _failure(error: Exception, request: Packet, desk: Desk) -> Ending:
    name = desk.account.platform.name
    if isinstance(error, Failed):
        return Ending(error.code, error)
    if not isinstance(error, DauError | TimeoutError):
        log.error("command_failed_of_a_bug", platform=name, cn=request.cn, exc_info=error)
        return Ending(ExeRtn.FAILED, error)
    log.warning("command_failed", platform=name, cn=request.cn, error=str(error) or type(error).__name__)
    return Ending(next((code for kind, code in CODES if isinstance(error, kind)), ExeRtn.FAILED), error)


async def _answer_act(act: Act, request: Packet, desk: Desk, line: Line) -> None:
    async with asyncio.timeout(ACT_S):
        content = await act(request, desk)
    if content is not None:
        await line.send(_reply(request, content, desk))


def _reply(request: Packet, content: Content, desk: Desk) -> Packet:
    """Return the data of a request that has one packet of it: QN, PW, MN and layout are those of the request."""
    return Packet(
        qn=request.qn,
        st=desk.account.platform.st,
        cn=request.cn,
        pw=request.pw,
        mn=request.mn,
        flag=flag_of(request.version),
        cp=content,
    )


async def _answer_search(search: Search, request: Packet, desk: Desk, line: Line) -> ExeRtn:
    records = search(request, desk)
    end_s = desk.clock.monotonic_s() + SEARCH_S
    sent = 0
    try:
        while (record := await _next(records, end_s - desk.clock.monotonic_s())) is not None:
            sent += await _tell(record, request.st, desk, line)
    finally:
        if isinstance(records, AsyncGenerator):
            await records.aclose()
    return ExeRtn.DONE if sent else ExeRtn.NO_DATA


async def _next(records: AsyncIterator[Record], left_s: float) -> Record | None:
    async with asyncio.timeout(left_s):
        return await anext(records, None)


async def _tell(record: Record, st: str | None, desk: Desk, line: Line) -> int:
    """Send the packets of one record that are of the system asked, each with a QN of its own, and return how many."""
    account = desk.account
    platform = account.platform
    is_marked = platform.dialect.marks_queried
    whole = compose(record, platform, desk.clock.now_ms(), account.qns(), backfilled=is_marked)
    packets = [packet for packet in whole if packet.st == st]
    for packet in packets:
        if not packet.needs_answer:
            await line.send(packet, record.id)
            continue
        exchange = await proving.tell(desk, line, packet, record.id, lambda: None)
        if exchange.state is not State.DONE:
            code = ExeRtn.TIMEOUT if exchange.state is State.GIVEN_UP else ExeRtn.FAILED
            raise Failed(code, f"{packet.cn} QN {packet.qn}: {exchange.state.value}, expected 9014")
    return len(packets)
