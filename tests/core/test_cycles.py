"""When care is due again, and by when a breakdown has to be mended."""

import pytest

from dau.core.channels import Medium
from dau.core.cycles import RESTORE_HOURS, USUAL, Care, Cycle, deadlines
from dau.hj212 import data_time, parse_data_time


def ms(label: str) -> int:
    found = parse_data_time(label)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("last", "months", "due"),
    [
        ("20250115083000", 1, "20250215083000"),
        ("20250131000000", 1, "20250228000000"),
        ("20231130235959", 3, "20240229235959"),
        ("20251231000000", 1, "20260131000000"),
        ("20250101003000", 12, "20260101003000"),
    ],
)
def test_months_are_those_of_the_calendar_in_beijing(last: str, months: int, due: str) -> None:
    assert data_time(Cycle(months=months).next_ms(ms(last))) == due


def test_every_kind_of_care_has_a_cycle() -> None:
    assert set(USUAL) == set(Care)
    last = ms("20250301000000")
    assert all(cycle.next_ms(last) > last for cycle in USUAL.values())
    assert data_time(USUAL[Care.GAS_EXTRACTIVE].next_ms(last)) == "20250308000000"


def test_every_medium_has_a_deadline() -> None:
    assert {medium: deadlines(0, 24, RESTORE_HOURS[medium]).restore_by_ms for medium in Medium} == {
        Medium.WATER: 172_800_000,
        Medium.GAS: 43_200_000,
    }
