"""Who owes whom an answer: the state machines of an exchange as tables (HJ 212-2017 clauses 6.1, 6.2 and 6.4).

Everything that decides about states is in the two tables below. The classes only find out which signal something is:
they compare QNs, count resends and read result codes. There is no clock: ``timeout_s`` says how long to wait now, and
the shell says when it has.

An upload or a notice (clause 6.4.2, 6.4.3)::

    IDLE --sent--> WAITING --receipt--> DONE
                   WAITING --refusal--> REFUSED      a 9011 with a QnRtn other than 1: not in the standard, but definite
                   WAITING --time-out--> WAITING     sent again with the same QN
                   WAITING --time-out, no resend left--> GIVEN_UP

A request (clause 6.4.1)::

    IDLE --sent--> WAITING --9011, 1--> EXECUTING --9012, 1--> DONE
                   WAITING --9011, other--> REFUSED        EXECUTING --9012, other--> FAILED
                   WAITING --time-out--> as above          EXECUTING --time-out--> FAILED, never sent again
"""

from collections.abc import Mapping
from enum import Enum

from dau.hj212.commands import is_interaction
from dau.hj212.errors import LocalError
from dau.hj212.interaction import answered_qn, result_code
from dau.hj212.packet import Packet


class State(Enum):
    """Where an exchange stands. The last four are final."""

    IDLE = "idle"
    WAITING = "waiting"
    EXECUTING = "executing"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    GIVEN_UP = "given up"


class Signal(Enum):
    """What can happen to an exchange."""

    SENT = "sent"
    SENT_UNANSWERED = "sent, no answer wanted"
    RECEIPT = "receipt"
    REFUSAL = "refusal"
    DATA = "data"
    RESULT = "result"
    FAILURE = "failure"
    TIMEOUT = "time-out"
    LAST_TIMEOUT = "time-out without a resend left"


class Action(Enum):
    """What the shell does next."""

    WAIT = "wait"  # for timeout_s from now
    SEND = "send again"  # the same packet with the same QN, then call sent()
    FINISH = "finish"  # the exchange is over, see state
    WRONG_QN = "wrong QN"  # an answer to something else: keep waiting as before, and report it
    IGNORE = "ignore"  # not part of this exchange: keep waiting as before


Table = Mapping[tuple[State, Signal], tuple[State, Action]]

UPLOAD: Table = {
    (State.IDLE, Signal.SENT): (State.WAITING, Action.WAIT),
    (State.IDLE, Signal.SENT_UNANSWERED): (State.DONE, Action.FINISH),
    (State.WAITING, Signal.SENT): (State.WAITING, Action.WAIT),
    (State.WAITING, Signal.RECEIPT): (State.DONE, Action.FINISH),
    (State.WAITING, Signal.REFUSAL): (State.REFUSED, Action.FINISH),
    (State.WAITING, Signal.TIMEOUT): (State.WAITING, Action.SEND),
    (State.WAITING, Signal.LAST_TIMEOUT): (State.GIVEN_UP, Action.FINISH),
}

REQUEST: Table = {
    (State.IDLE, Signal.SENT): (State.WAITING, Action.WAIT),
    (State.WAITING, Signal.SENT): (State.WAITING, Action.WAIT),
    (State.WAITING, Signal.RECEIPT): (State.EXECUTING, Action.WAIT),
    (State.WAITING, Signal.REFUSAL): (State.REFUSED, Action.FINISH),
    (State.WAITING, Signal.TIMEOUT): (State.WAITING, Action.SEND),
    (State.WAITING, Signal.LAST_TIMEOUT): (State.GIVEN_UP, Action.FINISH),
    (State.EXECUTING, Signal.DATA): (State.EXECUTING, Action.WAIT),
    (State.EXECUTING, Signal.RESULT): (State.DONE, Action.FINISH),
    (State.EXECUTING, Signal.FAILURE): (State.FAILED, Action.FINISH),
    (State.EXECUTING, Signal.TIMEOUT): (State.FAILED, Action.FINISH),
    (State.EXECUTING, Signal.LAST_TIMEOUT): (State.FAILED, Action.FINISH),
}


class Exchange:
    """One upload or notice and its receipt, seen from its sender.

    Attributes:
        packet: what is sent, every time with the same QN.
        state: where the exchange stands.
        code: the QnRtn or ExeRtn that ended it, None if none did.
        sendings: how often the packet has been sent.
    """

    _table = UPLOAD

    def __init__(self, packet: Packet, *, timeout_s: float = 10.0, resends: int = 3, receipt: str = "9014") -> None:
        """``receipt`` is the answer expected: 9014 for an upload, 9013 for a notice, which is always answered."""
        self.packet = packet
        self.state = State.IDLE
        self.code: int | None = None
        self.sendings = 0
        self._timeout_s = timeout_s
        self._resends = resends
        self._receipt = receipt

    @property
    def timeout_s(self) -> float:
        """How long to wait in this state, in seconds."""
        return self._timeout_s

    def sent(self) -> Action:
        """The packet has been handed to the link."""
        signal = Signal.SENT if self.packet.needs_answer else Signal.SENT_UNANSWERED
        action = self._step(signal)
        self.sendings += 1
        return action

    def on_timeout(self) -> Action:
        """``timeout_s`` has passed without an action other than IGNORE or WRONG_QN."""
        return self._step(Signal.TIMEOUT if self.sendings <= self._resends else Signal.LAST_TIMEOUT)

    def on_packet(self, packet: Packet) -> Action:
        """A packet has arrived on the link; it need not have to do with this exchange."""
        signal = self._signal_of(packet)
        if signal is None or (self.state, signal) not in self._table:
            return Action.IGNORE
        if answered_qn(packet) != self.packet.qn and not self._is_data(packet):
            return Action.WRONG_QN
        self.code = result_code(packet)
        return self._step(signal)

    def _signal_of(self, packet: Packet) -> Signal | None:
        """Return what the packet would be if its QN were right, None if nothing."""
        if packet.cn == self._receipt:
            return Signal.RECEIPT
        if packet.cn == "9011" and result_code(packet) not in (None, 1):
            return Signal.REFUSAL
        return None

    def _is_data(self, packet: Packet) -> bool:
        return not is_interaction(packet.cn)

    def _step(self, signal: Signal) -> Action:
        found = self._table.get((self.state, signal))
        if found is None:
            raise LocalError(f"exchange of {self.packet.cn}: {signal.value} while {self.state.value} is not allowed")
        self.state, action = found
        return action


class Request(Exchange):
    """One request, its handshake 9011, its data if any, and its result 9012, seen from its sender (the platform).

    Data of the same command and MN between 9011 and 9012 belong to the request, whatever their QN: history records
    have their own. Each starts the execution time-out anew.
    """

    _table = REQUEST

    def __init__(
        self, packet: Packet, *, timeout_s: float = 10.0, resends: int = 3, execution_timeout_s: float = 60.0
    ) -> None:
        super().__init__(packet, timeout_s=timeout_s, resends=resends, receipt="9011")
        self._execution_timeout_s = execution_timeout_s

    @property
    def timeout_s(self) -> float:
        """How long to wait in this state, in seconds: the execution time-out once the unit has accepted."""
        return self._execution_timeout_s if self.state is State.EXECUTING else self._timeout_s

    def sent(self) -> Action:
        """The request has been handed to the link; it is always answered, whatever its Flag says."""
        action = self._step(Signal.SENT)
        self.sendings += 1
        return action

    def _signal_of(self, packet: Packet) -> Signal | None:
        if packet.cn == "9011":
            return Signal.RECEIPT if result_code(packet) == 1 else Signal.REFUSAL
        if packet.cn == "9012":
            return Signal.RESULT if result_code(packet) == 1 else Signal.FAILURE
        if packet.cn == self.packet.cn and packet.mn == self.packet.mn:
            return Signal.DATA
        return None
