"""What a byte pipe is: the only thing the rest of the unit knows about ports and sockets."""

from typing import Protocol

from dau.errors import DauError


class LinkError(DauError):
    """Bytes cannot travel: the message names the port or address, what was seen and what was expected."""


class PortMissing(LinkError):
    """The port does not exist. Example: the USB adapter is unplugged."""


class PortBusy(LinkError):
    """The port exists but another program holds it. Example: a vendor tool is still running."""


class LinkRefused(LinkError):
    """The other end cannot be reached. Example: nobody listens, no route, connecting timed out."""


class LinkLost(LinkError):
    """An open pipe broke. Example: cable pulled, connection reset by the platform."""


class Pipe(Protocol):
    """An open two-way stream of bytes without message borders."""

    @property
    def name(self) -> str:
        """Where the pipe leads, for messages: ``/dev/ttyUSB0`` or ``10.0.0.7:502``."""

    async def read(self) -> bytes:
        """Wait for bytes and return all that have arrived; ``b""`` means that the other end closed in order.

        Raises:
            LinkLost: the pipe broke.
        """

    async def write(self, data: bytes) -> None:
        """Send all of ``data``; returns when the system has taken it.

        Raises:
            LinkLost: the pipe broke.
        """

    async def close(self) -> None:
        """Release the port or socket. Never raises; closing twice is allowed."""


class Dial(Protocol):
    """A way to open one particular pipe, again and again."""

    async def __call__(self) -> Pipe:
        """Open the pipe.

        Raises:
            PortMissing, PortBusy, LinkRefused: see the classes.
        """
