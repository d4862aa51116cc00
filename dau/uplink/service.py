"""Serves the requests of one platform over one connection: handshake, execution, data, result."""

import asyncio

import structlog

from dau.hj212 import Kind, LocalError, Packet, Role, command, edition_of, request_receipt
from dau.link import LinkLost
from dau.uplink.desk import Desk, QnRtn
from dau.uplink.line import Line

ARRIVALS = 256

log = structlog.get_logger(__name__)


class Service:
    """Takes what a platform asks over one connection; ``run`` it beside the listening."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._arrivals: asyncio.Queue[Packet] = asyncio.Queue(ARRIVALS)
        self._log = log.bind(platform=desk.account.platform.name)

    def take(self, packet: Packet, *, is_damaged: bool = False) -> None:
        """Take a packet that is no answer."""
        row = command(packet.cn, edition_of(packet.flag))
        if is_damaged or self._arrivals.full() or (row and row.kind(Role.PLATFORM) is not Kind.REQUEST):
            return
        self._log.warning("platform_asks_for_what_is_not_served", cn=packet.cn)
        self._arrivals.put_nowait(packet)

    async def run(self, line: Line) -> None:
        """Serve until the connection breaks."""
        try:
            while True:
                request = await self._arrivals.get()
                try:
                    await line.send(request_receipt(request, QnRtn.REFUSED))
                except LocalError as error:
                    self._log.warning("request_cannot_be_answered", cn=request.cn, error=str(error))
        except LinkLost:
            return
