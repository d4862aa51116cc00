"""``dau findings``: what the rules noticed in the data, and what people make of it."""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
from rich import box
from rich.console import Console
from rich.table import Table

from dau.app import database_path
from dau.cli.station_file import loaded, write
from dau.cli.terminal import BEIJING, moment_text, printable
from dau.core.findings import Finding, Stage, Step
from dau.core.rules.names import Rule
from dau.core.rules.points import Point
from dau.core.states import names
from dau.database import StoreError
from dau.runtime.clock import SystemClock
from dau.station import station_database
from dau.store.findings import Wanted, listed, of_number, steps_of, take
from dau.words import text

CONFIG: Final = click.argument("config", type=click.Path(path_type=Path))
WIDTH: Final = 100
COLUMNS: Final = ("id", "rule", "channel", "first", "last", "stage")


@click.group(help=text("findings"))
def findings() -> None:
    """List findings, show one, or say what was made of it."""


@findings.command("list", help=text("findings.list"))
@CONFIG
@click.option("--all", "is_all", is_flag=True, help=text("findings.all"))
@click.option("--rule", type=click.Choice([each.value for each in Rule]), help=text("findings.by_rule"))
@click.option("--channel", metavar="NAME", help=text("findings.by_channel"))
@click.option("--since", type=click.DateTime(), help=text("findings.since"))
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help=text("findings.limit"))
@click.option("--json", "as_json", is_flag=True, help=text("findings.json"))
def list_command(config: Path, limit: int, as_json: bool, **options: Any) -> None:
    """Print findings, the newest first."""
    wanted = Wanted(
        rule=None if options["rule"] is None else Rule(options["rule"]),
        subject=options["channel"],
        since_ms=None if options["since"] is None else _ms(options["since"]),
        pending=not options["is_all"],
    )
    try:
        with station_database(database_path(loaded(config))) as connection:
            found = listed(connection, wanted, limit)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps([_facts(each) for each in found], ensure_ascii=False))
    elif found:
        Console(width=WIDTH, markup=False, highlight=False).print(_table(found))
    else:
        click.echo(text("findings.none"))


@findings.command("show", help=text("findings.show"))
@CONFIG
@click.argument("number", metavar="ID", type=int)
def show(config: Path, number: int) -> None:
    """Print one finding with its evidence and with everything that became of it."""
    try:
        with station_database(database_path(loaded(config))) as connection:
            found = _one(of_number(connection, number), number)
            steps = steps_of(connection, number)
    except StoreError as error:
        raise click.ClickException(str(error)) from error
    for line in _lines(found, steps):
        click.echo(line)


def _stage_command(name: str, stage: Stage) -> None:
    @findings.command(name, help=text(f"findings.{name}"))
    @CONFIG
    @click.argument("number", metavar="ID", type=int)
    @click.option("--who", required=True, metavar="NAME", help=text("findings.who"))
    @click.option("--reason", required=True, metavar="TEXT", help=text("findings.reason"))
    def command(config: Path, number: int, who: str, reason: str) -> None:
        """Note what a person made of a finding."""
        if not who.strip() or not reason.strip():
            raise click.UsageError(text("findings.empty"))
        step = Step(SystemClock().now_ms(), who.strip(), stage, reason.strip())
        found = _one(write(loaded(config), partial(take, number=number, step=step)), number)
        click.echo(text("findings.noted", id=found.id))


for _name, _stage in (("ack", Stage.ACKNOWLEDGED), ("explain", Stage.EXPLAINED), ("close", Stage.CLOSED)):
    _stage_command(_name, _stage)


def _one(found: Finding | None, number: int) -> Finding:
    if found is None:
        click.echo(text("findings.unknown", id=number), err=True)
        sys.exit(1)
    return found


def _table(found: Sequence[Finding]) -> Table:
    table = Table(*(text(f"findings.{name}").replace(" / ", "\n") for name in COLUMNS), box=box.SIMPLE)
    for each in found:
        seen = each.seen
        last = text("findings.running") if each.running else moment_text(seen.last_ms)[:-3]
        table.add_row(
            str(each.id),
            _word("rule", seen.rule).replace(" / ", "\n"),
            seen.subject or "-",
            moment_text(seen.first_ms)[:-3],
            last.replace(" / ", "\n"),
            _word("stage", each.stage).replace(" / ", "\n"),
        )
    return table


def _lines(found: Finding, steps: Sequence[Step]) -> Iterator[str]:
    seen = found.seen
    yield f"{found.id}  {_word('rule', seen.rule)}  {seen.subject or '-'}"
    end = text("findings.running") if found.running else ""
    yield "  ".join(filter(None, (f"{moment_text(seen.first_ms)} .. {moment_text(seen.last_ms)}", end)))
    for heading, facts in (("findings.parameters", seen.parameters), ("findings.facts", seen.facts or {})):
        if facts:
            yield f"{text(heading)}: " + ", ".join(f"{name} = {fact}" for name, fact in facts.items())
    yield from (_point_text(point) for point in seen.points)
    for step in steps:
        who = printable(step.who) or text("findings.unit")
        yield "  ".join(
            filter(None, (moment_text(step.at_ms), who, _word("stage", step.stage), printable(step.reason)))
        )


def _point_text(point: Point) -> str:
    number = "-" if point.number is None else f"{point.number:g}"
    return f"  {moment_text(point.at_ms)}  {number}  {' '.join(names(point.state))}"


def _facts(found: Finding) -> dict[str, object]:
    facts = asdict(found)
    seen = facts.pop("seen")
    seen["points"] = [
        {"at_ms": point.at_ms, "states": names(point.state), "value": point.value, "raw": point.raw}
        for point in found.seen.points
    ]
    return {**facts, **seen}


def _word(topic: str, key: Rule | Stage) -> str:
    return text(f"findings.{topic}.{key.value}")


def _ms(moment: datetime) -> int:
    return round(moment.replace(tzinfo=BEIJING).timestamp() * 1000)
