"""A line named on the command line instead of in a settings file: a serial port with its settings, or host:port."""

from collections.abc import Callable
from typing import Any

import click
from pydantic import ValidationError

from dau.cli.arguments import WrongArgument
from dau.config.settings import BusTable
from dau.words import text


def line_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument TARGET and the settings of a serial port."""
    for option in (
        click.option("--stop-bits", type=click.Choice(["1", "2"]), default="1", help=text("line.stop_bits")),
        click.option("--parity", type=click.Choice(["N", "E", "O"]), default="N", help=text("line.parity")),
        click.option("--data-bits", type=click.Choice(["7", "8"]), default="8", help=text("line.data_bits")),
        click.argument("target"),
    ):
        command = option(command)
    return command


def bus_of(target: str, baud: int, parity: str, data_bits: str, stop_bits: str) -> BusTable:
    """Return the line as a table.

    Raises:
        WrongArgument: it cannot be a line.
    """
    host, colon, port = target.rpartition(":")
    where = {"tcp": target} if colon and host and port.isdecimal() else {"serial": target}
    keys = {"name": "line", "baud": baud, "parity": parity, "data_bits": int(data_bits), "stop_bits": int(stop_bits)}
    try:
        return BusTable.model_validate({**keys, **where})
    except ValidationError as error:
        raise WrongArgument(f"{target}: {error.errors(include_url=False)[0]['msg']}") from error
