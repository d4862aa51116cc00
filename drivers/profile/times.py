"""Times as instruments keep them, every encoding that is known, to seconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from struct import unpack
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))
FIRST_YEAR: Final = 2001
"""What lies before is no time: an instrument that never measured shows zeros, or the first day of 2000."""


class TimeForm(StrEnum):
    """How a time is written. All but ``UNIX`` are Beijing time."""

    BCD6 = "bcd_time6"
    """Three registers YYMM DDhh mmss in packed decimals; plain binary where a digit is above 9."""
    BIN6 = "bin_time6"
    """The same bytes in plain binary, the year from 2000."""
    HEX6 = "hex_time6"
    """The same, the year from 1970."""
    WORDS6 = "words_time6"
    """Six registers with the whole year."""
    WORDS6_2000 = "words_time6_2000"
    WORDS6_1970 = "words_time6_1970"
    PACKED4 = "packed_time4"
    """Year, month x 100 + day, hour x 100 + minute, seconds."""
    FLOATS6 = "floats_time6"
    """Six single floats."""
    UNIX = "unix"
    UNIX_LOCAL = "unix_local"
    """Seconds since 1970, counted in Beijing time."""

    @property
    def registers(self) -> int:
        """How many registers it takes."""
        return _REGISTERS.get(self, 6)

    @property
    def is_count(self) -> bool:
        """Whether it is one number of two registers, whose order counts."""
        return self in {TimeForm.UNIX, TimeForm.UNIX_LOCAL}


_REGISTERS: Final = {
    TimeForm.BCD6: 3,
    TimeForm.BIN6: 3,
    TimeForm.HEX6: 3,
    TimeForm.PACKED4: 4,
    TimeForm.FLOATS6: 12,
    TimeForm.UNIX: 2,
    TimeForm.UNIX_LOCAL: 2,
}


def seconds_of(form: TimeForm, data: bytes) -> int | None:
    """Return the time in ``data``, high bytes first, as seconds since 1970 UTC; None if it is none."""
    if form.is_count:
        seconds = int.from_bytes(data)
        return _after_first(seconds if form is TimeForm.UNIX else seconds - 8 * 3600)
    parts = _parts(form, data)
    if parts is None:
        return None
    try:
        moment = datetime(*parts, tzinfo=BEIJING)
    except ValueError:
        return None
    return _after_first(round(moment.timestamp()))


def _after_first(seconds: int) -> int | None:
    return seconds if datetime.fromtimestamp(seconds, UTC).year >= FIRST_YEAR else None


def _parts(form: TimeForm, data: bytes) -> tuple[int, int, int, int, int, int] | None:
    words = [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]
    if form is TimeForm.PACKED4:
        year, day, time, second = words
        return year, day // 100, day % 100, time // 100, time % 100, second & 0xFF
    if form is TimeForm.FLOATS6:
        numbers = unpack(">6f", data)
        return None if any(number != number or abs(number) > 1e5 for number in numbers) else _whole(numbers)
    if form in {TimeForm.WORDS6, TimeForm.WORDS6_2000, TimeForm.WORDS6_1970}:
        year, *rest = words
        base = {TimeForm.WORDS6_2000: 2000, TimeForm.WORDS6_1970: 1970}.get(form, 0)
        return _whole((year + base, *rest))
    is_bcd = form is TimeForm.BCD6 and data.hex().isdecimal() and int(f"{data[1]:02x}") <= 12
    year, *rest = [int(f"{byte:02x}") for byte in data] if is_bcd else list(data)
    return _whole((year + (1970 if form is TimeForm.HEX6 else 2000), *rest))


def _whole(numbers: tuple[float, ...]) -> tuple[int, int, int, int, int, int]:
    year, month, day, hour, minute, second = map(int, numbers)
    return year, month, day, hour, minute, second


def text_of(seconds: int) -> str:
    """Return a time as YYYYMMDDhhmmss in Beijing."""
    return f"{datetime.fromtimestamp(seconds, BEIJING):%Y%m%d%H%M%S}"
