"""``dau run CONFIG``: the station itself, until it is told to stop."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Final

import click

from dau import app
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.settings import Settings
from dau.database import DatabaseNewer, StoreError
from dau.runtime.clock import SystemClock
from dau.runtime.logs import setup_logs
from dau.words import text

NO_RESTART: Final = 78
"""EX_CONFIG: what ails the station is not mended by starting it again (see ``systemd/``)."""


@click.command(help=text("cli.run"))
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--log-level", default="info", type=click.Choice(["debug", "info", "warning", "error"]))
@click.option("--log-json", is_flag=True, help=text("cli.run.log_json"))
def run(config: Path, log_level: str, log_json: bool) -> None:
    """Load the settings and run until SIGTERM or SIGINT."""
    try:
        settings = load_settings(config)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(NO_RESTART)
    setup_logs(log_level, log_json)
    try:
        asyncio.run(_until_stopped(settings))
    except* DatabaseNewer as errors:
        _tell(errors)
        sys.exit(NO_RESTART)
    except* StoreError as errors:
        _tell(errors)
        sys.exit(1)


async def _until_stopped(settings: Settings) -> None:
    station = asyncio.create_task(app.run(settings, app.World(SystemClock())), name="station")
    asked = asyncio.Event()  # asking twice must not cut short what the station still stores
    for stopping in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(stopping, asked.set)
    waiting = asyncio.create_task(asked.wait(), name="wait for a signal")
    await asyncio.wait([station, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    station.cancel()
    await asyncio.wait([station, waiting])
    if not station.cancelled():
        station.result()


def _tell(errors: BaseExceptionGroup[StoreError]) -> None:
    for error in errors.exceptions:
        click.echo(str(error), err=True)
