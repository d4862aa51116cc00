"""The factor tables: what is in them, and how a code is found."""

import pytest

from dau.codes import Code, every, find, modern_of, old_of
from dau.core.units import are_alike
from dau.hj212 import Edition, dialect

EVERY_EDITION = pytest.mark.parametrize("edition", Edition)
COD = Code("w01018", "化学需氧量", "Chemical oxygen demand (COD)", "mg/L", 5, 1, "kg", "011")


def test_a_row_has_name_unit_digits_amount_and_old_code() -> None:
    assert find(Edition.E2017, "w01018") == COD
    assert find(Edition.E2025, "w01018") == COD


@pytest.mark.parametrize(
    ("edition", "code", "unit", "whole_digits", "decimals", "total_unit"),
    [
        (Edition.E2017, "w00000", "L/s", 5, 2, "m3"),
        (Edition.E2017, "w01001", "", 2, 2, ""),
        (Edition.E2017, "w20111", "ug/L", 3, 2, "g"),
        (Edition.E2005, "020", "mg/L", 3, 2, ""),  # mercury: another unit, so no amount is known
        (Edition.E2005, "B01", "L/s", 5, 2, "m3"),
        (Edition.E2017, "a34013", "mg/m3", 4, 0, "kg"),
        (Edition.E2025, "a34013", "mg/m3", 4, 1, "kg"),
        (Edition.E2017, "a21002", "mg/m3", 5, 1, "kg"),
        (Edition.E2025, "a21002", "mg/m3", 4, 2, "kg"),
        (Edition.E2017, "a01014", "%", 3, 1, ""),
        (Edition.E2025, "a01014", "%", 3, 2, ""),
        (Edition.E2017, "a01010", "", 1, 0, ""),
        (Edition.E2017, "LA", "dB", 3, 1, ""),
        (Edition.E2017, "i33102", "%", 4, 0, ""),  # printed as degC
        (Edition.E2017, "w02013", None, None, None, ""),  # HJ 525 fixes no unit
    ],
)
def test_rows_of_the_editions(
    edition: Edition, code: str, unit: str | None, whole_digits: int | None, decimals: int | None, total_unit: str
) -> None:
    row = find(edition, code)
    assert row
    assert (row.unit, row.whole_digits, row.decimals, row.total_unit) == (unit, whole_digits, decimals, total_unit)


@pytest.mark.parametrize(
    ("edition", "code", "form"),
    [
        (Edition.E2017, "e30204", "e302xx"),
        (Edition.E2017, "g13001", "g130xx"),
        (Edition.E2017, "i33317", "i3331x"),
        (Edition.E2017, "SB1", "SBx"),
        (Edition.E2017, "SB123", "SBxxx"),
        (Edition.E2025, "d20105", "d201xx"),
        (Edition.E2025, "p99103", "p991xx"),
    ],
)
def test_a_device_number_is_any_number(edition: Edition, code: str, form: str) -> None:
    row = find(edition, code)
    assert row and row.code == form
    assert form in [each.code for each in every(edition)]


@pytest.mark.parametrize(
    ("edition", "code"),
    [(Edition.E2017, "w99999"), (Edition.E2017, "p99101"), (Edition.E2005, "w01018"), (Edition.E2017, "")],
)
def test_what_no_table_has_is_not_found(edition: Edition, code: str) -> None:
    assert find(edition, code) is None


def test_a_code_printed_twice_names_both_and_fixes_nothing() -> None:
    row = find(Edition.E2017, "g11901")
    assert row and row.zh == "脱硫率 | 入口二氧化硫SO2"
    assert (row.unit, row.decimals) == (None, None)


def test_old_and_new_codes_are_each_others() -> None:
    assert (old_of("w01018"), modern_of("011")) == ("011", "w01018")
    assert (old_of("a00000"), modern_of("B02")) == ("B02", "a00000")
    assert (old_of("Leq"), modern_of("Leq")) == ("Leq", "Leq")
    assert (old_of("w99999"), modern_of("B03")) == (None, None)
    pairs = {row.code: modern_of(row.code) for row in every(Edition.E2005)}
    assert {old: old_of(modern) for old, modern in pairs.items() if modern} == {
        old: old for old, modern in pairs.items() if modern
    }
    assert all(find(Edition.E2017, modern) for modern in pairs.values() if modern)
    assert len(pairs) > 100


@EVERY_EDITION
def test_every_row_is_complete_and_stands_once(edition: Edition) -> None:
    rows = every(edition)
    assert len({row.code for row in rows}) == len(rows) > 100
    assert [row.code for row in rows if not row.zh.strip() or not row.en.strip()] == []
    assert [row.code for row in rows if (row.whole_digits is None) != (row.decimals is None)] == []


@EVERY_EDITION
def test_every_code_has_the_form_of_its_edition(edition: Edition) -> None:
    form = dialect(edition).factor_form
    assert [row.code for row in every(edition) if not form.fullmatch(row.code.replace("x", "1"))] == []


def test_2025_knows_all_that_2017_knows() -> None:
    assert {row.code for row in every(Edition.E2017)} < {row.code for row in every(Edition.E2025)}


def test_units_of_the_editions_differ_but_are_alike() -> None:
    both = [(row, modern_of(row.code)) for row in every(Edition.E2005)]
    pairs = [(row.unit, find(Edition.E2017, modern)) for row, modern in both if modern and row.unit]
    assert [(unit, new.unit) for unit, new in pairs if new and new.unit and not are_alike(unit, new.unit)] == []
    assert [unit for unit, new in pairs if new and new.unit != unit]
