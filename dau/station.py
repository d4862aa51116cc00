"""What command line, page and command handlers may ask of a station: all of it is read from its database."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dau.core.periods import MINUTE_MS
from dau.core.samples import Sample
from dau.database import StoreError, connect_readonly
from dau.database.errors import mapped
from dau.database.schema import missing_steps, refuse_foreign
from dau.store import audit, findings, keys, outbox, samples, settings, wire
from dau.store.audit import Act
from dau.store.schema import STATION
from dau.uplink.account import file_values
from dau.uplink.identity import Platform
from dau.words import text

RECENT_MS = 5 * MINUTE_MS
"""A channel whose newest sample is older than this shows no value."""

ACTS: Final = 5
"""So many of the newest audit rows are part of a status."""


@dataclass(frozen=True, slots=True)
class PlatformStatus:
    """How one platform stands: its link (None: never tried), its deliveries, what it changed, its key if any."""

    platform: Platform
    link: wire.Link | None
    deliveries: outbox.Tally
    changed: Sequence[settings.Setting]
    key: keys.Age | None


@dataclass(frozen=True, slots=True)
class StationStatus:
    """One look at a station: the newest sample of each channel that has a recent one, every platform, the last acts.

    ``open_findings`` is how many findings nobody closed.
    """

    latest: Sequence[Sample]
    platforms: Sequence[PlatformStatus]
    acts: Sequence[Act]
    open_findings: int


@contextmanager
def station_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database of a station for reading, running or not, for as long as the block lasts.

    Raises:
        StoreError: the station has not run yet, or not with this version, or its database cannot be read.
    """
    if not path.exists():
        raise StoreError(text("cli.never_ran", path=path))
    with mapped(path, "read"), closing(connect_readonly(path)) as connection:
        refuse_foreign(connection, STATION, path)
        if missing_steps(connection, STATION):
            raise StoreError(text("cli.older", path=path))
        yield connection


def read_status(
    connection: sqlite3.Connection, platforms: Sequence[Platform], now_ms: int, since_ms: int
) -> StationStatus:
    """Return how the station stands.

    Args:
        connection: of the station's database.
        platforms: as the settings file has them.
        now_ms: the present, milliseconds UTC.
        since_ms: ended deliveries are counted from then on, likewise.
    """
    newest, ages = samples.latest_ids(connection, now_ms - RECENT_MS, now_ms), keys.ages(connection)
    return StationStatus(
        latest=samples.by_ids(connection, newest),
        platforms=[
            PlatformStatus(
                platform=platform,
                link=wire.link_of(connection, platform.name),
                deliveries=outbox.tally(connection, platform.name, since_ms),
                changed=settings.in_force(connection, platform.name, file_values(platform)),
                key=ages.get(platform.name),
            )
            for platform in platforms
        ],
        acts=audit.newest(connection, ACTS),
        open_findings=findings.count_open(connection),
    )
