"""One end of a link: what a role may send, and what arrives checked for its direction."""

from dataclasses import replace

from dau.hj212.commands import COMMANDS, Role
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import HJ2017, Dialect
from dau.hj212.errors import LocalError
from dau.hj212.frame import Event, Received, encode
from dau.hj212.packet import Packet
from dau.hj212.reader import FrameReader


class Connection:
    """A FrameReader that knows which end it is; the two ends of a link are the two roles.

    A command that table 9 gives only to the other end is not sent; one that arrives from the wrong end is delivered
    with ``Deviation.DIRECTION``. Numbers the table does not have pass both ways.
    """

    def __init__(self, role: Role, dialect: Dialect = HJ2017) -> None:
        self._role = role
        self._dialect = dialect
        self._reader = FrameReader(dialect)

    @property
    def pending_at(self) -> int | None:
        """See ``FrameReader.pending_at``."""
        return self._reader.pending_at

    def send(self, packet: Packet) -> bytes:
        """Return the frame of ``packet``.

        Raises:
            LocalError: this end never sends that command, or the packet cannot be written.
        """
        command = COMMANDS.get(packet.cn)
        if command and command.kind(self._role) is None:
            raise LocalError(f"command {packet.cn} ({command.en}) is not sent by the {self._role.value}")
        return encode(packet, self._dialect)

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
        command = COMMANDS.get(received.packet.cn)
        if command is None or command.kind(sender):
            return received
        return replace(received, deviations=(*received.deviations, Deviation.DIRECTION))
