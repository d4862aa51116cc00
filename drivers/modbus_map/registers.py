"""Takes the raw number, text or time of a point of a profile out of the data of its block."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from drivers.modbus_map.decode import Decoder, picker
from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.place import Place
from drivers.modbus_map.profile_model import Block, Point, Select, Summand
from drivers.profile.times import TimeForm, seconds_of
from drivers.profile.values import Raw

Take = Callable[[bytes], Raw]
"""Takes a point out of the data of one block; None where there is none."""


def taker(point: Point, block: Block, order: Order, swap_u16: bool) -> Take:
    """Return what takes a point out of the data of the block that it lies in."""
    own = point.order or order
    if point.sum:
        return _sum(point, block, own)
    assert point.at is not None
    if point.table.is_bits:
        place = Place(table=point.table, address=point.at)
        pick = picker(place, block.extent)
        return lambda data: int(pick(data[(place.address - block.start) // 8]) or 0)
    if point.select is not None:
        return _selected(point, point.select, block, own)
    return _at(point, point.at, block, own, swap_u16 or point.swap)


def _at(point: Point, at: int, block: Block, order: Order, swap: bool) -> Take:
    first = 2 * (at - block.start)
    end = first + 2 * point.registers
    if isinstance(point.type, TimeForm):
        form = point.type
        places: Sequence[int] = order.places(form.registers) if form.is_count else range(2 * form.registers)
        if form is TimeForm.FLOATS6:
            places = [4 * number + place for number in range(6) for place in order.places(2)]
        return lambda data: seconds_of(form, bytes(data[first + place] for place in places))
    if point.type in {"ascii", "utf16", "bytes"}:
        return _text(point, slice(first, end), swap)
    assert isinstance(point.type, Type)
    return _number(point, at, first, order, swap)


def _number(point: Point, at: int, first: int, order: Order, swap: bool) -> Take:
    if swap and point.registers == 1:
        order = {Order.ABCD: Order.BADC, Order.CDAB: Order.DCBA}.get(order, order)
    place = Place(
        address=at,
        type=point.type if isinstance(point.type, Type) else None,
        order=order if point.registers > 1 or swap else None,
        bit=point.bit,
        mask=point.mask,
    )
    decoder, pick = Decoder(place.extent, [place], order), picker(place, place.extent)
    length = 2 * point.registers

    def take(data: bytes) -> Raw:
        (number,) = decoder.numbers(data[first : first + length])
        found = pick(number)
        return None if found is None else int(found) if isinstance(number, int) else found

    return take


def _text(point: Point, where: slice, swap: bool) -> Take:
    def take(data: bytes) -> Raw:
        part = data[where]
        if swap:
            part = bytes(part[at ^ 1] for at in range(len(part)))
        if point.type == "bytes":
            return part[: point.count].hex().upper()
        try:
            text = part.decode("utf-16-be") if point.type == "utf16" else part[: point.count].decode("ascii")
        except UnicodeDecodeError:
            return None
        said, *_ = text.strip("\0 ").split("\0")  # behind its end stands what was there before
        return said.rstrip() if said.isprintable() else None

    return take


def _sum(point: Point, block: Block, order: Order) -> Take:
    parts = [(_part(part, block, order), Fraction(repr(part.scale))) for part in point.sum]

    def take(data: bytes) -> Raw:
        total = Fraction(0)
        for part, scale in parts:
            number = part(data)
            if not isinstance(number, int | float) or number != number or abs(number) == float("inf"):
                return None
            total += Fraction(repr(number)) * scale
        return float(total)

    return take


def _part(part: Summand, block: Block, order: Order) -> Take:
    place = Point(name="part", at=part.at, type=part.type)
    return _at(place, part.at, block, part.order or order, swap=False)


def _selected(point: Point, select: Select, block: Block, order: Order) -> Take:
    assert point.at is not None
    takes = [_at(point, point.at + number * select.step, block, order, point.swap) for number in range(select.count)]
    ids = [2 * (select.at + number * select.step - block.start) for number in range(select.count)]

    def take(data: bytes) -> Raw:
        for first, found in zip(ids, takes, strict=True):
            if int.from_bytes(data[first : first + 2]) & select.mask == select.equals:
                return found(data)
        return None

    return take


def home_of(point: Point, blocks: tuple[Block, ...]) -> Block | None:
    """Return the block that a point lies in: the one it names, else the first that covers it."""
    for block in blocks:
        covers = all(Extent(block.table, block.start, block.count).covers(extent) for extent in point.extents)
        if covers and point.block in {None, block.name}:
            return block
    return None
