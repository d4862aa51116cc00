"""Values into registers and out again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client import ModbusTcpClient

from simulator.instruments.encoding import NumberType, WordOrder, decode, encode

ABCD, CDAB = WordOrder.ABCD, WordOrder.CDAB


@pytest.mark.parametrize(
    ("value", "kind", "order", "step", "words"),
    [
        (7.126, NumberType.I16, ABCD, "0.01", (713,)),
        (-0.12, NumberType.I16, ABCD, "0.001", (0x10000 - 120,)),
        (99999.0, NumberType.U16, ABCD, "0.1", (0xFFFF,)),
        (-3.0, NumberType.U16, ABCD, "0.1", (0,)),
        (70000.0, NumberType.U32, ABCD, "1", (1, 4464)),
        (1.0, NumberType.F32, ABCD, "0.1", (0x3F80, 0)),
        (1.0, NumberType.F32, CDAB, "0.1", (0, 0x3F80)),
    ],
)
def test_known_registers(value: float, kind: NumberType, order: WordOrder, step: str, words: tuple[int, ...]) -> None:
    assert encode(value, kind, order, Decimal(step)) == words


@given(st.integers(-32768, 32767), st.sampled_from(["0.1", "0.01", "0.001"]))
def test_an_integer_register_carries_the_nearest_double(count: int, step: str) -> None:
    value = float(count * Decimal(step))
    assert decode(encode(value, NumberType.I16, ABCD, Decimal(step)), NumberType.I16, ABCD, Decimal(step)) == value


@given(st.integers(0, 50000), st.sampled_from(list(WordOrder)))
def test_a_float_register_reads_the_same_for_an_independent_client(count: int, order: WordOrder) -> None:
    words = encode(count / 100, NumberType.F32, order, Decimal("0.01"))
    big_first = list(words if order is ABCD else words[::-1])
    theirs = ModbusTcpClient.convert_from_registers(big_first, ModbusTcpClient.DATATYPE.FLOAT32)
    assert decode(words, NumberType.F32, order, Decimal("0.01")) == theirs
