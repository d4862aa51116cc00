"""What the machine tells of itself: CPU and network cards, with which a new unit identifies itself (1001, table B.10).

What the settings say comes first. A serial number or CPU number that the machine does not have is derived from its
machine-id, which by itself must not leave the machine: the same on this machine always, and on no other.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SERIAL, CPU, FIRST_MAC, SECOND_MAC = IDENTITY = ("i23005", "i23006", "i23007", "i23008")
"""Serial number, CPU and two MAC addresses of a unit (HJ 212-2025 table B.10), in the order of 1001."""

_CPU_SERIAL: Final = re.compile(r"^Serial\s*:\s*([0-9A-Fa-f]{8,32})\s*$", re.MULTILINE)
_MAC: Final = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")
_DERIVED_DIGITS: Final = {SERIAL: 24, CPU: 16}


@dataclass(frozen=True, slots=True)
class Card:
    """A network card: its name, its address as the system writes it, and whether it is more than software."""

    name: str
    address: str
    is_hardware: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """The texts in which the system tells of the machine; empty where it does not."""

    cpu: str = ""
    machine_id: str = ""
    cards: tuple[Card, ...] = ()


def read_machine(root: Path = Path("/")) -> Machine:
    """Read what the system under ``root`` tells; what cannot be read is empty."""
    folder = root / "sys/class/net"
    names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    return Machine(
        cpu=_text(root / "proc/cpuinfo"),
        machine_id=_text(root / "etc/machine-id").strip(),
        cards=tuple(
            Card(name, _text(folder / name / "address").strip(), (folder / name / "device").exists()) for name in names
        ),
    )


def identity_of(machine: Machine, declared: Mapping[str, str]) -> Mapping[str, str]:
    """Return the identity by code of table B.10: what is declared, and from the machine what is not.

    An item that is neither declared nor known is missing.
    """
    found = re.search(_CPU_SERIAL, machine.cpu)
    cpu = found[1].upper() if found and found[1].strip("0") else _derived(CPU, machine.machine_id)
    known = {SERIAL: _derived(SERIAL, machine.machine_id), CPU: cpu}
    known |= dict(zip((FIRST_MAC, SECOND_MAC), _addresses(machine), strict=False))
    return {code: value for code, value in sorted({**known, **declared}.items()) if value}


def _addresses(machine: Machine) -> list[str]:
    """Return the addresses of the cards as bare digits, those of real cards first."""
    ordered = sorted(machine.cards, key=lambda card: (not card.is_hardware, card.name))
    addresses = [card.address.replace(":", "").upper() for card in ordered if _MAC.fullmatch(card.address)]
    return [each for each in dict.fromkeys(addresses) if each.strip("0")]


def _derived(code: str, machine_id: str) -> str:
    if not machine_id:
        return ""
    return hashlib.sha256(f"{code} {machine_id}".encode()).hexdigest()[: _DERIVED_DIGITS[code]].upper()


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""
