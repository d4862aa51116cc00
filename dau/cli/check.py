"""``dau check CONFIG``: every mistake of a settings file at once, or one line that says what was understood."""

import sys
from pathlib import Path
from typing import Final

import click

from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.words import text

MISTAKES: Final = 78
"""EX_CONFIG, as ``dau run`` ends with the same file."""


@click.command(help=text("config.check"))
@click.argument("config", type=click.Path(path_type=Path))
def check(config: Path) -> None:
    """Read the settings and say what is wrong with them."""
    try:
        settings = load_settings(config)
    except ConfigError as error:
        click.echo(str(error))
        click.echo(text("config.mistakes", file=config, count=len(error.complaints)))
        sys.exit(MISTAKES)
    counts = {
        "buses": len(settings.bus),
        "instruments": len(settings.instrument),
        "channels": len(settings.channel),
        "platforms": len(settings.platform),
    }
    click.echo(text("config.understood", file=config, **counts))
