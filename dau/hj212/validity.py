"""Holds a packet against the table of commands: may this end send it, and is everything in it that belongs there.

What a reader notes in passing (``Received.deviations``) is about the form of any packet; this is about the command.
"""

from dau.hj212.area import Finding
from dau.hj212.command_row import Role
from dau.hj212.commands import command, shall_encrypt
from dau.hj212.deviation import Deviation
from dau.hj212.dialect import Dialect, dialect, edition_of
from dau.hj212.packet import Packet
from dau.hj212.sealing import GROUP


def validate(
    packet: Packet, sender: Role, rules: Dialect | None = None, *, is_encrypted: bool = True
) -> tuple[Finding, ...]:
    """Return what the packet does otherwise than its command provides for; ``rules`` default to those its Flag claims.

    Reading stays tolerant: whoever receives decides what a finding is worth. A handler of commands refuses a request
    with one, a receiver of data records it. Say ``is_encrypted=False`` to hear of plaintext that should be encrypted.
    """
    chosen = rules or dialect(edition_of(packet.flag))
    row = command(packet.cn, chosen.edition)
    if row is None:
        return (Finding(Deviation.COMMAND_UNKNOWN),)
    area = row.area(sender)
    if area is None:
        return (Finding(Deviation.DIRECTION),)
    found = area.findings(packet.cp)
    if not is_encrypted and shall_encrypt(packet.cn, sender, chosen) and _size(packet) >= GROUP:
        return (*found, Finding(Deviation.NOT_ENCRYPTED))
    return found


def _size(packet: Packet) -> int:
    """Return the bytes of the data area as it would be written."""
    pairs = [f"{name}={value}" for item in packet.cp for name, value in item]
    return len(";".join(pairs).encode("utf-8", "replace"))
