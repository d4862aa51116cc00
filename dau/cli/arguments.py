"""What commands of the receiver check of their arguments, and how they take secrets, which no command line may hold."""

import sys
from pathlib import Path
from typing import Final, TypeVar

import click

from dau.words import text

T = TypeVar("T")

STANDARD_INPUT: Final = "-"


class WrongArgument(click.ClickException):
    """The command cannot be understood; EX_CONFIG, as for settings files, so that no supervisor starts it again."""

    exit_code = 78


def option_given(option: str, value: T | None) -> T:
    """Return the value of an option that has no default.

    Raises:
        WrongArgument: it was not given.
    """
    if value is None:
        raise WrongArgument(text("receive.option_missing", option=option))
    return value


def secret_of(source: str) -> str:
    """Return the first line of a file, or the next one of standard input.

    Raises:
        WrongArgument: there is none.
    """
    try:
        if source == STANDARD_INPUT:
            line = sys.stdin.readline()
        else:
            with Path(source).open(encoding="utf-8") as file:
                line = file.readline()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "UTF-8"
        raise WrongArgument(text("send.no_file", source=source, reason=reason)) from error
    if not line.strip():
        raise WrongArgument(text("send.no_secret", source=source))
    return line.rstrip("\r\n")
