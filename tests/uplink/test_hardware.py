"""What the machine tells of itself, from the texts of real systems."""

import hashlib
from pathlib import Path
from typing import Final

import pytest

from dau.uplink.hardware import Card, Machine, identity_of, read_machine

ARM: Final = "processor\t: 0\nmodel name\t: ARMv7\n\nHardware\t: BCM2835\nSerial\t\t: 00000000a800200a\nModel\t\t: Pi\n"
AMD64: Final = "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Atom(TM)\n"
ID: Final = "b08dfa6083e7567a1921a715000001fb"
CARDS: Final = (
    Card("docker0", "02:42:ac:11:00:02", is_hardware=False),
    Card("eth0", "e8:6a:64:3c:7b:bc", is_hardware=True),
    Card("eth1", "a7:63:74:2c:1a:e1", is_hardware=True),
    Card("lo", "00:00:00:00:00:00", is_hardware=False),
    Card("ppp0", "", is_hardware=False),
)


def test_a_machine_that_knows_its_cpu_and_its_cards() -> None:
    identity = identity_of(Machine(ARM, ID, CARDS), {"i23005": "6970000000001ABCDEFG1234"})
    assert identity == {
        "i23005": "6970000000001ABCDEFG1234",
        "i23006": "00000000A800200A",
        "i23007": "E86A643C7BBC",
        "i23008": "A763742C1AE1",
    }


def test_what_is_not_known_is_derived_from_the_machine_id_which_stays_here() -> None:
    identity = identity_of(Machine(AMD64, ID, CARDS[:2]), {})
    digest = hashlib.sha256(f"i23005 {ID}".encode()).hexdigest()[:24].upper()
    assert identity["i23005"] == digest
    assert len(identity["i23006"]) == 16
    assert (identity["i23007"], identity["i23008"]) == ("E86A643C7BBC", "0242AC110002")
    assert ID.upper() not in "".join(identity.values())
    assert identity == identity_of(Machine(AMD64, ID, CARDS[:2]), {})
    assert identity["i23006"] != identity_of(Machine(AMD64, ID[::-1]), {})["i23006"]


@pytest.mark.parametrize("cpu", ["Serial : 0000000000000000\n", "Serial : none\n", "a Serial : 00000000a800200a\n"])
def test_a_serial_that_says_nothing_is_none(cpu: str) -> None:
    assert identity_of(Machine(cpu), {}) == {}


def test_what_is_declared_comes_first() -> None:
    declared = {"i23006": "A800200A8C6D", "i23007": "000000000001"}
    assert identity_of(Machine(ARM, "", CARDS), declared) == {**declared, "i23008": "A763742C1AE1"}


def test_reading_a_system(tmp_path: Path) -> None:
    files = {
        "proc/cpuinfo": ARM,
        "etc/machine-id": f"{ID}\n",
        "sys/class/net/eth0/address": "e8:6a:64:3c:7b:bc\n",
        "sys/class/net/eth0/device/vendor": "0x8086\n",
        "sys/class/net/lo/address": "00:00:00:00:00:00\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert read_machine(tmp_path) == Machine(ARM, ID, (CARDS[1], CARDS[3]))


def test_a_system_that_tells_nothing(tmp_path: Path) -> None:
    assert read_machine(tmp_path) == Machine()


def test_this_very_machine_can_be_read() -> None:
    assert all(value.isalnum() and value.isascii() for value in identity_of(read_machine(), {}).values())
