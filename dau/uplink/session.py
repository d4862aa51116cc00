"""One task per platform: connects, keeps the connection in use, and comes back after every loss."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Protocol

import structlog

from dau.database import DatabaseDamaged, StoreError
from dau.link import Dial, LinkError, Pipe
from dau.runtime.backoff import Backoff
from dau.runtime.bell import Bell
from dau.runtime.clock import rest
from dau.store import wire
from dau.store.wire import Link, LinkState
from dau.uplink.desk import Desk
from dau.uplink.duties.clock_request import ClockRequest
from dau.uplink.duties.heartbeat import Heartbeat
from dau.uplink.duties.registration import Registration
from dau.uplink.duties.renewal import Renewal
from dau.uplink.line import Line
from dau.uplink.sender import Sender
from dau.uplink.service import Service

STORE_PAUSE_S: Final = 5.0
"""Pause before trying again when the disk refuses: nothing is sent of which no evidence can be kept."""

log = structlog.get_logger(__name__)


class Duty(Protocol):
    """What is done beside the uploads of one connection after another."""

    async def run(self, line: Line, beat: Callable[[], None]) -> None:
        """Do it until the connection breaks, or return if there is nothing to be done.

        Raises:
            LinkLost: the connection broke, or counts as broken.
        """


class Session:
    """The link to one platform, for as long as the station runs. What happens here is felt by no other platform."""

    def __init__(self, desk: Desk, dial: Dial, bell: Bell) -> None:
        self._desk = desk
        self._name = desk.account.platform.name
        self._dial = dial
        self._bell = bell
        self._sender = Sender(desk, bell)
        self._duties: Sequence[Duty] = (Registration(desk), Heartbeat(desk), ClockRequest(desk), Renewal(desk))
        self._backoff = Backoff()
        self._told = ""
        self._log = log.bind(platform=self._name)

    async def run(self, beat: Callable[[], None]) -> None:
        """Deliver to the platform until cancelled."""
        while True:
            beat()
            try:
                pause_s = await self._connect_and_use(beat)
            except DatabaseDamaged:
                raise
            except StoreError as error:
                self._tell_once("deliveries_wait", str(error))
                pause_s = STORE_PAUSE_S
            await rest(self._desk.clock, pause_s, beat)

    async def _connect_and_use(self, beat: Callable[[], None]) -> float:
        """Deliver over one connection until it breaks. Returns how long to wait before the next one, in seconds.

        Raises:
            StoreError: no evidence can be kept now.
        """
        try:
            await self._sender.expire()
            await self._desk.account.load()
            await self._desk.keys.load()
            await self._note(LinkState.CONNECTING)
            await self._use(await self._dial(), beat)
        except LinkError as error:
            self._tell_once("platform_unreachable", str(error))
            await self._note(LinkState.DOWN, str(error))
        return self._backoff.next_s()

    async def _use(self, pipe: Pipe, beat: Callable[[], None]) -> None:
        """Talk over one connection until it breaks.

        Raises:
            LinkError: how it broke.
        """
        if not self._told:
            self._log.info("platform_connected", to=pipe.name)
        service = Service(self._desk)
        line = Line(self._desk, pipe, service.take)
        sending = asyncio.create_task(self._sender.run(line, beat, self._succeeded), name=f"send to {self._name}")
        tasks = (
            sending,
            asyncio.create_task(self._listen(line), name=f"listen to {self._name}"),
            asyncio.create_task(service.run(line), name=f"serve {self._name}"),
            *(asyncio.create_task(duty.run(line, _unwatched), name=f"duty to {self._name}") for duty in self._duties),
        )
        try:
            await self._note(LinkState.CONNECTED)
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            await self._end_sending(line, sending)
        finally:
            for task in tasks:
                task.cancel()
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            await pipe.close()
        _raise_gravest(ends)

    async def _listen(self, line: Line) -> None:
        await line.listen()
        line.check()

    async def _end_sending(self, line: Line, sending: "asyncio.Task[None]") -> None:
        """Where the connection broke, let the sender see it: what it was telling then steps aside for others."""
        try:
            line.check()
        except LinkError:
            self._bell.ring()
            await asyncio.wait([sending])

    def _succeeded(self) -> None:
        self._backoff.reset()
        if self._told:
            self._log.info("platform_takes_deliveries_again")
        self._told = ""

    def _tell_once(self, event: str, error: str) -> None:
        """An outage of days is one line in the log; how it stands now is in the database."""
        if error != self._told:
            self._log.warning(event, error=error)
        self._told = error

    async def _note(self, state: LinkState, detail: str = "") -> None:
        link = Link(state, self._desk.clock.now_ms(), detail)
        await self._desk.database.write(lambda connection: wire.set_link(connection, self._name, link))


def _unwatched() -> None:
    """The pulse of a session is that of its sender; a duty that beats must not hide that it hangs."""


def _raise_gravest(ends: Iterable[BaseException | None]) -> None:
    """Raise what ended the connection: a bug or a damaged database before all else, the broken link last."""
    errors = [end for end in ends if end is not None and not isinstance(end, asyncio.CancelledError)]
    if errors:
        raise min(errors, key=_lightness)


def _lightness(error: BaseException) -> int:
    if isinstance(error, LinkError):
        return 2
    return 1 if isinstance(error, StoreError) and not isinstance(error, DatabaseDamaged) else 0
