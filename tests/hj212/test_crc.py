"""The fast checksum against the definition, bit by bit, and the check values of the reference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.hj212 import Crc, crc212, crc_modbus
from dau.hj212.crc import crc_of
from tests.hj212.framing import by_definition

SEGMENT = b"QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"


@pytest.mark.parametrize(
    ("data", "crc"),
    [(b"", 0xFFFF), (b"\x00", 0x4040), (b"123456789", 0x2F80), (SEGMENT, 0x1C80)],
)
def test_check_values(data: bytes, crc: int) -> None:
    assert crc212(data) == by_definition(data) == crc


@given(st.binary(max_size=2000))
def test_agrees_with_the_definition(data: bytes) -> None:
    assert crc212(data) == by_definition(data)


@pytest.mark.parametrize("size", [*range(1, 20), 63, 64, 65, *range(248, 266), 511, 512, 513, 1023, 1024, 1025, 4096])
def test_agrees_at_every_border_of_the_folding(size: int) -> None:
    data = bytes(7 * place + size & 0xFF for place in range(size))
    assert crc212(data) == by_definition(data)


@given(st.binary(min_size=1, max_size=64))
def test_low_byte_is_one_of_eight(data: bytes) -> None:
    assert crc212(data) & 0xFF in {0x00, 0x01, 0x40, 0x41, 0x80, 0x81, 0xC0, 0xC1}


def test_modbus_check_values() -> None:
    assert crc_modbus(b"123456789") == 0x4B37
    assert crc_of(Crc.MODBUS, SEGMENT) == 0x0759
    assert crc_of(Crc.MODBUS_SWAPPED, SEGMENT) == 0x5907
    assert crc_of(Crc.HJ212, SEGMENT) == 0x1C80
