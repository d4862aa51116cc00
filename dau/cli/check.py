"""``dau check CONFIG``: every mistake of a settings file at once, or what was understood and what is converted."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Final, NoReturn

import click

from dau.acquire.load import hasty, overload
from dau.acquire.wiring import instruments_of, line_of
from dau.app import dial_bus
from dau.config.complaints import Complaint, ConfigError
from dau.config.lines import locate
from dau.config.load import load_settings
from dau.config.platforms import conversions
from dau.config.profiles import ProfiledOptions
from dau.config.settings import Settings
from dau.words import text

MISTAKES: Final = 78
"""EX_CONFIG, as ``dau run`` ends with the same file."""


@click.command(help=text("config.check"))
@click.argument("config", type=click.Path(path_type=Path))
def check(config: Path) -> None:
    """Read the settings and say what is wrong with them; nothing is opened but the file."""
    try:
        settings = load_settings(config)
    except ConfigError as error:
        _refuse(config, error.complaints)
    if unfit := tuple(_unfit_buses(config, settings)):
        _refuse(config, unfit)
    counts = {
        "buses": len(settings.bus),
        "instruments": len(settings.instrument),
        "channels": len(settings.channels),
        "platforms": len(settings.platform),
    }
    click.echo(text("config.understood", file=config, **counts))
    for each in conversions(settings):
        click.echo(text("config.converts", **asdict(each)))
    for name, shipped, line in other_lines(settings):
        click.echo(text("config.other_line", name=name, shipped=shipped, line=line))


def other_lines(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Yield instruments on a serial line that their makers ship for another one: name, as shipped, as it is here."""
    lines = {
        bus.name: f"{bus.baud} {bus.data_bits}{bus.parity}{bus.stop_bits}"
        for bus in settings.bus
        if bus.serial is not None
    }
    for table in settings.instrument:
        shipped = table.options.said("line") if isinstance(table.options, ProfiledOptions) else None
        line = lines.get(table.bus)
        if isinstance(shipped, str) and line is not None and shipped != line:
            yield table.name, shipped, line


def _unfit_buses(config: Path, settings: Settings) -> Iterator[Complaint]:
    """Yield a complaint about each bus that cannot carry its polls, and about time-outs too short for the way."""
    lines = locate(config.read_text(encoding="utf-8"))
    numbers = {table.name: index for index, table in enumerate(settings.instrument)}
    for index, bus in enumerate(settings.bus):
        line, instruments = line_of(bus, dial_bus(bus)), instruments_of(settings, bus)
        told = overload(line, instruments)
        if told:
            yield Complaint(str(config), lines["bus", index], f'[[bus]] "{bus.name}"', told)
        for name, hurry in hasty(line, instruments):
            yield Complaint(str(config), lines["instrument", numbers[name]], f'[[instrument]] "{name}"', hurry)


def _refuse(config: Path, complaints: tuple[Complaint, ...]) -> NoReturn:
    for complaint in complaints:
        click.echo(str(complaint))
    click.echo(text("config.mistakes", file=config, count=len(complaints)))
    sys.exit(MISTAKES)
