"""``dau verify [DATABASE]``: prove the file of a station whole, or name the first broken link of each chain."""

import sqlite3
import sys
from pathlib import Path

import click

from dau.cli.terminal import moment_text, printable
from dau.database import StoreError
from dau.database.errors import mapped
from dau.station import station_database
from dau.store import seals
from dau.store.proof import Part, Verdict, prove
from dau.words import text

DAYS = frozenset({Part.SEALS, Part.STATISTICS, Part.SAMPLES})
"""Parts whose broken place is a day."""


@click.command(help=text("verify.help"))
@click.argument("database", type=click.Path(path_type=Path), default=Path("var/station.db"))
def verify(database: Path) -> None:
    """Look at every part, also behind a broken one, and end with 1 if any is."""
    try:
        with station_database(database) as connection, mapped(database, "read"):
            is_whole = _tell(connection)
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(text("verify.whole" if is_whole else "verify.broken", database=database))
    sys.exit(0 if is_whole else 1)


def _tell(connection: sqlite3.Connection) -> bool:
    is_whole = True
    for verdict in prove(connection):
        click.echo(_line(verdict))
        is_whole &= verdict.broken is None
    last = seals.newest(connection)
    if last is not None:
        click.echo(text("verify.seal", day=_day(last.day_ms), seal=last.seal.hex()))
    return is_whole


def _line(verdict: Verdict) -> str:
    name = text(f"verify.{verdict.part.value}", count=verdict.count)
    if verdict.broken is None:
        return f"[ok] {name}"
    is_day = verdict.part in DAYS and isinstance(verdict.broken, int)
    place = _day(int(verdict.broken)) if is_day else printable(str(verdict.broken))
    return f"[!!] {name}: {text('verify.at', place=place)}"


def _day(start_ms: int) -> str:
    return moment_text(start_ms)[:10]
