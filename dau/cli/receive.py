"""The command ``dau receive``: the other end of the line as a process of its own, until a signal ends it."""

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click

from dau.cli.arguments import WrongArgument, option_given
from dau.cli.receive_keys import keys
from dau.cli.receive_status import status_command
from dau.database import Database
from dau.errors import DauError
from dau.receiver.desk import Limits
from dau.receiver.door import door_of, open_door
from dau.receiver.follow_up import Habits
from dau.receiver.server import Receiver, listening
from dau.receiver.tables import SCHEMA
from dau.runtime.clock import SystemClock
from dau.runtime.logs import setup_logs
from dau.words import text

STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
LAST_PORT: Final = 65_535


class Wanted(TypedDict):
    """What the receiver shall ask units by itself."""

    sets_clock: bool
    renews_keys: bool


@dataclass(frozen=True, slots=True)
class Orders:
    """What the command line asks for."""

    host: str
    port: int
    database: Path
    limits: Limits
    habits: Habits


@click.group(invoke_without_command=True, help=text("receive.help"))
@click.option("--listen", metavar="HOST:PORT", help=text("receive.listen.help"))
@click.option("--database", type=click.Path(path_type=Path), metavar="FILE", help=text("receive.database.help"))
@click.option(
    "--idle-s",
    type=click.FloatRange(min=1),
    default=Limits().idle_s,
    show_default=True,
    help=text("receive.idle.help"),
)
@click.option("--set-clock", "sets_clock", is_flag=True, help=text("receive.set_clock.help"))
@click.option("--renew-keys", "renews_keys", is_flag=True, help=text("receive.renew_keys.help"))
@click.pass_context
def receive(
    context: click.Context, listen: str | None, database: Path | None, idle_s: float, **habits: Unpack[Wanted]
) -> None:
    """Run the receiver, unless a sub-command was given."""
    if context.invoked_subcommand:
        return
    host, port = address_of(option_given("--listen", listen))
    orders = Orders(host, port, option_given("--database", database), Limits(idle_s=idle_s), Habits(**habits))
    setup_logs("info", False)
    try:
        asyncio.run(_receive(orders))
    except DauError as error:
        raise click.ClickException(f"{text('receive.cannot')}: {error}") from error
    click.echo(text("receive.stopped"))


receive.add_command(status_command)
receive.add_command(keys)


def address_of(listen: str) -> tuple[str, int]:
    """Return host and port of ``host:port``; an IPv6 address stands in brackets.

    Raises:
        WrongArgument: it is something else.
    """
    host, _, port = listen.rpartition(":")
    if not host or not (port.isascii() and port.isdigit()) or int(port) > LAST_PORT:
        raise WrongArgument(text("receive.address", found=listen))
    return host.removeprefix("[").removesuffix("]"), int(port)


async def _receive(orders: Orders) -> None:
    stop = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database = Database(orders.database, SCHEMA)
    await database.open()
    try:
        receiver = Receiver(database, SystemClock(), orders.limits, orders.habits)
        async with (
            open_door(door_of(orders.database), receiver),
            listening(orders.host, orders.port, receiver) as address,
        ):
            click.echo(text("receive.listening", address=address, database=orders.database))
            await stop.wait()
    finally:
        await database.close()
