"""``dau export samples|statistics|packets|declarations|conditions CONFIG``: what the station holds, as CSV."""

import csv
import re
import sqlite3
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from dau.app import database_path
from dau.cli.terminal import BEIJING
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.core.states import State, names
from dau.database import StoreError
from dau.station import station_database
from dau.words import text

TIMES: Final = frozenset(
    {"at_ms", "start_ms", "created_ms", "entered_ms", "from_ms", "until_ms", "ended_ms", "data_ms", "sampled_ms"}
)
SECRET: Final = re.compile(rb"((?:PW|NewSK) *= *)[^;&,]*", re.IGNORECASE)
"""However a platform writes the field, and whatever stands before it: a packet may be torn."""
STATES: Final = frozenset({"states", "state"})

QUERIES: Final = {
    "samples": "SELECT at_ms, channel.name AS channel, factor, unit, raw, value, states, late, data_ms, sampled_ms"
    " FROM sample JOIN channel ON channel.id = sample.channel"
    " WHERE at_ms >= ? AND at_ms < ? ORDER BY sample.id",
    "statistics": "SELECT start_ms, length_ms / 1000 AS length_s, channel.name AS channel, factor, unit, state, valid,"
    " count, expected, mean, low, high, raw_mean, total"
    " FROM statistic JOIN channel ON channel.id = statistic.channel"
    " WHERE start_ms >= ? AND start_ms < ? ORDER BY start_ms, length_ms, channel.id",
    "packets": "SELECT at_ms, platform, CASE sent WHEN 1 THEN 'sent' ELSE 'received' END AS direction, record, frame"
    " FROM wire WHERE at_ms >= ? AND at_ms < ? ORDER BY id",
    "declarations": "SELECT id, entered_ms, kind, declaration.who, declaration.why, from_ms, until_ms, channels,"
    " facility, condition, value, retroactive, declaration_end.at_ms AS ended_ms, declaration_end.who AS ended_by,"
    " declaration_end.why AS ended_why"
    " FROM declaration LEFT JOIN declaration_end ON declaration_end.declaration = declaration.id"
    " WHERE entered_ms >= ? AND entered_ms < ? ORDER BY id",
    "conditions": "SELECT from_ms, facility, condition, by_person FROM turn"
    " WHERE from_ms >= ? AND from_ms < ? ORDER BY id",
}


@click.command(help=text("cli.export"))
@click.argument("what", type=click.Choice(sorted(QUERIES)))
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--from", "since", type=click.DateTime(), help=text("cli.export.from"))
@click.option("--to", "until", type=click.DateTime(), help=text("cli.export.to"))
def export(what: str, config: Path, since: datetime | None, until: datetime | None) -> None:
    """Write CSV to standard output; times are those of Beijing, states are names."""
    try:
        with station_database(database_path(load_settings(config))) as connection:
            _write(connection.execute(QUERIES[what], (_ms(since, 0), _ms(until, 1 << 62))))
    except (ConfigError, StoreError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def _write(rows: sqlite3.Cursor) -> None:
    names = [str(column[0]) for column in rows.description]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([name.removesuffix("_ms") if name in TIMES else name for name in names])
    for row in rows:
        writer.writerow([_shown(name, value) for name, value in zip(names, row, strict=True)])


def _shown(name: str, value: object) -> object:
    if value is None:
        return ""
    if name in TIMES and isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, BEIJING).isoformat(sep=" ", timespec="milliseconds")
    if name in STATES and isinstance(value, int):
        return " ".join(names(State(value)))
    if isinstance(value, bytes):
        return without_password(value).decode("utf-8", "backslashreplace").rstrip("\r\n")
    return value


def without_password(frame: bytes) -> bytes:
    """Return the frame with its password masked: what leaves the unit holds no secret."""
    return SECRET.sub(rb"\1******", frame)


def _ms(moment: datetime | None, default: int) -> int:
    return default if moment is None else round(moment.replace(tzinfo=BEIJING).timestamp() * 1000)
