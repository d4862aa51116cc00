"""``dau audit CONFIG``: who changed or tried what at the station, and whether that record of it is whole."""

import json
import sqlite3
import sys
from dataclasses import asdict
from pathlib import Path

import click

from dau.app import database_path
from dau.cli.terminal import moment_text, printable
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.database import StoreError
from dau.station import station_database
from dau.store.audit import Act, end, first_broken, newest
from dau.words import text


@click.command(help=text("cli.audit"))
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--limit", type=click.IntRange(min=0), default=50, show_default=True, help=text("cli.audit.limit"))
@click.option("--json", "as_json", is_flag=True, help=text("cli.audit.json"))
def audit(config: Path, limit: int, as_json: bool) -> None:
    """Show the newest acts, the newest first, and check the whole chain; exit status 1 if it is broken."""
    try:
        with station_database(database_path(load_settings(config))) as connection:
            connection.execute("BEGIN")  # one moment of a file that changes
            broken = _show(connection, limit, as_json)
    except (ConfigError, StoreError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    sys.exit(0 if broken is None else 1)


def _show(connection: sqlite3.Connection, limit: int, as_json: bool) -> int | None:
    acts, last, broken = newest(connection, limit), end(connection), first_broken(connection)
    seal = None if last is None else last.seal.hex()
    if as_json:
        page = {"acts": [asdict(act) for act in acts], "first_broken": broken, "last_seal": seal}
        click.echo(json.dumps(page, ensure_ascii=False))
        return broken
    for act in acts:
        click.echo(act_text(act))
    if broken is not None:
        click.echo(text("cli.audit.broken", row=broken), err=True)
    elif last is None:
        click.echo(text("cli.audit.empty"))
    else:
        click.echo(text("cli.audit.whole", row=last.row, seal=last.seal.hex()))
    return broken


def act_text(act: Act) -> str:
    """Return one act as a line: when, who, what, to what, from what to what, and how it ended."""
    change = "" if act.before is None and act.after is None else f"{act.before or '-'} -> {act.after or '-'}"
    facts = filter(None, (act.who, act.what, act.subject, change, act.result))
    return "  ".join((moment_text(act.at_ms), *map(printable, facts)))
