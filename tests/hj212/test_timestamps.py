"""QN and DataTime."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.hj212 import LocalError, QnSource, data_time, parse_data_time, qn_from_ms

NEW_YEAR = int(datetime(2025, 12, 31, 16, tzinfo=UTC).timestamp()) * 1000
instants = st.integers(-2_000_000_000_000, 200_000_000_000_000)


def test_chinese_time() -> None:
    assert qn_from_ms(NEW_YEAR + 7) == "20260101000000007"
    assert qn_from_ms(NEW_YEAR - 1) == "20251231235959999"
    assert data_time(NEW_YEAR + 999) == "20260101000000"
    assert qn_from_ms(-1) == "19700101075959999"


@given(instants)
def test_round_trip(ms: int) -> None:
    assert parse_data_time(qn_from_ms(ms)) == ms
    assert parse_data_time(data_time(ms)) == ms - ms % 1000


@pytest.mark.parametrize(
    ("digits", "ms"),
    [
        ("20260101000000", NEW_YEAR),
        ("2026010100000012", NEW_YEAR + 120),
        ("20260101000000123", NEW_YEAR + 123),
        *((wrong, None) for wrong in ("", "2026010100000", "202601010000001", "20260230000000", "２0260101000000")),
        *((wrong, None) for wrong in ("20260101240000", "20260101000000\n", "202601010000001234", "00000101000000")),
    ],
)
def test_parse(digits: str, ms: int | None) -> None:
    assert parse_data_time(digits) == ms


@pytest.mark.parametrize("ms", [10**18, -(10**18), 10**30])
def test_beyond_the_calendar(ms: int) -> None:
    with pytest.raises(LocalError, match=f"time {ms} ms, expected an instant of the years 1 to 9999"):
        qn_from_ms(ms)


@given(st.lists(instants, max_size=30))
def test_qns_rise_whatever_the_clock_does(clock: list[int]) -> None:
    source = QnSource()
    qns = [source.next(now_ms) for now_ms in clock]
    assert qns == sorted(set(qns))
    assert all(qn >= qn_from_ms(now_ms) for qn, now_ms in zip(qns, clock, strict=True))


def test_qns_of_a_standing_clock() -> None:
    source = QnSource(last_ms=NEW_YEAR)
    assert [source.next(NEW_YEAR)[-3:] for _ in range(3)] == ["001", "002", "003"]
    assert source.next(NEW_YEAR - 5000).endswith("004")
    assert source.next(NEW_YEAR + 5000).endswith("05000")
