"""A number, a time or a text in the registers of an instrument, as errands read and write it."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from struct import Struct, error
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from dau.core.periods import BEIJING_MS
from drivers.modbus_map.decode import FLOATS, PACKED_DECIMALS, Decoder, picker
from drivers.modbus_map.layout import Extent, Order, Type
from drivers.modbus_map.place import LAST_ADDRESS, Magnitude, Place, mistake

Words = tuple[int, ...]
"""Registers of 16 bits, or zeros and ones of a table of bits; lowest address first."""

BEIJING: Final = timezone(timedelta(milliseconds=BEIJING_MS))
SINGLE_DIGITS: Final = 7
"""Decimal digits that a single float is good for."""


class TimeForm(StrEnum):
    """How an instrument keeps a time. All but ``unix`` are Beijing time."""

    BCD = "bcd"  # three registers YYMM DDhh mmss in packed decimals
    WORDS = "words"  # six registers: year without century, month, day, hour, minute, second
    WORDS_FULL = "words_full"  # the same with the whole year
    UNIX = "unix"  # two registers: seconds since 1970 UTC

    @property
    def registers(self) -> int:
        """How many registers a time takes."""
        return {TimeForm.BCD: 3, TimeForm.UNIX: 2}.get(self, 6)


class TextForm(StrEnum):
    """How an instrument keeps a text, two bytes in a register, the first one high."""

    ASCII = "ascii"  # filled up with NUL or spaces
    HEX = "hex"  # bytes that are shown as hexadecimal digits


class Cell(Place):
    """A place that holds a number (``type``), a time (``time``) or a text (``text`` in ``count`` registers)."""

    time: TimeForm | None = None
    text: TextForm | None = None
    count: Annotated[int, Field(ge=1, le=64)] | None = None
    scale: Magnitude = 1.0
    offset: Magnitude = 0.0

    @property
    def is_number(self) -> bool:
        """True if it holds neither a time nor a text."""
        return self.time is None and self.text is None

    @property
    def form(self) -> str:
        """What to call the way in which it is written."""
        return self.time or self.text or super().form

    @property
    def extent(self) -> Extent:
        """The addresses that it takes."""
        if self.is_number:
            return super().extent
        return Extent(self.table, self.address, self.time.registers if self.time else self.count or 1)

    def _possible_registers(self, at: str) -> None:
        if self.is_number:
            super()._possible_registers(at)
            return
        if (self.type is not None) + (self.time is not None) + (self.text is not None) > 1:
            raise mistake(
                "form", f"{at}：type、time、text 只能写一个", f"{at}: expected exactly one of type, time and text"
            )
        if self.bit is not None or self.mask is not None:
            raise mistake("bit", f"{at}：时间和文本不能写 bit 或 mask", f"{at}: bit and mask belong to numbers")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        at = f"{self.table} {self.address}"
        if self.table.is_bits and not self.is_number:
            raise mistake("form", f"{at}：该表不能存放时间或文本", f"{at}: this table holds neither times nor texts")
        if (self.count is not None) != (self.text is not None):
            raise mistake(
                "count", f"{at}：text 须写明 count，其他不能写", f"{at}: a text needs count, and nothing else takes it"
            )
        if self.extent.last > LAST_ADDRESS:
            raise mistake(
                "end", f"{at}：超出末地址 {LAST_ADDRESS}", f"{at}: ends behind the last address, {LAST_ADDRESS}"
            )
        if abs(self.scale) < 1e-12:
            raise mistake("scale", f"{at}：scale 不能为 0", f"{at}: scale is 0: every value would be the offset")
        return self


# ------------------------------------------------------------------------------------------------------------- reading


def raw_number(place: Place, data: bytes, order: Order) -> int | float | None:
    """Return the number in ``data``, read for this place alone, with its bits picked; None if it is none."""
    (number,) = Decoder(place.extent, [place], order).numbers(data)
    found = picker(place, place.extent)(number)
    return None if found is None or found != found else found


def number_in(cell: Cell, data: bytes, order: Order) -> Decimal | None:
    """Return the value of a number: number x scale + offset, exact for whole ones; None if it is none."""
    raw = raw_number(cell, data, order)
    if raw is None or abs(raw) == float("inf"):
        return None
    shown = f"{raw:.{SINGLE_DIGITS}g}" if cell.number_type is Type.F32 else repr(raw)
    return Decimal(shown) * Decimal(repr(cell.scale)) + Decimal(repr(cell.offset))


def time_in(cell: Cell, data: bytes, order: Order) -> int | None:
    """Return a time as milliseconds UTC; None if the registers hold no date."""
    if cell.time is TimeForm.UNIX:
        return 1000 * int.from_bytes(_sorted(data, cell.order or order))
    parts = _parts(cell, data)
    if parts is None:
        return None
    year, month, day, hour, minute, second = parts
    try:
        moment = datetime(year if year > 99 else 2000 + year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000)


def _parts(cell: Cell, data: bytes) -> list[int] | None:
    if cell.time is TimeForm.BCD:
        return [int(f"{byte:02x}") for byte in data] if data.hex().isdecimal() else None
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def text_in(cell: Cell, data: bytes, order: Order) -> str | None:
    """Return what the cell holds as text: a number in decimal notation, a time as YYYYMMDDhhmmss; None if nothing."""
    if cell.is_number:
        number = number_in(cell, data, order)
        return None if number is None else plain(number)
    if cell.time is not None:
        at_ms = time_in(cell, data, order)
        return None if at_ms is None else f"{_beijing(at_ms):%Y%m%d%H%M%S}"
    if cell.text is TextForm.HEX:
        return data.hex().upper()
    stripped = data.rstrip(b"\0 ")
    return stripped.decode("ascii") if stripped.isascii() and stripped.decode("ascii").isprintable() else None


def plain(number: Decimal) -> str:
    """Return a number without exponent and without zeros at its end."""
    return f"{number.normalize() + 0:f}"


# ------------------------------------------------------------------------------------------------------------- writing


def words_of_number(cell: Cell, value: Decimal, order: Order) -> Words:
    """Return what is written so that number x scale + offset is ``value``.

    Raises:
        ValueError: the type cannot hold it, or not exactly.
    """
    number = (value - Decimal(repr(cell.offset))) / Decimal(repr(cell.scale))
    if cell.table.is_bits:
        if number not in (0, 1):
            raise ValueError(f"{plain(value)} is neither 0 nor 1")
        return (int(number),)
    if cell.number_type not in FLOATS and number != int(number):
        raise ValueError(f"{plain(value)} is no multiple of {cell.scale:g}")
    try:
        return _words(_packed(cell, number), cell, order)
    except (error, OverflowError, ValueError) as problem:
        raise ValueError(f"{plain(value)} does not fit into {cell.number_type}") from problem


def _packed(cell: Cell, number: Decimal) -> bytes:
    kind = cell.number_type
    if kind in PACKED_DECIMALS:
        return int(f"{int(number)}", 16).to_bytes(2 * kind.registers)
    return Struct(f">{kind.code}").pack(float(number) if kind in FLOATS else int(number))


def words_of_time(cell: Cell, at_ms: int, order: Order) -> Words:
    """Return what is written so that the cell holds this time (milliseconds UTC), in whole seconds.

    Raises:
        ValueError: the form cannot hold it.
    """
    if cell.time is TimeForm.UNIX:
        try:
            return _words((at_ms // 1000).to_bytes(4), cell, order)
        except OverflowError as problem:
            raise ValueError(f"{at_ms} ms is no time since 1970 in 32 bits") from problem
    moment = _beijing(at_ms)
    if cell.time is not TimeForm.WORDS_FULL and moment.year // 100 != 20:
        raise ValueError(f"the year {moment.year} cannot be said in two digits")
    parts = (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second)
    if cell.time is TimeForm.WORDS_FULL:
        return parts
    short = (moment.year % 100, *parts[1:])
    if cell.time is TimeForm.WORDS:
        return short
    digits = "".join(f"{part:02d}" for part in short)
    return tuple(int(digits[at : at + 4], 16) for at in range(0, len(digits), 4))


def words_of_text(cell: Cell, value: str, order: Order) -> Words:
    """Return what is written so that `text_in` gives ``value``.

    Raises:
        ValueError: the cell cannot hold it.
    """
    if cell.is_number:
        return words_of_number(cell, decimal_of(value), order)
    if cell.time is not None:
        moment = datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        return words_of_time(cell, round(moment.timestamp() * 1000), order)
    length = 2 * cell.extent.length
    try:
        data = bytes.fromhex(value) if cell.text is TextForm.HEX else value.encode("ascii")
    except ValueError as problem:
        raise ValueError(f"{value!r} cannot be written as {cell.text}") from problem
    if len(data) > length or (cell.text is TextForm.HEX and len(data) != length):
        raise ValueError(f"{value!r} does not fit into {length} bytes")
    return tuple(int.from_bytes(pair) for pair in _pairs(data.ljust(length, b"\0")))


def decimal_of(value: str) -> Decimal:
    """Return the number that a text says in plain decimal notation. Raises ValueError."""
    digits = value.strip().removeprefix("-").replace(".", "", 1)
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 20:
        raise ValueError(f"{value[:32]!r} is no number")
    return Decimal(value.strip())


def _words(packed: bytes, cell: Cell, order: Order) -> Words:
    """Put the bytes, highest first, where the order wants them."""
    own = cell.order or (order if len(packed) > 2 else Order.ABCD)
    stored = bytearray(len(packed))
    for byte, place in zip(packed, own.places(len(packed) // 2), strict=True):
        stored[place] = byte
    return tuple(int.from_bytes(pair) for pair in _pairs(bytes(stored)))


def _sorted(data: bytes, order: Order) -> bytes:
    return bytes(data[place] for place in order.places(len(data) // 2))


def _pairs(data: bytes) -> list[bytes]:
    return [data[at : at + 2] for at in range(0, len(data), 2)]


def _beijing(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(BEIJING)
