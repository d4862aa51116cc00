"""The visitor's side of a receiver's door: gives an order to a receiver that runs in another process."""

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from dau.link import LinkLost, LinkRefused
from dau.receiver.door import door_of, short_address
from dau.receiver.door_lines import order_line, read_told
from dau.receiver.orders import Ending, Order, Told


def give_order(database: Path, order: Order) -> Iterator[Told | Ending]:
    """Give an order to the receiver that writes ``database``; yield each step when it happens, the ending last.

    Raises:
        LinkRefused: no receiver runs there, or it is another user's.
        LinkLost: the receiver ended before the order did.
        BadLine: the receiver says what this program does not know.
    """
    path = door_of(database)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            with short_address(path) as address:
                door.connect(address)
        except OSError as error:
            reasons = {errno.ENOENT: "there is no door", errno.ECONNREFUSED: "nobody is behind the door"}
            reason = reasons.get(error.errno or 0, os.strerror(error.errno or 0))
            raise LinkRefused(f"no receiver that writes {database} can be reached at {path}: {reason}") from error
        try:
            with suppress(BrokenPipeError):  # who is turned away is told so before it has said anything
                door.sendall(order_line(order))
            with door.makefile("rb") as lines:
                for line in lines:
                    told = read_told(line)
                    yield told
                    if isinstance(told, Ending):
                        return
        except OSError as error:
            raise LinkLost(f"the receiver at {path} broke off: {error.strerror}") from error
    raise LinkLost(f"the receiver at {path} ended before the order did")
