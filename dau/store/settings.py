"""What platforms set by command: it lies over the settings file, until the file itself says something else."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from dau.core.appetites import Appetite
from dau.core.periods import INTERVALS_MIN
from dau.core.records import RecordKind


class Name(StrEnum):
    """What a platform may set of its own standing. The words are stored in the database: they never change."""

    REALTIME_S = "realtime_s"
    """Seconds between live values (1062), a decimal number."""
    MINUTE_MIN = "minute_min"
    """Minutes of the interval record (1064), one of `INTERVALS_MIN`."""
    TIMEOUT_S = "timeout_s"
    """Seconds that an answer is waited for (1000)."""
    RESENDS = "resends"
    """How often a packet without an answer is sent again (1000)."""
    REALTIME_ON = "realtime_on"
    """Whether live values are told (2011, 2012): 1 or 0."""
    FACILITIES_ON = "facilities_on"
    """Whether running states of facilities are told (2021, 2022): 1 or 0."""
    PW = "pw"
    """The password (1072)."""
    MN = "mn"
    """The identity of the station (1002)."""


SECRET: Final = frozenset({Name.PW})
"""Names whose values stand in no log, export or audit row."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One value set by command, since when (milliseconds UTC).

    ``configured`` is what the settings file said at that moment, as text. Once the file says something else, the file
    is newer and counts.
    """

    name: Name
    value: str
    configured: str
    since_ms: int


def of_platform(connection: sqlite3.Connection, platform: str) -> dict[Name, str]:
    """Return every value that a platform set, also those that a newer settings file has overtaken."""
    return {one.name: one.value for one in _rows(connection, platform)}


def overtaken(
    connection: sqlite3.Connection, platform: str, configured: Mapping[Name, str]
) -> Sequence[tuple[Setting, str]]:
    """Return what the settings file has overtaken, each with what the file says now.

    Args:
        connection: of the station's database.
        platform: whose settings.
        configured: what the file says now; what it does not name is overtaken by nothing.
    """
    return [(one, configured[one.name]) for one in _rows(connection, platform) if _is_overtaken(one, configured)]


def in_force(connection: sqlite3.Connection, platform: str, configured: Mapping[Name, str]) -> Sequence[Setting]:
    """Return what a platform set and no newer settings file has overtaken; the arguments are those of `overtaken`."""
    return [one for one in _rows(connection, platform) if not _is_overtaken(one, configured)]


def _is_overtaken(setting: Setting, configured: Mapping[Name, str]) -> bool:
    return configured.get(setting.name, setting.configured) != setting.configured


def put(connection: sqlite3.Connection, platform: str, setting: Setting) -> None:
    """Keep a value, in the place of the one before.

    Raises:
        ValueError: nobody could live by it: an interval of no or of negative length, say.
    """
    _refuse_nonsense(setting)
    connection.execute(
        "INSERT OR REPLACE INTO setting (platform, name, value, configured, since_ms) VALUES (?, ?, ?, ?, ?)",
        (platform, setting.name.value, setting.value, setting.configured, setting.since_ms),
    )


def drop(connection: sqlite3.Connection, platform: str, name: Name) -> None:
    """Forget a value, so that the settings file counts again."""
    connection.execute("DELETE FROM setting WHERE platform = ? AND name = ?", (platform, name.value))


def appetites(connection: sqlite3.Connection, configured: Sequence[Appetite]) -> tuple[Appetite, ...]:
    """Return what each platform wants now: what it set by command over what the settings file says."""
    return tuple(_overlaid(one, _rows(connection, one.platform)) for one in configured)


def _overlaid(appetite: Appetite, rows: Sequence[Setting]) -> Appetite:
    """Lay the rows over one appetite. Whether values are told is no key of the file, so nothing overtakes it."""
    realtime_s, minute_min, kinds = appetite.realtime_s, appetite.minute_min, appetite.kinds
    for row in rows:
        match row.name:
            case Name.REALTIME_S if row.configured == str(appetite.realtime_s):
                realtime_s = int(row.value)
            case Name.MINUTE_MIN if row.configured == str(appetite.minute_min):
                minute_min = int(row.value)
            case Name.REALTIME_ON if row.value == "0":
                kinds -= {RecordKind.REALTIME}
            case Name.FACILITIES_ON if row.value == "0":
                kinds -= {RecordKind.FACILITY}
            case _:
                pass
    return replace(appetite, realtime_s=realtime_s, minute_min=minute_min, kinds=kinds)


def _rows(connection: sqlite3.Connection, platform: str) -> Sequence[Setting]:
    rows = connection.execute(
        "SELECT name, value, configured, since_ms FROM setting WHERE platform = ? ORDER BY name", (platform,)
    )
    return [Setting(Name(name), value, configured, since_ms) for name, value, configured, since_ms in rows]


def _refuse_nonsense(setting: Setting) -> None:
    """What is read back at every tick must be good: a bad number would stop the station each time it starts."""
    value = setting.value
    match setting.name:
        case Name.REALTIME_S:
            good, expected = _is_whole(value) and int(value) > 0, "whole seconds above 0"
        case Name.MINUTE_MIN:
            good, expected = value in {str(minutes) for minutes in INTERVALS_MIN}, f"one of {INTERVALS_MIN}"
        case Name.TIMEOUT_S:
            good, expected = _is_decimal(value) and float(value) > 0, "seconds above 0"
        case Name.RESENDS:
            good, expected = _is_whole(value), "a whole number"
        case Name.REALTIME_ON | Name.FACILITIES_ON:
            good, expected = value in {"0", "1"}, "0 or 1"
        case Name.PW | Name.MN:
            return
    if not good:
        raise ValueError(f"cannot keep {setting.name.value}: it is {value!r}, expected {expected}")


def _is_whole(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _is_decimal(value: str) -> bool:
    whole, _, rest = value.partition(".")
    return _is_whole(whole) and (not rest or _is_whole(rest))
