"""Rounding for output, half to even on the decimal text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.core.rounding import decimal_text
from tests.core.worked_cases import Case, cases


@pytest.mark.parametrize("case", cases("round"), ids=lambda case: case.id)
def test_worked_cases(case: Case) -> None:
    assert decimal_text(float(case.given["value"]), case.given["decimals"]) == case.expected["text"]


def test_the_largest_double_is_no_harder_than_any_other() -> None:
    assert decimal_text(-1.7e308, 6) == f"-17{'0' * 307}.000000"


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_never_further_than_half_a_digit(value: float, digits: int) -> None:
    text = decimal_text(value, digits)
    assert abs(Decimal(text) - Decimal(repr(value))) <= Decimal(1).scaleb(-digits) / 2
    assert len(text.partition(".")[2]) == digits
    assert not text.startswith("-0") or Decimal(text) != 0
