"""Numbers in registers: recorded vectors, pymodbus' converters as a second opinion, exact scaling."""

import csv
import math
import random
import struct
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.client.mixin import ModbusClientMixin

from drivers.modbus_map.decode import Decoder
from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.options import Point
from drivers.modbus_map.requests import Table
from drivers.modbus_map.scaling import converter

VECTORS = Path(__file__).with_name("decode-vectors.csv")


def decode(data: bytes, read: Extent | None = None, **keys: Any) -> float | None:
    """Return the value of one point that begins at address 0 unless ``keys`` say otherwise."""
    point = Point.model_validate({"channel": "c", "address": 0, **keys})
    extent = read or Extent(point.table, 0, max(1, len(data) // 2))
    (number,) = Decoder(extent, [point], Order.ABCD).numbers(data)
    return converter(point, extent)(number)


def plain_vectors() -> list[tuple[str, str, bytes, float]]:
    with VECTORS.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["type"] in set(Type)]
    orders = {"": "ABCD", "ABCDEFGH": "ABCD", "BA": "BADC"}
    return [
        (
            row["type"],
            orders.get(row["order"], row["order"]),
            bytes.fromhex(row["registers_hex"]),
            float(row["value"]),
        )
        for row in rows
    ]


@pytest.mark.parametrize(("kind", "order", "data", "value"), plain_vectors())
def test_vectors(kind: str, order: str, data: bytes, value: float) -> None:
    assert decode(data, type=kind, order=order) == value


def test_all_plain_vectors_were_read() -> None:
    assert len(plain_vectors()) == 27


def test_vectors_with_a_rule_of_their_own() -> None:
    assert decode(bytes.fromhex("FFC9"), type="i16", scale=0.1) == -5.5
    assert decode(bytes.fromhex("7FA0 0000"), type="f32") is None
    assert decode(bytes.fromhex("8000"), type="u16", scale=16 / 65535, offset=4) == pytest.approx(12.0001, abs=5e-5)
    assert decode(bytes.fromhex("9999"), type="u16", scale=16 / 26214, offset=4 - 39321 * 16 / 26214) == pytest.approx(
        4
    )
    word = bytes.fromhex("0041")
    assert [bit for bit in range(16) if decode(word, type="bit", bit=bit)] == [0, 6]


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        (Type.U16, ModbusClientMixin.DATATYPE.UINT16),
        (Type.I16, ModbusClientMixin.DATATYPE.INT16),
        (Type.U32, ModbusClientMixin.DATATYPE.UINT32),
        (Type.I32, ModbusClientMixin.DATATYPE.INT32),
        (Type.U64, ModbusClientMixin.DATATYPE.UINT64),
        (Type.I64, ModbusClientMixin.DATATYPE.INT64),
        (Type.F32, ModbusClientMixin.DATATYPE.FLOAT32),
        (Type.F64, ModbusClientMixin.DATATYPE.FLOAT64),
    ],
)
@pytest.mark.parametrize("order", ["ABCD", "CDAB"])
def test_the_same_numbers_as_the_converters_of_pymodbus(
    kind: Type, theirs: ModbusClientMixin.DATATYPE, order: str
) -> None:
    chance = random.Random(7)
    for _ in range(200):
        registers = [chance.randrange(65536) for _ in range(kind.registers)]
        data = struct.pack(f">{len(registers)}H", *registers)
        expected = ModbusClientMixin.convert_from_registers(registers, theirs, "big" if order == "ABCD" else "little")
        assert isinstance(expected, int | float)
        found = decode(data, type=kind, order=order)
        assert found == float(expected) or (found is None and math.isnan(expected))


@given(st.integers(-(2**31), 2**31 - 1), st.integers(-1000, 1000), st.integers(0, 6), st.integers(-9999, 9999))
def test_scaling_whole_numbers_is_exact(number: int, scale: int, digits: int, offset: int) -> None:
    factor, shift = Decimal(scale or 1).scaleb(-digits), Decimal(offset).scaleb(-2)
    found = decode(number.to_bytes(4, "big", signed=True), type="i32", scale=float(factor), offset=float(shift))
    assert found == float(number * factor + shift)


def test_a_scale_never_leaves_its_decimals() -> None:
    assert decode((2345).to_bytes(2, "big"), type="u16", scale=0.001) == 2.345
    assert decode((3).to_bytes(2, "big"), type="u16", scale=0.1) == 0.3
    assert decode((712).to_bytes(2, "big"), type="i16", scale=0.01) == 7.12


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("7FFF", {"type": "i16", "no_value": [32767, -9999]}),
        ("FFFF", {"type": "u16", "no_value": [65535]}),
        ("450A E333", {"type": "f32", "no_value": [2222.2]}),  # the nearest single float of 2222.2
        ("C61C 3C00", {"type": "f32", "no_value": [-9999.0], "scale": 0.1}),
        ("FFC0 0000", {"type": "f32"}),
        ("7FF8 0000 0000 0000", {"type": "f64"}),
        ("123A", {"type": "bcd16"}),
        ("1234 567F", {"type": "bcd32"}),
        ("8888", {"type": "bcd16", "no_value": [8888]}),
        ("0300", {"type": "u16", "mask": 0x0300, "no_value": [3]}),
    ],
)
def test_what_is_no_value(data: str, keys: dict[str, Any]) -> None:
    assert decode(bytes.fromhex(data), **keys) is None


def test_a_no_value_that_is_too_big_for_a_single_float_matches_nothing() -> None:
    assert decode(bytes.fromhex("7F80 0000"), type="f32", no_value=[1e300]) == math.inf


@pytest.mark.parametrize(
    ("mask", "value"), [(0x000F, 0x4), (0x00F0, 0x3), (0xFF00, 0x12), (0x8000, 0), (0x1001, 0x1000), (0x0006, 2)]
)
def test_bit_fields_are_moved_down(mask: int, value: int) -> None:
    assert decode(bytes.fromhex("1234"), type="u16", mask=mask) == value


def test_a_bit_field_in_two_registers_of_any_order() -> None:
    assert decode(bytes.fromhex("5678 1234"), type="u32", order="CDAB", mask=0x0FF0_0000) == 0x23


def test_bits_of_coils_start_at_the_lowest_bit_of_the_first_byte() -> None:
    data = bytes([0b1000_0001, 0b0000_0010])
    read = Extent(Table.COIL, 100, 16)
    found = [at for at in range(16) if decode(data, read, table="coil", address=100 + at) == 1]
    assert found == [0, 7, 9]


def test_a_single_register_ignores_the_order_of_the_instrument() -> None:
    read = Extent(Table.HOLDING, 0, 3)
    points = [
        Point(channel="a", address=0, type=Type.U16),
        Point(channel="b", address=1, type=Type.U32),
        Point(channel="c", address=0, type=Type.U16, order=Order.BADC),
    ]
    numbers = Decoder(read, points, Order.DCBA).numbers(bytes.fromhex("1234 78563412"))
    assert numbers == (0x1234, 0x12345678, 0x3412)


@given(
    st.lists(st.sampled_from([kind for kind in Type if kind is not Type.BIT]), min_size=1, max_size=20),
    st.lists(st.sampled_from(Order), min_size=20, max_size=20),
    st.lists(st.integers(0, 3), min_size=20, max_size=20),
    st.randoms(use_true_random=False),
)
def test_many_points_of_a_read_decode_as_each_alone(
    kinds: list[Type], orders: list[Order], gaps: list[int], chance: random.Random
) -> None:
    points, at = [], 50
    for kind, order, gap in zip(kinds, orders, gaps, strict=False):
        points.append(Point(channel=f"c{at}", address=at + gap, type=kind, order=order))
        at += gap + kind.registers
    data = chance.randbytes(2 * (at - 50))
    together = Decoder(Extent(Table.HOLDING, 50, at - 50), points, Order.ABCD).numbers(data)
    for point, number in zip(points, together, strict=True):
        begin = 2 * (point.address - 50)
        alone = data[begin : begin + 2 * point.number_type.registers]
        (expected,) = Decoder(point.extent, [point], Order.ABCD).numbers(alone)
        assert number == expected or (math.isnan(number) and math.isnan(expected))
