"""Chains of marks, marks by hand over marks by rule, and hours against caps."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dau.core.marks import STANDARD_CHECK, Cap, CapPeriod, Chain, Mark, chains, hours_used, shown

MINUTE = st.integers(0, 300)
TIMES = st.lists(st.tuples(MINUTE, MINUTE), max_size=12)


@given(times=TIMES, least=st.integers(1, 40))
def test_chains_hold_just_the_marked_minutes(times: list[tuple[int, int]], least: int) -> None:
    marked = {minute for first, end in times for minute in range(first, end)}
    every = chains(times, 1)
    assert {minute for chain in every for minute in range(chain.first, chain.end)} == marked
    assert all(one.end < other.first for one, other in pairwise(every))
    assert chains(times, least) == [chain for chain in every if chain.minutes >= least]


def test_a_chain_of_fifteen_minutes_counts() -> None:
    assert chains([(0, 14)]) == []
    assert chains([(7, 15), (0, 7)]) == [Chain(0, 15)]
    assert chains([(0, 7), (8, 15)]) == []


def test_a_manual_mark_hides_what_lies_wholly_inside_it() -> None:
    inside, across = Mark(10, 20, "校准"), Mark(15, 21, "故障")
    check = Mark(12, 14, STANDARD_CHECK)
    assert shown([inside, across, check], [Mark(10, 20, "日常维护")]) == [across, check]
    assert shown([inside], [Mark(10, 15, "a"), Mark(15, 20, "b")]) == [inside]


def test_hours_of_a_year_count_once_and_only_inside_it() -> None:
    cap = Cap("year", frozenset({"start", "stop"}), 60, CapPeriod.YEAR)
    marks = [Mark(-60, 60, "start"), Mark(30, 120, "stop"), Mark(200, 260, "other")]
    assert hours_used(cap, marks, 0, 1000) == 2.0


def test_an_event_counts_with_all_of_its_length() -> None:
    cap = Cap("event", frozenset({"fault"}), 4, CapPeriod.EVENT)
    marks = [Mark(-60, 60, "fault"), Mark(60, 240, "fault"), Mark(400, 430, "fault"), Mark(5000, 9000, "fault")]
    assert hours_used(cap, marks, 0, 1000) == 5.0
    assert hours_used(cap, [], 0, 1000) == 0.0
