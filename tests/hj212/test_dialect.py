"""The editions as data."""

import pytest

from dau.hj212 import HJ2005, HJ2017, HJ2025, Crc, Edition, dialect, edition_of, flag_of


def test_one_dialect_for_each_edition() -> None:
    assert [dialect(edition) for edition in Edition] == [HJ2005, HJ2017, HJ2025]
    for rules in (HJ2005, HJ2017, HJ2025):
        assert edition_of(flag_of(rules.version)) is rules.edition
        assert rules.crcs == (Crc.HJ212,)
        assert rules.required <= set(rules.order)
        assert rules.max_content < rules.max_segment <= rules.receive_cap


@pytest.mark.parametrize(
    ("flag", "year"), [(None, "2005"), (3, "2005"), (4, "2017"), (7, "2017"), (8, "2025"), (255, "2025")]
)
def test_edition_of_a_flag(flag: int | None, year: str) -> None:
    assert edition_of(flag) == year
