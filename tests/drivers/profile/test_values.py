"""How values are shown, and what texts of instruments may say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.modbus_map.layout import Order
from drivers.modbus_map.profile_model import Block, Point
from drivers.modbus_map.registers import taker
from drivers.profile.values import plain


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (1.0, "1"),
        (0.0, "0"),
        (12345678901.0, "12345678901"),
        (1.0499999523162842, "1.05"),  # the single float next to 1.05
        (1.05, "1.05"),
        (0.000012, "0.000012"),
        (-1234567.8, "-1234567.8"),
        (3e38, f"{int(3e38)}"),
    ],
)
def test_numbers_are_shown_without_exponent_and_with_their_own_digits(number: float, shown: str) -> None:
    assert plain(number) == shown


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_single_float_shown_is_still_it(number: float) -> None:
    assert "e" not in plain(number)
    assert Decimal(plain(number)) == 0 or float(plain(number)) == pytest.approx(number, rel=1e-7)


def taken(kind: str, data: bytes) -> object:
    point = Point.model_validate({"name": "text", "at": 0, "type": kind, "count": 4})
    return taker(point, Block(name="x", start=0, count=4), Order.ABCD, swap_u16=False)(data)


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("ascii", b"T\0\x01\x02", "T"),  # what stood there before is still there behind the end
        ("ascii", b"\0N\0\0", "N"),
        ("ascii", b"N   ", "N"),
        ("ascii", b"\0\0\0\0", ""),
        ("ascii", b"\xff\xff\xff\xff", None),
        ("ascii", b"a\x07b\0", None),
        ("utf16", b"\0C\0O\0D\0\0", "COD"),
        ("utf16", b"\x6c\x28\0\0\0\0\0\0", "\u6c28"),
        ("utf16", b"\xd8\x00\0A\0\0\0\0", None),  # half a pair is no character, and no database would take it
    ],
)
def test_texts(kind: str, data: bytes, text: str | None) -> None:
    assert taken(kind, data.ljust(8, b"\0")) == text


@given(st.binary(min_size=8, max_size=8), st.sampled_from(["ascii", "utf16", "bytes"]))
def test_any_text_can_be_stored_and_shown(data: bytes, kind: str) -> None:
    found = taken(kind, data)
    assert found is None or (isinstance(found, str) and found.isprintable() and found.encode().decode() == found)
