"""One request or notice on one connection, from the first sending to its end (HJ 212-2017 clauses 6.1 and 6.4).

What is an answer and what follows from it is decided by `dau.hj212.Exchange`; here are the waiting and the telling.
"""

import asyncio
from typing import Final, Protocol

from dau.hj212 import Action, Exchange, Packet, Received, State, is_interaction, parse_data_time
from dau.receiver.orders import Ending, Outcome, Outgoing, Part, Tell, step_down, step_up
from dau.runtime.clock import Clock

LONGEST_S: Final = 4 * 3600.0
"""A unit may go on sending data for so long; a month of minute records takes an hour or two on a slow line."""

SWITCHED_ON: Final = frozenset({"2011", "2021"})
"""Requests that start uploads of the same number; without a span these uploads are no answer to them."""

ENDINGS: Final = {
    State.DONE: Outcome.DONE,
    State.REFUSED: Outcome.REFUSED,
    State.FAILED: Outcome.FAILED,
    State.GIVEN_UP: Outcome.GIVEN_UP,
}
PARTS: Final = {"9011": Part.RECEIPT, "9013": Part.RECEIPT, "9012": Part.RESULT}


class Way(Protocol):
    """How an inquiry gets out."""

    async def keep(self, sent: Outgoing) -> None:
        """Store what is about to be sent."""

    async def write(self, frame: bytes) -> None:
        """Send it."""


class Inquiry:
    """Follow one exchange. `follow` it once; meanwhile `hear` what the unit says, and `cut` it when the line is gone.

    Args:
        exchange: fresh, of the packet in ``spoken``.
        spoken: the packet as it goes out.
        clock: for stamps and time-outs.
        tell: hears of every packet that belongs to the exchange.
    """

    def __init__(self, exchange: Exchange, spoken: Outgoing, clock: Clock, tell: Tell) -> None:
        self._exchange = exchange
        self._spoken = spoken
        self._clock = clock
        self._tell = tell
        self._stirred = asyncio.Event()
        self._is_cut = False
        self._is_overdue = False
        self._latest_s = clock.monotonic_s() + LONGEST_S
        self._deadline_s = self._latest_s

    async def follow(self, way: Way) -> Ending:
        """Send, wait, send again, until the exchange is over.

        Raises:
            StoreError: nothing is sent of which no evidence can be kept.
            LinkError: the packet could not be sent.
        """
        action = Action.SEND
        while action is not Action.FINISH and not self._is_cut:
            if action is Action.SEND:
                await self._send(way)
            action = await self._wait()
        return self._ending()

    def hear(self, received: Received, answer: Outgoing | None) -> None:
        """Take a packet of the unit, whether it belongs to the exchange or not, and what it is answered with."""
        if self._is_live(received.packet):
            return
        action = self._exchange.on_packet(received.packet)
        if action is Action.IGNORE:
            return
        part = Part.STRAY if action is Action.WRONG_QN else PARTS.get(received.packet.cn, Part.DATA)
        self._tell(step_up(received, self._clock.now_ms(), part))
        if answer is not None:
            self._tell(step_down(answer, self._clock.now_ms(), Part.ANSWER))
        if action is not Action.WRONG_QN:
            self._rearm()
            self._stirred.set()

    def cut(self) -> None:
        """Note that the connection has ended."""
        self._is_cut = True
        self._stirred.set()

    async def _send(self, way: Way) -> None:
        await way.keep(self._spoken)
        self._exchange.sent()  # before the bytes leave: the answer may come while they do
        self._rearm()
        self._tell(step_down(self._spoken, self._clock.now_ms(), Part.REQUEST, self._exchange.sendings))
        await way.write(self._spoken.raw)

    async def _wait(self) -> Action:
        """Wait until something is heard or the time is up, and say what comes next."""
        try:
            async with asyncio.timeout_at(self._deadline_s):
                await self._stirred.wait()
        except TimeoutError:
            if not self._stirred.is_set():
                self._is_overdue = self._exchange.state is State.EXECUTING
                return self._exchange.on_timeout()
        self._stirred.clear()
        return Action.FINISH if self._exchange.state in ENDINGS else Action.WAIT

    def _rearm(self) -> None:
        self._deadline_s = self._clock.monotonic_s() + self._exchange.timeout_s
        if self._exchange.state is State.EXECUTING:
            self._deadline_s = min(self._deadline_s, self._latest_s)

    def _is_live(self, packet: Packet) -> bool:
        """Tell whether a packet is the unit's own upload of now, although its command is the one asked for."""
        if is_interaction(packet.cn):
            return False
        asked = self._exchange.packet
        begin, end = (parse_data_time(asked.first(name) or "") for name in ("BeginTime", "EndTime"))
        if begin is None or end is None:
            # Without a span there is one reply, which has the QN of the request; in 2005 there is none to compare.
            return packet.cn in SWITCHED_ON or (packet.needs_answer and packet.qn not in (None, asked.qn))
        label = parse_data_time((packet.first("DataTime") or "")[:14])
        # Units answer with the period that holds BeginTime, so a label outside alone does not prove it.
        return packet.needs_answer and label is not None and not begin <= label <= end

    def _ending(self) -> Ending:
        outcome = ENDINGS.get(self._exchange.state)
        if outcome is None or self._is_overdue:
            return Ending(Outcome.OVERDUE if self._is_overdue else Outcome.LOST)
        return Ending(outcome, self._exchange.code)
