"""The command ``dau receive keys``: which units have a key and how old it is; ``set`` stores one. No key is shown."""

import asyncio
from pathlib import Path
from typing import Final

import click

from dau.cipher import key_bytes
from dau.cli.arguments import STANDARD_INPUT, WrongArgument, option_given, secret_of
from dau.database import Database
from dau.errors import DauError
from dau.hj212 import qn_from_ms
from dau.receiver.status import KeyStatus, status_of
from dau.receiver.tables import SCHEMA
from dau.receiver.unit_keys import set_current
from dau.runtime.clock import SystemClock
from dau.words import text

FILE: Final = click.option(
    "--database", type=click.Path(path_type=Path), metavar="FILE", help=text("receive.database.help")
)
OTHERS: Final = 0o077
"""Mode bits that let others than the owner in."""


@click.group(invoke_without_command=True, help=text("receive.keys.help"))
@FILE
@click.pass_context
def keys(context: click.Context, database: Path | None) -> None:
    """List the units, unless a sub-command was given."""
    if context.invoked_subcommand:
        return
    try:
        found = status_of(option_given("--database", database)).keys
    except DauError as error:
        raise click.ClickException(str(error)) from error
    now_ms = SystemClock().now_ms()
    click.echo("\n".join(line_of(each, now_ms) for each in found) or text("receive.keys.none"))


def line_of(unit: KeyStatus, now_ms: int) -> str:
    """Return what is shown of the keys of a unit."""
    days = unit.age_days(now_ms)
    line = (
        text("receive.keys.without", mn=unit.mn) if days is None else text("receive.keys.line", mn=unit.mn, days=days)
    )
    return f"{line}; {text('receive.keys.uncertain', count=unit.uncertain)}" if unit.uncertain else line


@keys.command("set", help=text("receive.keys.set.help"))
@click.argument("mn")
@click.option("--key-file", metavar="FILE", default=STANDARD_INPUT, help=text("receive.key_file.help"))
@FILE
def set_key(mn: str, key_file: str, database: Path | None) -> None:
    """Store a key."""
    path = option_given("--database", database)
    line = secret_of(key_file)
    try:
        key = key_bytes(line)
    except DauError as error:
        raise WrongArgument(text("receive.keys.unreadable", reason=error)) from error
    try:
        if path.exists() and path.stat().st_mode & OTHERS:
            raise WrongArgument(text("receive.keys.mode", file=path, mode=f"{path.stat().st_mode & 0o777:o}"))
        asyncio.run(_store(path, mn, key))
    except (DauError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(text("receive.keys.set.done", mn=mn))


async def _store(path: Path, mn: str, key: bytes) -> None:
    at_ms = SystemClock().now_ms()
    database = Database(path, SCHEMA)
    await database.open()
    try:
        await database.write(lambda connection: set_current(connection, mn, key, at_ms, qn_from_ms(at_ms)))
    finally:
        await database.close()
