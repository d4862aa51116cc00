"""What a platform has an instrument do: handed to its bus, audited whatever comes of it, told to other platforms."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

from dau.core.errands import Errand, InstrumentBusy, Report
from dau.core.events import Event
from dau.core.instrument import InstrumentError
from dau.core.records import RecordKind
from dau.store import events
from dau.store.audit import Act
from dau.uplink.desk import Desk
from dau.words import text

DONE: Final = "done"
UNDER_WAY: Final = "under way"

TAKEN_S: Final = 35.0
"""An order that has not failed by then was taken: a bus that has no time for it says so earlier."""

SHOWN: Final = 40
"""Characters shown of a value: with two values in two languages a log entry stays below its 890 bytes."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Order:
    """One errand for an instrument, the number ``cn`` of the command that wants it, and what it changes, as text.

    The errand names no channel where the command names none: the audit then speaks of the unit.
    ``before`` is None if it could not be read or nothing is replaced, ``after`` if nothing is set.
    """

    cn: str
    errand: Errand
    before: str | None = None
    after: str | None = None


async def carry_out(order: Order, desk: Desk) -> Report:
    """Have the instrument carry the order out; audited, and told to other platforms if it did.

    Whoever waits may be cancelled, because the connection broke say: the order still comes to its end and is noted.

    Raises:
        InstrumentError: the instrument did not; that is audited too.
        StoreError: the instrument did, but it could not be noted.
    """
    task = _keep(desk, _noted(order, desk), order)
    await _attend(task)
    return task.result()


async def begin(order: Order, work: Coroutine[Any, Any, None], desk: Desk) -> None:
    """Run the work that carries the order out, and return when it ended or the instrument has evidently taken it.

    What lasts longer goes on by itself and is noted when it ends; until then the audit says that it is under way.

    Raises:
        InstrumentError: the instrument would not.
    """
    task = _keep(desk, work, order)
    await _attend(task, TAKEN_S)
    if task.done():
        task.result()
    else:
        await desk.account.note(_act(order, desk, UNDER_WAY))


async def _noted(order: Order, desk: Desk) -> Report:
    try:
        report = await desk.instruments.perform(order.errand)
    except InstrumentError as error:
        await desk.account.note(_act(order, desk, str(error)))
        raise
    await desk.account.note(_act(order, desk, DONE), _sentence(order, desk))
    desk.ring()
    return report


def _keep(desk: Desk, work: Coroutine[Any, Any, T], order: Order) -> "asyncio.Task[T]":
    task = asyncio.create_task(work, name=f"{order.cn} {order.errand.task} for {desk.account.platform.name}")
    desk.under_way.add(task)
    task.add_done_callback(desk.under_way.discard)
    return task


async def _attend(task: "asyncio.Task[Any]", timeout_s: float | None = None) -> None:
    """Wait for the end of a task without being able to end it."""
    try:
        await asyncio.wait({task}, timeout=timeout_s)
    finally:
        if not task.done():
            task.add_done_callback(_tell_failure)


def _tell_failure(task: "asyncio.Task[Any]") -> None:
    """Log the failure of an order that nobody waits for any more."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.warning("order_failed", order=task.get_name(), error=str(error))


async def read_before(errand: Errand, desk: Desk) -> Report | None:
    """Return what the instrument says before it is changed; None if it cannot tell.

    Raises:
        InstrumentBusy: it has no time, neither for this nor for what was to follow.
    """
    try:
        return await desk.instruments.perform(errand)
    except InstrumentBusy:
        raise
    except InstrumentError:
        return None


async def owe(desk: Desk, kind: RecordKind, event: Event, at_ms: int, platforms: tuple[str, ...]) -> None:
    """Owe a record of what happened at ``at_ms`` (milliseconds UTC) and wake the senders.

    Raises:
        StoreError: it could not be kept.
    """
    now_ms = desk.clock.now_ms()
    await desk.database.write(lambda connection: events.owe(connection, kind, event, at_ms, now_ms, platforms))
    desk.ring()


def _act(order: Order, desk: Desk, result: str) -> Act:
    subject = " ".join(filter(None, (order.errand.channel, order.errand.info))) or "unit"
    who = desk.account.platform.name
    return Act(desk.clock.now_ms(), who, order.cn, subject, order.before, order.after, result)


def _sentence(order: Order, desk: Desk) -> str:
    platform = desk.account.platform
    channel = platform.channels.get(order.errand.channel)
    return text(
        f"orders.{order.errand.task.value}",
        platform=platform.name,
        factor="" if channel is None else channel.factor,
        info=order.errand.info,
        before=(order.before or "?")[:SHOWN],
        after=(order.after or "?")[:SHOWN],
    )
