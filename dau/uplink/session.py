"""One task per platform: connects, keeps the connection in use, and comes back after every loss."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from dau.database import DatabaseDamaged, StoreError
from dau.link import Dial, LinkError, Pipe
from dau.runtime.backoff import Backoff
from dau.runtime.bell import Bell
from dau.runtime.clock import rest
from dau.store import wire
from dau.store.wire import Link, LinkState
from dau.uplink.desk import Desk
from dau.uplink.line import Line
from dau.uplink.sender import Sender
from dau.uplink.service import Service

STORE_PAUSE_S: Final = 5.0
"""Pause before trying again when the disk refuses: nothing is sent of which no evidence can be kept."""

log = structlog.get_logger(__name__)


class Session:
    """The link to one platform, for as long as the station runs. What happens here is felt by no other platform."""

    def __init__(self, desk: Desk, dial: Dial, bell: Bell) -> None:
        self._desk = desk
        self._name = desk.account.platform.name
        self._dial = dial
        self._sender = Sender(desk, bell)
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
        beside = [
            asyncio.create_task(line.listen(), name=f"listen to {self._name}"),
            asyncio.create_task(service.run(line), name=f"serve {self._name}"),
        ]
        try:
            await self._note(LinkState.CONNECTED)
            await self._sender.run(line, beat, self._succeeded)
        finally:
            for task in beside:
                task.cancel()
            await asyncio.wait(beside)
            await pipe.close()
            for task in beside:
                if not task.cancelled():
                    task.result()

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
