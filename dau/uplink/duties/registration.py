"""Tells the platform what hardware the unit is, until it is given its MN (HJ 212-2025 clause 6.8, 1001 and 1002)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from dau.hj212 import Content, Packet, State
from dau.link import LinkLost
from dau.runtime.clock import BEAT_S, rest
from dau.uplink.desk import Desk
from dau.uplink.duties.notice import notice
from dau.uplink.hardware import IDENTITY
from dau.uplink.line import Line
from dau.uplink.proving import tell

REPEAT_S: Final = 600.0
"""Pause between two identifications: a person at the platform gives the MN."""


class Registration:
    """Identifies the unit over one connection after another, if it has no MN and is to ask for one."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def run(self, line: Line, beat: Callable[[], None]) -> None:
        """Identify the unit until it has an MN.

        Raises:
            LinkLost: the connection broke, or the platform did not answer.
        """
        if not self._desk.account.platform.duties.registers:
            return
        while not self._is_done():
            await self._identify(line, beat)
            end_s = self._desk.clock.monotonic_s() + REPEAT_S
            while not self._is_done() and self._desk.clock.monotonic_s() < end_s:
                await rest(self._desk.clock, BEAT_S, beat)

    def _is_done(self) -> bool:
        return self._desk.account.platform.mn != ""

    async def _identify(self, line: Line, beat: Callable[[], None]) -> None:
        packet = self._packet()
        exchange = await tell(self._desk, line, packet, None, beat)
        if exchange.state is not State.DONE:
            raise LinkLost(
                f"platform {self._desk.account.platform.name}: sent {packet.cn} QN {packet.qn}"
                f" {exchange.sendings} times, saw {exchange.state.value}, expected 9013"
            )

    def _packet(self) -> Packet:
        dialect = self._desk.account.platform.dialect
        packet = notice(self._desk, "1001", self._content(), dialect.registration_st)
        return replace(packet, pw=dialect.initial_pw)

    def _content(self) -> Content:
        known = self._desk.site.identity
        return tuple(((f"{code}-Info", known[code]),) for code in IDENTITY if code in known)
