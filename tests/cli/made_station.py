"""The database of a station as `dau run` would have left it, made for commands that read it."""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from dau.database import Database
from dau.store.schema import STATION

CONFIG: Final = Path(__file__).parents[2] / "config" / "outfall" / "station.toml"


def settings_file(folder: Path) -> Path:
    """Copy the example station's settings; its database will be ``var/station.db`` beside them."""
    return Path(shutil.copy(CONFIG, folder / "station.toml"))


def database_of(config: Path) -> Path:
    return config.parent / "var" / "station.db"


def fill(config: Path, *jobs: Callable[[sqlite3.Connection], object]) -> None:
    """Make the database and do ``jobs`` in it."""

    async def work() -> None:
        database = Database(database_of(config), STATION)
        await database.open()
        try:
            for job in jobs:
                await database.write(job)
        finally:
            await database.close()

    asyncio.run(work())


def damage_table(path: Path, table: str) -> None:
    """Overwrite the first page of a table and of its indices; the file still opens."""
    connection = sqlite3.connect(path)
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    pages = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE rootpage > 0 AND tbl_name = ?", (table,)
    ).fetchall()
    connection.close()
    with path.open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
