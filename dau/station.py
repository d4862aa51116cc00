"""What command line, page and command handlers may ask of a station: all of it is read from its database."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from dau.core.periods import MINUTE_MS
from dau.core.samples import Sample
from dau.database import StoreError, connect_readonly
from dau.database.errors import mapped
from dau.database.schema import refuse_foreign
from dau.store import outbox, samples, wire
from dau.store.schema import STATION
from dau.words import text

RECENT_MS = 5 * MINUTE_MS
"""A channel whose newest sample is older than this shows no value."""


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """How one platform stands: its link (None: never tried) and its deliveries."""

    name: str
    link: wire.Link | None
    deliveries: outbox.Tally


@dataclass(frozen=True, slots=True)
class StationStatus:
    """One look at a station: the newest sample of each channel that has a recent one, and every platform."""

    latest: Sequence[Sample]
    platforms: Sequence[PlatformStatus]


@contextmanager
def station_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a station for reading, running or not, for as long as the block lasts.

    Raises:
        StoreError: the station has not run yet, or its database cannot be read.
    """
    if not path.exists():
        raise StoreError(text("cli.never_ran", path=path))
    with mapped(path, "read"), closing(connect_readonly(path)) as connection:
        refuse_foreign(connection, STATION, path)
        yield connection


def read_status(connection: sqlite3.Connection, platforms: Sequence[str], now_ms: int, since_ms: int) -> StationStatus:
    """Return how the station stands now; ended deliveries are counted since ``since_ms`` (milliseconds UTC)."""
    newest = samples.latest_ids(connection, now_ms - RECENT_MS, now_ms)
    return StationStatus(
        latest=samples.by_ids(connection, newest),
        platforms=[
            PlatformStatus(name, wire.link_of(connection, name), outbox.tally(connection, name, since_ms))
            for name in platforms
        ],
    )
