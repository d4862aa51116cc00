"""What somebody may ask a unit through the receiver, and how it is told what becomes of it (HJ 212-2017 clause 6.4)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dau.hj212 import (
    SECRETS,
    Command,
    Content,
    Deviation,
    Edition,
    Exchange,
    Kind,
    LocalError,
    Packet,
    Pair,
    Received,
    Request,
    command,
    dialect,
    edition_of,
    flag_of,
    is_interaction,
)
from dau.receiver.journal import Direction

STARS: Final = "***"

SERIAL: Final = "i23005-Info"
"""Where a unit without an MN says what it is called (HJ 212-2025 tables C.2, C.3)."""

FLAG_2005: Final = 3
"""What platforms of 2005 put into requests: an answer wanted, and the bit for sub-packets although none are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One request or notice that a unit shall get.

    Attributes:
        mn, cn, cp: header and content of the packet. What the receiver puts in itself may be left out: the time of
            1012, and the new key of 1014 must be.
        pw, st: None for what the unit itself sent last.
        via: the MN under which the unit is known, if it is not ``mn``: 1002 gives a new one.
        timeout_s: how long to wait for the 9011 or 9013.
        resends: how often to send again when it does not come.
        execution_timeout_s: how long to wait for the first data or the 9012, then for each next.
        is_as_given: the content is sent as it is, not in the form of the official example.
    """

    mn: str
    cn: str
    cp: Content = field(default=(), repr=False)
    pw: str | None = field(default=None, repr=False)
    st: str | None = None
    via: str | None = None
    timeout_s: float = 10.0
    resends: int = 3
    execution_timeout_s: float = 60.0
    is_as_given: bool = False

    @property
    def unit(self) -> str:
        """The MN under which the unit is known."""
        return self.mn if self.via is None else self.via

    @property
    def serial(self) -> str:
        """The serial number of the unit that shall get an MN, '' if the order names none."""
        return next((value for item in self.cp for name, value in item if name == SERIAL), "")


@dataclass(frozen=True, slots=True)
class Manner:
    """How a unit speaks: what its newest packet that was not an answer had in its header."""

    st: str | None
    pw: str | None = field(repr=False)
    version: int
    edition: Edition


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A packet of ours with its frame."""

    packet: Packet
    edition: Edition
    raw: bytes = field(repr=False)


class Part(StrEnum):
    """What a packet is in the exchange it belongs to."""

    REQUEST = "request"
    RECEIPT = "receipt"
    DATA = "data"
    ANSWER = "answer"
    RESULT = "result"
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Step:
    """One packet of an exchange, fit to be shown: secrets are stars.

    Attributes:
        at_ms: when it was sent or came, milliseconds UTC.
        sending: how often the request has been sent now; 0 for other packets.
        header: its fields in their order.
    """

    at_ms: int
    direction: Direction
    part: Part
    edition: str
    header: tuple[Pair, ...]
    cp: Content
    deviations: tuple[str, ...] = ()
    sending: int = 0

    @property
    def cn(self) -> str:
        """The command, '' if there is none."""
        return dict(self.header).get("CN", "")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Others are asking the same connection; the order has its turn after them."""

    before: int


Told = Step | Waiting
Tell = Callable[[Told], None]


class Outcome(StrEnum):
    """How an order ended."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    OVERDUE = "overdue"
    GIVEN_UP = "given up"
    LOST = "lost"
    UNKNOWN = "unknown"
    AWAY = "away"
    BUSY = "busy"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an order: ``code`` is the QnRtn or ExeRtn, ``detail`` what else is known, in words or as a time."""

    outcome: Outcome
    code: int | None = None
    detail: str = ""


def manner_of(received: Received) -> Manner | None:
    """Return how the sender speaks; None for an answer, which only echoes what it was asked with."""
    packet = received.packet
    if is_interaction(packet.cn):
        return None
    return Manner(packet.st, packet.pw, packet.version, received.edition)


def packet_for(order: Order, manner: Manner, qn: str) -> Packet:
    """Return the packet that carries out an order, as the unit with this manner is used to it.

    Raises:
        LocalError: it cannot be asked by a platform, its content is not that of the command, or the unit never said
        what the header needs.
    """
    if kind_of(order.cn, manner.edition) not in (Kind.REQUEST, Kind.NOTICE):
        raise LocalError(f"command {order.cn} is not sent by the platform, expected a request or a notice")
    st = order.st or manner.st
    if not st:
        raise LocalError(f"unit {order.unit} has sent no ST, expected one with the order")
    pw = manner.pw if order.pw is None else order.pw
    old = manner.edition is Edition.E2005
    flag = FLAG_2005 if old else flag_of(manner.version, answer=True)
    content = order.cp if order.is_as_given else content_of(order.cp, command(order.cn, manner.edition))
    return Packet(qn=qn, st=st, cn=order.cn, pw=pw or "", mn=order.mn, flag=flag, cp=content)


def content_of(given: Content, row: Command | None) -> Content:
    """Return a content in the order and with the separators of the official example of its command.

    Where values of factors belong into it, and for commands of no table, it is left as it was given.

    Raises:
        LocalError: something is missing, stands twice or has no place there.
    """
    if row is None or row.asked is None:
        return given
    area = row.asked
    if area.is_open or any(field.is_attribute for field in area.fields):
        wrong = [each for each in area.findings(given) if each.deviation is not Deviation.FIELD_VALUE]
        if wrong:
            raise LocalError(f"CP: {wrong[0].deviation.value}: {wrong[0].name}, expected {area.notation}")
        return given
    pairs = [pair for item in given for pair in item]
    if len(dict(pairs)) < len(pairs):
        raise LocalError(f"CP: a name twice, expected {area.notation or 'nothing'}")
    return area.content(dict(pairs))


def exchange_for(order: Order, packet: Packet) -> Exchange:
    """Return the rules by which the packet of an order is answered."""
    if kind_of(order.cn, edition_of(packet.flag)) is Kind.NOTICE:
        return Exchange(packet, timeout_s=order.timeout_s, resends=order.resends, receipt="9013")
    return Request(
        packet, timeout_s=order.timeout_s, resends=order.resends, execution_timeout_s=order.execution_timeout_s
    )


def new_password(order: Order) -> str | None:
    """Return the password that a unit has after it carried out the order, None if it keeps the one it has (1072)."""
    given = {name: value for item in order.cp for name, value in item}
    return given.get("NewPW", given.get("PW")) if order.cn == "1072" else None


def kind_of(cn: str, edition: Edition) -> Kind | None:
    """Return what a command is when the platform sends it to a unit of that edition.

    Numbers that the edition does not have are requests, as provinces use them.
    """
    row = command(cn, edition)
    return row.down if row else Kind.REQUEST


def without_secrets(content: Content) -> Content:
    """Return the content with stars for what nobody is shown."""
    return tuple(tuple((name, STARS if name in SECRETS else value) for name, value in item) for item in content)


def without_secrets_of(order: Order, said: str) -> str:
    """Return a sentence about an order with stars for the secrets that it quotes."""
    given = [value for item in order.cp for name, value in item if name in SECRETS]
    for secret in (order.pw, *given):
        for quoted in (secret, repr(secret)[1:-1]) if secret else ():
            said = said.replace(quoted, STARS)
    return said


def step_up(received: Received, at_ms: int, part: Part) -> Step:
    """Return what may be shown of a packet that came."""
    [header] = without_secrets((received.header,))
    deviations = tuple(deviation.value for deviation in received.deviations)
    content = without_secrets(received.packet.cp)
    return Step(at_ms, Direction.UP, part, received.edition.value, header, content, deviations)


def step_down(sent: Outgoing, at_ms: int, part: Part, sending: int = 0) -> Step:
    """Return what may be shown of a packet that is sent."""
    packet = sent.packet
    fields = ((name, getattr(packet, name.lower(), None)) for name in dialect(sent.edition).order)
    printed = tuple((name, str(value)) for name, value in fields if value is not None)
    [header] = without_secrets(((*printed, *packet.extra),))
    return Step(at_ms, Direction.DOWN, part, sent.edition.value, header, without_secrets(packet.cp), sending=sending)
