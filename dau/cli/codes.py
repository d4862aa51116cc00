"""``dau codes [TEXT]``: the code tables that ship with the program, searched by code or by name."""

import sys
from collections.abc import Iterable

import click
from rich import box
from rich.console import Console
from rich.table import Table

from dau.codes import Code, System, every, every_system, find
from dau.hj212 import Edition
from dau.words import text

COLUMNS = ("code", "zh", "en", "unit", "width", "total_unit", "old")


@click.command(help=text("codes.help"))
@click.argument("wanted", metavar="[TEXT]", default="")
@click.option(
    "--edition",
    type=click.Choice([each.value for each in Edition]),
    default=Edition.E2017.value,
    show_default=True,
    help=text("codes.edition"),
)
def codes(wanted: str, edition: str) -> None:
    """Print every row that has the text in its code or in one of its names."""
    rules = Edition(edition)
    rows = [*map(_factor, _found(wanted, rules)), *map(_system, _systems(wanted, rules))]
    if not rows:
        click.echo(text("codes.nothing", edition=edition, wanted=wanted), err=True)
        sys.exit(1)
    table = Table(*(text(f"codes.{name}") for name in COLUMNS), box=box.SIMPLE)
    for row in rows:
        table.add_row(*row)
    Console(markup=False, highlight=False).print(table)


def _found(wanted: str, edition: Edition) -> Iterable[Code]:
    """Return the rows that have the text somewhere, and the one that stands for a code with a device number."""
    exact = find(edition, wanted)
    return [row for row in every(edition) if row == exact or _has(wanted, row.code, row.zh, row.en, row.old or "")]


def _systems(wanted: str, edition: Edition) -> Iterable[System]:
    return [system for system in every_system(edition) if _has(wanted, f"ST={system.st}", system.zh, system.en)]


def _has(wanted: str, *texts: str) -> bool:
    return any(wanted.casefold() in each.casefold() for each in texts)


def _factor(row: Code) -> tuple[str, ...]:
    width = "" if row.whole_digits is None else f"N{row.whole_digits}.{row.decimals}".removesuffix(".0")
    return row.code, row.zh, row.en, "-" if row.unit == "" else row.unit or "", width, row.total_unit, row.old or ""


def _system(system: System) -> tuple[str, ...]:
    return f"ST={system.st}", system.zh, system.en, "", "", "", ""
