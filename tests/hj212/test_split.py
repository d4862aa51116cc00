"""Sub-packets: split on item borders, join again."""

from dataclasses import replace
from itertools import count, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dau.hj212 import (
    HJ2005,
    HJ2017,
    HJ2025,
    LocalError,
    Packet,
    ProtocolError,
    as_upload,
    decode,
    encode,
    factor_item,
    join,
    qn_from_ms,
    split,
)
from tests.hj212.vectors import BY_ID

HEADER = Packet(qn=qn_from_ms(0), st="32", cn="2061", pw="123456", mn="010000A8900016F000169DC0", flag=5)
DATA_TIME = (("DataTime", "20160801080000"),)


def record(sizes: list[int]) -> Packet:
    items = (factor_item(f"w{place:05}", [("Avg", "1" * size), ("Flag", "N")]) for place, size in enumerate(sizes))
    return replace(HEADER, cp=(DATA_TIME, *items))


def qns() -> list[str]:
    return [qn_from_ms(ms) for ms in range(1, 100)]


@given(st.lists(st.integers(1, 800), max_size=40))
def test_split_and_join(sizes: list[int]) -> None:
    whole = record(sizes)
    parts = split(whole, HJ2017, qns())
    if len(parts) == 1:
        assert parts == [whole]
        return
    assert [part.pno for part in parts] == list(range(1, len(parts) + 1))
    assert {(part.pnum, part.flag, part.cp[0]) for part in parts} == {(len(parts), 7, DATA_TIME)}
    assert [part.qn for part in parts] == qns()[: len(parts)]
    assert join(reversed([decode(encode(part)).packet for part in parts])) == replace(whole, qn=parts[0].qn)
    for one, after in pairwise(parts):  # no part could have taken the next item
        with pytest.raises(LocalError, match="expected at most"):
            encode(replace(one, pnum=9999, pno=9999, cp=(*one.cp, after.cp[1])))


def test_the_packet_that_fits_takes_no_qn() -> None:
    numbers = count()
    assert split(record([5]), HJ2017, (qn_from_ms(n) for n in numbers)) == [record([5])]
    assert next(numbers) == 0


def test_example_c50_joins() -> None:
    parts = [decode(BY_ID[name].frame).packet for name in ("C-50-3", "C-50-1")]
    joined = join(parts)
    assert (joined.flag, joined.pnum, joined.qn) == (5, None, parts[1].qn)
    assert joined.cp == decode(BY_ID["C-17-1"].frame).packet.cp


@pytest.mark.parametrize(
    ("packet", "message"),
    [
        (record([2000]), "CP has 20.. bytes, expected at most 950"),
        (record([5, 2000]), "expected at most 950"),
        (replace(record([5]), qn=None), "QN missing"),
        (replace(record([900, 900]), mn="a;b"), "MN is 'a;b'"),
        (replace(record([5]), flag=7, pnum=2, pno=1), "is a sub-packet already"),
    ],
)
def test_what_cannot_be_split(packet: Packet, message: str) -> None:
    with pytest.raises(LocalError, match=message):
        split(packet, HJ2017, qns())


def test_too_few_qns_and_too_many_parts() -> None:
    with pytest.raises(LocalError, match="fewer QNs than parts"):
        split(record([800] * 3), HJ2017, qns()[:2])
    with pytest.raises(LocalError, match="needs 10 parts, expected at most 9"):
        split(record([800] * 10), HJ2025, qns())


@given(st.lists(st.integers(1, 800), max_size=40))
def test_parts_of_a_bare_upload_of_2005_fit_with_the_qn_that_each_has(sizes: list[int]) -> None:
    whole = as_upload(replace(record(sizes), flag=0), HJ2005)
    assert whole.qn is None
    parts = split(whole, HJ2005, qns())
    assert all(len(encode(part, HJ2005)) <= HJ2005.max_segment + 12 for part in parts)
    assert [item for part in parts for item in part.cp if item != DATA_TIME] == list(whole.cp[1:])


def test_parts_that_do_not_belong_together() -> None:
    one, two, three = split(record([800] * 3), HJ2017, qns())
    for wrong in ([], [one, two], [one, two, two, three], [one, two, replace(three, mn="other")], [record([1])]):
        with pytest.raises(ProtocolError, match="expected"):
            join(wrong)
