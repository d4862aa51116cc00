"""QN and DataTime: digits of Chinese time (+08:00), from and to milliseconds UTC (HJ 212-2017 clause 6.3.2)."""

import re
from datetime import datetime, timedelta, timezone

from dau.hj212.errors import LocalError

_ZONE = timezone(timedelta(hours=8))
_EPOCH = datetime(1970, 1, 1, tzinfo=_ZONE) + timedelta(hours=8)
_DATA_TIME = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2,3})?")


def qn_from_ms(ms: int) -> str:
    """Return the 17 digits YYYYMMDDhhmmsszzz of an instant in milliseconds UTC.

    Raises:
        LocalError: the instant is not within the years 1 to 9999.
    """
    return f"{_digits(ms)}{ms % 1000:03}"


def data_time(ms: int) -> str:
    """Return the 14 digits YYYYMMDDhhmmss of an instant in milliseconds UTC; milliseconds are cut off.

    Raises:
        LocalError: the instant is not within the years 1 to 9999.
    """
    return _digits(ms)


def _digits(ms: int) -> str:
    try:
        moment = _EPOCH + timedelta(milliseconds=ms)
    except OverflowError:
        raise LocalError(f"time {ms} ms, expected an instant of the years 1 to 9999") from None
    return f"{moment.year:04}{moment.month:02}{moment.day:02}{moment.hour:02}{moment.minute:02}{moment.second:02}"


def parse_data_time(digits: str) -> int | None:
    """Return milliseconds UTC of 14 digits, or of 16 or 17 with a fraction of the second; None if they are no time."""
    found = _DATA_TIME.fullmatch(digits)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=_ZONE)
    except ValueError:
        return None
    return (moment - _EPOCH) // timedelta(milliseconds=1) + int((found[7] or "").ljust(3, "0"))


class QnSource:
    """Makes QNs that rise strictly: two packets of one millisecond differ, also when the clock stands or steps back.

    After a step back the QNs run ahead of the clock by a millisecond each until it has caught up.
    """

    def __init__(self, last_ms: int | None = None) -> None:
        self._last_ms = last_ms

    def next(self, now_ms: int) -> str:
        """Return the next QN, at or after ``now_ms`` (milliseconds UTC)."""
        self._last_ms = now_ms if self._last_ms is None else max(now_ms, self._last_ms + 1)
        return qn_from_ms(self._last_ms)
