"""Factor items and the tolerant grouping by factor code."""

import pytest

from dau.hj212 import FactorFields, LocalError, decode, factor_item, group_factors
from dau.hj212.content import read_content
from tests.hj212.vectors import BY_ID


def group(text: str) -> tuple[FactorFields, ...]:
    return group_factors(read_content(text, lambda _: None))


def test_item() -> None:
    assert factor_item("w01018", [("Avg", "40.1"), ("Flag", "N")]) == (("w01018-Avg", "40.1"), ("w01018-Flag", "N"))


@pytest.mark.parametrize(("code", "attribute"), [("", "Avg"), ("w-1", "Avg"), ("w01018", ""), ("w01018", "a-b")])
def test_item_refuses_what_cannot_be_read_back(code: str, attribute: str) -> None:
    with pytest.raises(LocalError, match="expected text without a hyphen"):
        factor_item(code, [(attribute, "1")])


def test_scattered_bare_and_reversed_values_come_together() -> None:
    assert group("DataTime=1;a-Flag=N,a-Rtd=1;b-Rtd=2,Flag=D;c-Rtd=3;c-Flag=T;a-ZsRtd=4;x=9") == (
        FactorFields("a", (("Flag", "N"), ("Rtd", "1"), ("ZsRtd", "4"))),
        FactorFields("b", (("Rtd", "2"), ("Flag", "D"))),
        FactorFields("c", (("Rtd", "3"), ("Flag", "T"))),
    )


def test_both_values_of_a_repeated_name_are_kept() -> None:
    (factor,) = group_factors(decode(BY_ID["C-29-1"].frame).packet.cp)
    assert factor == FactorFields("e01001", (("Rtd", "1.1"), ("Rtd", "2.2")))
    assert factor.get("Rtd") == "1.1"
    assert factor.get("Flag") is None


def test_bare_flag_before_any_factor_belongs_to_none() -> None:
    assert group("Flag=N;-Rtd=1;a-=2;a-Rtd=3") == (FactorFields("a", (("Rtd", "3"),)),)


def test_sample_time_of_the_standard() -> None:
    factors = group_factors(decode(BY_ID["C-14-1"].frame).packet.cp)
    assert [factor.code for factor in factors] == ["w01001", "w01018"]
    assert factors[1].get("SampleTime") == "20160801070000"
    assert factors[1].get("EFlag") == "A01"
