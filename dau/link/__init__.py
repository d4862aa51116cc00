"""Byte pipes to instruments and platforms: the only place of the unit that opens ports and client sockets.

A serial port is dialled through `dau.link.serial`, imported where it is needed: it brings a library along.
"""

from dau.link.memory import MemoryPipe, dial_memory, pipe_pair
from dau.link.pipe import Dial, LinkError, LinkLost, LinkRefused, Pipe, PortBusy, PortMissing
from dau.link.tcp import TcpPipe, dial_tcp

__all__ = [
    "Dial",
    "LinkError",
    "LinkLost",
    "LinkRefused",
    "MemoryPipe",
    "Pipe",
    "PortBusy",
    "PortMissing",
    "TcpPipe",
    "dial_memory",
    "dial_tcp",
    "pipe_pair",
]
