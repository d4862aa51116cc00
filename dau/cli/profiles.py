"""``dau profiles``: which instruments can be connected by name, what a profile says, whether its frames hold."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table

from dau.config.complaints import ConfigError
from dau.config.profiles import ReadProfile, all_profiles, profile_driver, profile_files, read_profile
from dau.words import text

BESIDE: Final = click.option(
    "--beside", type=click.Path(path_type=Path), default=Path(), help=text("profiles.beside"), metavar="FOLDER"
)


@click.group(help=text("profiles"), invoke_without_command=True)
@click.pass_context
def profiles(context: click.Context) -> None:
    """List all of them, unless something else is asked."""
    if context.invoked_subcommand is None:
        context.invoke(list_profiles, words=(), beside=Path())


@profiles.command("list", help=text("profiles.list"))
@click.argument("words", nargs=-1)
@BESIDE
def list_profiles(words: Sequence[str] = (), beside: Path = Path()) -> None:
    """Print a line for each profile in which all of the words occur."""
    table = Table(box=None, pad_edge=False)
    for column in ("id", "kind", "reliability", "title"):
        table.add_column(text(f"profiles.{column}"), overflow="fold", no_wrap=column == "id")
    count = 0
    for each in all_profiles(beside):
        if isinstance(each, ConfigError):
            click.echo(str(each), err=True)
        elif all(word.lower() in _searched(each) for word in words):
            head = each.head
            table.add_row(head.id, head.kind.value, head.reliability, f"{head.title_zh} / {head.title}")
            count += 1
    console = Console()
    console.width = max(console.width, 100)
    console.print(table)
    click.echo(text("profiles.count", count=count))


@profiles.command(help=text("profiles.show"))
@click.argument("profile")
@BESIDE
def show(profile: str, beside: Path) -> None:
    """Print the file of a profile as it stands, with where it was found."""
    file = _file(profile, beside)
    click.echo(f"# {file}")
    click.echo(file.read_text(encoding="utf-8"), nl=False)


@profiles.command(help=text("profiles.test"))
@click.argument("profile", nargs=-1, required=True)
@BESIDE
def test(profile: Sequence[str], beside: Path) -> None:
    """Run the golden frames of profiles; ends with 1 if any differs or a profile has a mistake."""
    failed = 0
    for name in profile:
        try:
            read = read_profile(_file(name, beside))
        except ConfigError as error:
            click.echo(str(error), err=True)
            failed += 1
            continue
        found = profile_driver(read.driver).example_differences(read.profile)
        for difference in found:
            click.echo(f"{read.head.id}: {difference}", err=True)
        failed += bool(found)
        click.echo(text("profiles.tested", name=read.head.id, count=len(read.profile.example), failed=len(found)))
    sys.exit(1 if failed else 0)


def _file(name: str, beside: Path) -> Path:
    """Return the file of a profile by its name, or a file as it was given."""
    if name.endswith(".toml"):
        return Path(name)
    files = profile_files(beside.absolute())
    if name not in files:
        raise click.ClickException(text("config.profile_unknown", found=name))
    return files[name]


def _searched(read: ReadProfile) -> str:
    head = read.head
    return " ".join((head.id, head.kind.value, head.title, head.title_zh, *head.makes)).lower()
