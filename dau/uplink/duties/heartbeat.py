"""Shows the platform that the unit lives, and notices when nothing comes back any more (HJ 212-2025, 9015)."""

from collections.abc import Callable
from typing import Final

from dau.hj212 import Packet, State
from dau.link import LinkLost
from dau.runtime.clock import rest
from dau.uplink.desk import Desk
from dau.uplink.duties.notice import notice
from dau.uplink.line import Line
from dau.uplink.proving import tell

MOST_UNANSWERED: Final = 3
"""So many heartbeats in a row without an answer, or anything else from the platform, and the connection is dead."""


class Heartbeat:
    """Sends heartbeats over one connection after another, beside the uploads and never in their way."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, line: Line, beat: Callable[[], None]) -> None:
        """Send heartbeats until the connection breaks; a platform that wants none ends it at once.

        Raises:
            LinkLost: the connection broke, or nothing comes from the platform any more.
        """
        period_s = self._desk.account.platform.duties.heartbeat_s
        cn = self._desk.account.platform.dialect.heartbeat_cn
        if period_s <= 0 or cn is None:
            return
        unanswered = 0
        while True:
            began_s = self._desk.clock.monotonic_s()
            exchange = await self._send(cn, line, beat)
            if exchange is State.DONE or line.heard_s > began_s:
                unanswered = 0
            else:
                unanswered += 1
            if unanswered >= MOST_UNANSWERED:
                raise LinkLost(
                    f"platform {self._desk.account.platform.name}: sent {unanswered} heartbeats ({cn}),"
                    " saw nothing, expected an answer to one of them"
                )
            await rest(self._desk.clock, began_s + period_s - self._desk.clock.monotonic_s(), beat)

    async def _send(self, cn: str, line: Line, beat: Callable[[], None]) -> State:
        """Send one. A unit without an MN says nothing but who it is, which shows that it lives."""
        if not self._desk.account.platform.mn:
            return State.DONE
        return (await tell(self._desk, line, self._packet(cn), None, beat)).state

    def _packet(self, cn: str) -> Packet:
        return notice(self._desk, cn, st=self._desk.account.platform.dialect.heartbeat_st)
