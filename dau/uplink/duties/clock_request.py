"""Asks the platform for the time: after connecting, and now and then (1013; it answers with 9013, then 1012)."""

from collections.abc import Callable

import structlog

from dau.hj212 import State
from dau.runtime.clock import BEAT_S, rest
from dau.uplink.desk import Desk
from dau.uplink.duties.notice import is_listed, notice
from dau.uplink.line import Line
from dau.uplink.proving import tell

log = structlog.get_logger(__name__)


class ClockRequest:
    """Asks over one connection after another. A platform that does not answer is asked again when the time comes."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, line: Line, beat: Callable[[], None]) -> None:
        """Ask for the time until the connection breaks; a platform that is not to be asked ends it at once.

        Raises:
            LinkLost: the connection broke.
        """
        platform = self._desk.account.platform
        period_s = platform.duties.asks_clock_h * 3600.0
        if period_s <= 0 or not is_listed("1013", platform.dialect.edition):
            return
        while not self._desk.account.platform.mn:
            await rest(self._desk.clock, BEAT_S, beat)
        while True:
            exchange = await tell(self._desk, line, notice(self._desk, "1013"), None, beat)
            if exchange.state is not State.DONE:
                log.warning("platform_does_not_tell_the_time", platform=platform.name, saw=exchange.state.value)
            await rest(self._desk.clock, period_s, beat)
