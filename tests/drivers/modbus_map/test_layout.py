"""Byte orders, and the merging of neighbours: every value whole in exactly one read, no read over the limit."""

from hypothesis import given
from hypothesis import strategies as st

from drivers.modbus_map.layout import Extent, Limits, Order, Type, merge
from drivers.modbus_map.requests import Table


def holding(first: int, length: int = 1) -> Extent:
    return Extent(Table.HOLDING, first, length)


def test_orders_of_two_registers() -> None:
    assert {order: order.places(2) for order in Order} == {
        "ABCD": (0, 1, 2, 3),
        "CDAB": (2, 3, 0, 1),
        "BADC": (1, 0, 3, 2),
        "DCBA": (3, 2, 1, 0),
    }


def test_orders_of_four_registers() -> None:
    assert Order.CDAB.places(4) == (6, 7, 4, 5, 2, 3, 0, 1)
    assert Order.BADC.places(4) == (1, 0, 3, 2, 5, 4, 7, 6)
    assert Order.DCBA.places(4) == (7, 6, 5, 4, 3, 2, 1, 0)


def test_neighbours_share_a_read() -> None:
    values = [holding(4, 2), holding(0, 2), holding(2, 2), holding(6)]
    assert merge(values, Limits(125, 2000, 0)) == [holding(0, 7)]


def test_a_hole_is_read_over_up_to_the_gap() -> None:
    values = [holding(0), holding(4)]
    assert merge(values, Limits(125, 2000, 2)) == values
    assert merge(values, Limits(125, 2000, 3)) == [holding(0, 5)]


def test_a_value_is_never_split_at_the_limit() -> None:
    values = [holding(at, 2) for at in range(0, 130, 2)]
    assert merge(values, Limits(125, 2000, 0)) == [holding(0, 124), holding(124, 6)]
    assert merge(values, Limits(3, 2000, 0))[0] == holding(0, 2)


def test_tables_are_never_mixed() -> None:
    values = [Extent(table, 7, 1) for table in Table]
    assert sorted(merge(values, Limits(125, 2000, 100))) == sorted(values)


def test_bits_have_their_own_limit() -> None:
    coils = [Extent(Table.COIL, at, 1) for at in range(2001)]
    assert [read.length for read in merge(coils, Limits(125, 2000, 0))] == [2000, 1]


extents = st.builds(
    Extent, st.sampled_from(Table), st.integers(0, 400), st.sampled_from(sorted({kind.registers for kind in Type}))
)


@given(st.sets(extents, max_size=60), st.integers(4, 125), st.integers(4, 300), st.integers(0, 20))
def test_merging(values: set[Extent], registers: int, bits: int, gap: int) -> None:
    reads = merge(values, Limits(registers, bits, gap))
    assert all(any(read.covers(value) for read in reads) for value in values)
    assert all(read.length <= (bits if read.table.is_bits else registers) for read in reads)
    assert all(read.first in {value.first for value in values if value.table is read.table} for read in reads)
    wanted = {(value.table, at) for value in values for at in range(value.first, value.end)}
    for read in reads:
        holes = [at for at in range(read.first, read.end) if (read.table, at) not in wanted]
        assert all(any(later not in holes for later in range(at, at + gap + 1)) for at in holes)


@given(st.lists(st.sampled_from([1, 2, 4]), max_size=60), st.lists(st.integers(0, 12), min_size=60), st.integers(4, 99))
def test_values_apart_are_in_exactly_one_read(lengths: list[int], gaps: list[int], registers: int) -> None:
    values, at = [], 0
    for length, gap in zip(lengths, gaps, strict=False):
        values.append(holding(at + gap, length))
        at = values[-1].end
    reads = merge(values, Limits(registers, 2000, 5))
    assert all(sum(read.covers(value) for read in reads) == 1 for value in values)
    assert sum(sum(read.overlaps(value) for read in reads) for value in values) == len(values)
