"""``dau report day|month CONFIG DATE``: the report of a station as the standards lay it out."""

import re
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click

from dau.app import database_path
from dau.cli.arguments import WrongArgument
from dau.cli.report_sheet import Sheet, as_csv, as_html, as_text, sheet_of
from dau.cli.terminal import BEIJING
from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.settings import Settings
from dau.core.channels import Channel
from dau.core.periods import DAY_MS, Span, month_at, span_at
from dau.database import StoreError
from dau.quality.report import read_report
from dau.station import station_database
from dau.store import statistics
from dau.words import text

FORMS: Final = {"day": "YYYY-MM-DD", "month": "YYYY-MM"}


@click.command(help=text("report.help"))
@click.argument("kind", type=click.Choice(sorted(FORMS)))
@click.argument("config", type=click.Path(path_type=Path))
@click.argument("written", metavar="DATE")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help=text("report.csv"))
@click.option("--html", "html_file", type=click.Path(path_type=Path), help=text("report.html"))
def report(kind: str, config: Path, written: str, csv_file: Path | None, html_file: Path | None) -> None:
    """Print the report, and write it to the files that were asked for."""
    span = span_of(kind, written)
    try:
        sheet = _sheet(load_settings(config), span)
        if csv_file is not None:
            csv_file.write_text(as_csv(sheet), encoding="utf-8-sig")  # the mark lets spreadsheets read the Chinese
        if html_file is not None:
            html_file.write_text(as_html(sheet), encoding="utf-8")
    except (ConfigError, StoreError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(text("report.no_file", file=error.filename, reason=error.strerror), err=True)
        sys.exit(1)
    click.echo(as_text(sheet), nl=False)


def span_of(kind: str, written: str) -> Span:
    """Return the day or month of Beijing that a date names.

    Raises:
        WrongArgument: it names none.
    """
    form = r"\d{4}-\d\d-\d\d" if kind == "day" else r"\d{4}-\d\d"
    try:
        if not re.fullmatch(form, written, re.ASCII):
            raise ValueError
        day = date.fromisoformat(written if kind == "day" else f"{written}-01")
    except ValueError:
        raise WrongArgument(text("report.bad_date", found=repr(written), wanted=FORMS[kind])) from None
    noon_ms = round(datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING).timestamp() * 1000)
    return span_at(noon_ms, DAY_MS) if kind == "day" else month_at(noon_ms)


def _sheet(settings: Settings, span: Span) -> Sheet:
    with station_database(database_path(settings)) as connection:
        found = read_report(connection, _channels(settings), span)
        closed_ms = statistics.closed_until(connection)
    return sheet_of(found, settings.station.name, settings.station.medium, (closed_ms or 0) >= span.end_ms)


def _channels(settings: Settings) -> Sequence[Channel]:
    """Return what a report is about: all that some platform gets, but not what only leads to it."""
    every = channels_of(settings)
    told = {name for table in settings.platform for name in table.channels or (each.name for each in every)}
    return [channel for channel in every if not settings.platform or channel.name in told]
