"""Byte pipes to instruments and platforms: the only place of the unit that opens ports and client sockets."""

from dau.link.pipe import Dial, LinkError, LinkLost, LinkRefused, Pipe, PortBusy, PortMissing

__all__ = ["Dial", "LinkError", "LinkLost", "LinkRefused", "Pipe", "PortBusy", "PortMissing"]
