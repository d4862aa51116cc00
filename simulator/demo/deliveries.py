"""How far a station has got with what it owes: read from its database without disturbing it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CLOSED: Final = ("interval", "hour", "day", "restart")
"""Records that must be acknowledged; a live value may expire."""


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Closed records of one station for one platform: how many, and how many the platform acknowledged.

    ``whole_minutes`` are the acknowledged minutes in which the station ran from their beginning; ``live`` counts live
    values, ``live_acknowledged`` those that arrived.
    """

    closed: int = 0
    acknowledged: int = 0
    whole_minutes: int = 0
    live: int = 0
    live_acknowledged: int = 0

    @property
    def waiting(self) -> int:
        """Closed records without a receipt."""
        return self.closed - self.acknowledged


def read_deliveries(database: Path, platform: str, since_ms: int) -> Deliveries:
    """Return how the deliveries to the platform stand; a station that has no database yet owes nothing.

    ``since_ms`` (milliseconds UTC) is when the station had begun.
    """
    query = """
        SELECT kind, count(*), sum(state = 'acknowledged'),
               sum(state = 'acknowledged' AND kind = 'interval' AND start_ms >= ?)
        FROM delivery JOIN record ON record.id = delivery.record WHERE platform = ? GROUP BY kind
    """
    if not database.exists():
        return Deliveries()
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'delivery'").fetchone() is None:
            return Deliveries()
        rows = {kind: counts for kind, *counts in connection.execute(query, (since_ms, platform))}
    live = rows.pop("realtime", [0, 0, 0])
    total = [sum(column) for column in zip(*(rows[kind] for kind in CLOSED if kind in rows), strict=True)] or [0, 0, 0]
    return Deliveries(*total, *live[:2])
