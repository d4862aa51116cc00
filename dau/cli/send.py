"""The command ``dau send``: one request or notice to a connected unit, shown step by step to its end."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Final, TypedDict, Unpack

import click

from dau.cli.arguments import WrongArgument, option_given, secret_of
from dau.cli.send_show import lines_of, lines_of_commands, reason_of
from dau.errors import DauError
from dau.hj212 import SECRETS, Content, Deviation, Pair, RemoteError
from dau.hj212.content import read_content
from dau.link import LinkRefused
from dau.receiver.door_client import give_order
from dau.receiver.door_lines import LONGEST_TIMEOUT_S, told_line
from dau.receiver.orders import Ending, Order, Outcome, Told
from dau.receiver.renewal import RENEWAL
from dau.words import text

PASSWORD_VARIABLE: Final = "DAU_PW"  # noqa: S105 - its name, not its value
SECRET_NAMES: Final = frozenset(name.lower() for name in SECRETS)

UNREACHABLE: Final = 2
"""Exit status if the unit cannot be reached: unknown, not connected, or there is no receiver."""

EXIT: Final = {Outcome.DONE: 0, Outcome.UNKNOWN: UNREACHABLE, Outcome.AWAY: UNREACHABLE}
SECONDS: Final = click.FloatRange(min=0, max=LONGEST_TIMEOUT_S, min_open=True)


class Unreachable(click.ClickException):
    """There is no receiver to give the order to."""

    exit_code = UNREACHABLE


class Wanted(TypedDict):
    """What the command line asks for."""

    mn: str | None
    cn: str | None
    items: tuple[str, ...]
    pw_file: str | None
    st: str | None
    via: str | None
    is_as_given: bool
    timeout_s: float
    execution_timeout_s: float


@click.command(help=text("send.help"))
@click.argument("mn", required=False)
@click.argument("cn", required=False)
@click.argument("items", nargs=-1, metavar="[ITEM]...")
@click.option("--database", type=click.Path(path_type=Path), metavar="FILE", help=text("send.database.help"))
@click.option("--list", "lists", is_flag=True, help=text("send.list.help"))
@click.option("--as-given", "is_as_given", is_flag=True, help=text("send.as_given.help"))
@click.option("--json", "as_json", is_flag=True, help=text("send.json.help"))
@click.option("--pw-file", metavar="FILE", help=text("send.pw_file.help"))
@click.option("--st", metavar="ST", help=text("send.st.help"))
@click.option("--via", metavar="MN", help=text("send.via.help"))
@click.option("--timeout-s", type=SECONDS, default=10.0, show_default=True, help=text("send.timeout.help"))
@click.option("--execution-timeout-s", type=SECONDS, default=60.0, show_default=True, help=text("send.execution.help"))
def send(database: Path | None, as_json: bool, lists: bool, **wanted: Unpack[Wanted]) -> None:
    """Give the order and follow it to its end."""
    if lists:
        click.echo("\n".join(lines_of_commands()))
        return
    file, order = option_given("--database", database), order_of(wanted)
    try:
        for told in give_order(file, order):
            _show(told, as_json)
            if isinstance(told, Ending):
                sys.exit(EXIT.get(told.outcome, 1))
    except LinkRefused as error:
        raise Unreachable(str(error)) from error
    except DauError as error:
        raise click.ClickException(str(error)) from error


def order_of(wanted: Wanted) -> Order:
    """Return the order that a command line asks for.

    Raises:
        WrongArgument: it cannot be understood, or would show a secret.
    """
    mn, cn = _given("MN", wanted["mn"]), _given("CN", wanted["cn"])
    if not re.fullmatch("[0-9]{4}", cn):
        raise WrongArgument(text("send.bad_cn", found=cn))
    if cn == RENEWAL and wanted["items"]:
        raise WrongArgument(text("send.key_given"))
    return Order(
        mn=mn,
        cn=cn,
        pw=_password(wanted["pw_file"]),
        cp=_content(wanted["items"]),
        st=wanted["st"],
        via=wanted["via"],
        is_as_given=wanted["is_as_given"],
        timeout_s=wanted["timeout_s"],
        execution_timeout_s=wanted["execution_timeout_s"],
    )


def _given(name: str, value: str | None) -> str:
    if value is None:
        raise WrongArgument(text("send.argument_missing", name=name))
    return value


def _password(pw_file: str | None) -> str | None:
    """Return the password given, None if the unit's own shall be taken."""
    return secret_of(pw_file) if pw_file else os.environ.get(PASSWORD_VARIABLE)


def _content(items: tuple[str, ...]) -> Content:
    """Return the content that the arguments spell, in the grammar of CP."""
    content: Content = ()
    for item in items:
        content += tuple(tuple(map(_revealed, pairs)) for pairs in _read(item))
    return content


def _read(item: str) -> Content:
    met: list[Deviation] = []
    try:
        found = read_content(item, met.append)
    except RemoteError as error:
        raise WrongArgument(text("send.bad_item", item=item, reason=error)) from error
    if met or not found:
        reason = ", ".join(deviation.value for deviation in met)
        raise WrongArgument(text("send.bad_item", item=item, reason=reason))
    return found


def _revealed(pair: Pair) -> Pair:
    """Return the pair with its secret read from where the command line says."""
    name, value = pair
    if name.lower() not in SECRET_NAMES:
        return pair
    if not value.startswith("@"):
        raise WrongArgument(text("send.secret_shown", name=name))
    return name, secret_of(value.removeprefix("@"))


def _show(told: Told | Ending, as_json: bool) -> None:
    if not isinstance(told, Ending):
        click.echo(told_line(told).rstrip(b"\n") if as_json else "\n".join(lines_of(told)))
    elif as_json:
        ending = {"end": told.outcome.value, "code": told.code, "reason": reason_of(told)}
        click.echo(json.dumps(ending, ensure_ascii=False))
    else:
        click.echo(reason_of(told), err=told.outcome is not Outcome.DONE)
