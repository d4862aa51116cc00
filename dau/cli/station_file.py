"""The database of a station, for commands that write into it while the station runs, or when it does not."""

import asyncio
from pathlib import Path
from typing import TypeVar

import click

from dau.app import database_path
from dau.config.load import load_settings
from dau.config.settings import Settings
from dau.database import Database
from dau.database.worker import Job
from dau.errors import DauError
from dau.station import station_database
from dau.store.schema import STATION

T = TypeVar("T")


def loaded(config: Path) -> Settings:
    """Return the settings.

    Raises:
        ClickException: they cannot be used.
    """
    try:
        return load_settings(config)
    except DauError as error:
        raise click.ClickException(str(error)) from error


def write(settings: Settings, job: Job[T]) -> T:
    """Run a job in a transaction of the station's database, beside the station itself if that runs.

    Raises:
        ClickException: there is no database yet, or it cannot be written.
    """

    async def run() -> T:
        with station_database(database_path(settings)):  # refuses what is no database of a station
            database = Database(database_path(settings), STATION)
        await database.open()
        try:
            return await database.write(job)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except DauError as error:
        raise click.ClickException(str(error)) from error
