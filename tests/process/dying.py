"""A station that dies in the middle of a transaction: ``python -m tests.process.dying DATABASE TABLE NUMBER``.

It closes minutes until the given number of rows went into the table, and ends then as if by SIGKILL.
"""

import os
import sqlite3
import sys
from pathlib import Path
from typing import Final

from dau.runtime.clock import LoopClock
from tests.process.station import Station, live, ms

BEGIN: Final = "2026-01-01 10:58:00"
EXIT: Final = 9


def arm(connection: sqlite3.Connection, table: str, number: int) -> None:
    """Let the process end when the ``number``-th row goes into ``table``."""
    left = number

    def die() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(EXIT)

    connection.create_function("die", 0, die)
    connection.execute(f"CREATE TEMP TRIGGER dying AFTER INSERT ON main.{table} BEGIN SELECT die(); END")


def main(path: str, table: str, number: str) -> None:
    """Live, and die."""

    async def story(station: Station) -> None:
        await station.database.write(lambda connection: arm(connection, table, int(number)))
        await station.hear_until("2026-01-01 11:05:00")

    live(Station(Path(path), LoopClock(ms(BEGIN))), story)


if __name__ == "__main__":
    main(*sys.argv[1:])
