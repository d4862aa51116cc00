"""The command ``dau``: finds the file of a command by its name and imports no other."""

import importlib
from typing import Final

import click

from dau.words import text

COMMANDS: Final = (
    "run",
    "check",
    "probe",
    "profiles",
    "listen",
    "scan",
    "status",
    "audit",
    "verify",
    "report",
    "rate",
    "marks",
    "declare",
    "findings",
    "packet",
    "codes",
    "export",
    "receive",
    "send",
)
"""Every command lives in the file of its name here, as a click command of that name."""


class LazyGroup(click.Group):
    """Imports a command when it is used, so that each starts as fast as it can."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command; None for a name that does not exist."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"dau.cli.{cmd_name}"), cmd_name)
        return command


@click.command(cls=LazyGroup, help=text("cli.dau"))
@click.version_option(package_name="dau")
def main() -> None:
    """Run the command the user asked for."""
