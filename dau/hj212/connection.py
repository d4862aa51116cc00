"""One end of a link: what a role may send, and what arrives checked for its direction."""

from dataclasses import replace

from dau.hj212.commands import Role, command, shall_encrypt
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2017, Dialect, Edition
from dau.hj212.errors import LocalError
from dau.hj212.frame import Event, Received, encode
from dau.hj212.packet import Packet
from dau.hj212.reader import FrameReader
from dau.hj212.sealing import NO_KEYS, AreaCipher, Keys


class Connection:
    """A FrameReader that knows which end it is; the two ends of a link are the two roles.

    A command that the edition gives only to the other end is not sent; one that arrives from the wrong end is delivered
    with ``Deviation.DIRECTION``. Numbers the edition does not list pass both ways. Where there is a key, what the
    edition wants encrypted is sent encrypted with the current one.
    """

    def __init__(self, role: Role, dialect: Dialect = HJ2017, keys: Keys = NO_KEYS) -> None:
        self._role = role
        self._dialect = dialect
        self._keys = keys
        self._reader = FrameReader(dialect, keys)

    @property
    def pending_at(self) -> int | None:
        """See ``FrameReader.pending_at``."""
        return self._reader.pending_at

    def send(self, packet: Packet) -> bytes:
        """Return the frame of ``packet``.

        Raises:
            LocalError: this end never sends that command, or the packet cannot be written.
        """
        row = command(packet.cn, self._dialect.edition)
        if row and not _may_send(self._role, packet.cn, self._dialect.edition):
            raise LocalError(f"command {packet.cn} ({row.en}) is not sent by the {self._role.value}")
        return encode(packet, self._dialect, self._cipher(packet))

    def _cipher(self, packet: Packet) -> AreaCipher | None:
        if not shall_encrypt(packet.cn, self._role, self._dialect):
            return None
        return next(iter(self._keys.ciphers(packet.mn)), None)

    def receive(self, data: bytes) -> list[Event]:
        """See ``FrameReader.receive``."""
        return self._checked(self._reader.receive(data))

    def receive_end(self) -> list[Event]:
        """See ``FrameReader.receive_end``."""
        return self._checked(self._reader.receive_end())

    def give_up(self) -> list[Event]:
        """See ``FrameReader.give_up``."""
        return self._checked(self._reader.give_up())

    def _checked(self, events: list[Event]) -> list[Event]:
        return [self._check_direction(event) if isinstance(event, Received) else event for event in events]

    def _check_direction(self, received: Received) -> Received:
        sender = Role.PLATFORM if self._role is Role.UNIT else Role.UNIT
        if _may_send(sender, received.packet.cn, received.edition):
            return received
        return replace(received, deviations=(*received.deviations, Deviation.DIRECTION))


def _may_send(sender: Role, cn: str, edition: Edition) -> bool:
    """Tell whether the edition gives the command to that end, or does not list it."""
    row = command(cn, edition)
    return row is None or edition not in row.editions or row.kind(sender) is not None
