"""What a receiver stored: read from its file without disturbing it."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final

BEIJING: Final = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Stored:
    """The data of one unit: (command, DataTime, factor) -> field -> value, all as printed.

    ``contradictions`` are the data that a later packet changed.
    """

    data: Mapping[tuple[str, str, str], Mapping[str, str]]
    contradictions: tuple[str, ...] = ()
    labels: defaultdict[str, set[str]] = field(init=False)
    """The DataTimes that came with each command."""

    def __post_init__(self) -> None:
        """Gather the labels once."""
        labels: defaultdict[str, set[str]] = defaultdict(set)
        for command, label, _ in self.data:
            labels[command].add(label)
        object.__setattr__(self, "labels", labels)


def read_stored(file: Path, mn: str) -> Stored:
    """Return what the receiver's file holds of the unit with that MN.

    Raises:
        sqlite3.Error: the file is no receiver database.
    """
    data: dict[tuple[str, str, str], dict[str, str]] = {}
    changed: list[str] = []
    query = "SELECT cn, data_time, factor, field, value, differing FROM datum WHERE mn = ?"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        for cn, label, factor, name, value, differing in connection.execute(query, (mn,)):
            data.setdefault((cn, label, factor), {})[name] = value
            if differing and label:
                changed.append(f"{cn} {label} {factor}-{name}")
    return Stored(data, tuple(changed))


def start_of(label: str) -> int:
    """Return the instant (milliseconds UTC) that a DataTime names.

    Raises:
        ValueError: it is none.
    """
    return round(datetime.strptime(label, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING).timestamp() * 1000)


def label_of(start_ms: int) -> str:
    """Return the DataTime of a period that starts at ``start_ms`` (milliseconds UTC): Beijing time, seconds."""
    return f"{datetime.fromtimestamp(start_ms / 1000, UTC).astimezone(BEIJING):%Y%m%d%H%M%S}"
