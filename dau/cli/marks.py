"""``dau marks``: the mark book of a station, the hours it leaves of each cap, and what is due."""

import csv
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import click

from dau.app import database_path
from dau.cli.arguments import WrongArgument
from dau.cli.station_file import loaded, write
from dau.cli.terminal import BEIJING, moment_text, printable
from dau.config.channels import channels_of
from dau.config.settings import Settings
from dau.core.marks import Category
from dau.core.periods import DAY_MS, MINUTE_MS, Span, span_at
from dau.database import StoreError
from dau.quality import care
from dau.runtime.clock import SystemClock
from dau.station import station_database
from dau.store import marks as book
from dau.store.marks import Entry
from dau.words import text

CONFIG: Final = click.argument("config", type=click.Path(path_type=Path))
ALWAYS: Final = Span(0, 1 << 60)
COLUMNS: Final = ("number", "category", "subject", "label", "from", "until", "reason", "who", "made", "fields")


@click.group(help=text("marks.help"))
def marks() -> None:
    """Each thing to do with the book is a command of its own."""


@marks.command(help=text("marks.add"))
@CONFIG
@click.argument("category", type=click.IntRange(1, 8))
@click.argument("subject")
@click.argument("label")
@click.option("--from", "since", type=click.DateTime(), required=True, help=text("marks.from"))
@click.option("--until", type=click.DateTime(), required=True, help=text("marks.until"))
@click.option("--field", "fields", multiple=True, metavar="NAME=VALUE", help=text("marks.field"))
@click.option("--who", required=True, metavar="NAME", help=text("marks.who"))
@click.option("--why", required=True, metavar="TEXT", help=text("marks.why"))
def add(config: Path, category: int, subject: str, label: str, **options: object) -> None:
    """Enter a mark."""
    since, until = _ms(options["since"]), _ms(options["until"])
    who, why = str(options["who"]).strip(), str(options["why"]).strip()
    if until <= since or not (who and why and subject.strip() and label.strip()):
        raise WrongArgument(text("marks.empty"))
    given = [str(each).partition("=") for each in _listed(options["fields"])]
    if any(not equals for _, equals, _ in given):
        raise WrongArgument(text("marks.bad_field"))
    fields = {name: value for name, _, value in given}
    entry = Entry(
        Category(category), subject, label, Span(since, until - since), why, who, SystemClock().now_ms(), fields
    )
    number = write(loaded(config), lambda connection: book.add(connection, entry))
    click.echo(text("marks.added", number=number))


@marks.command(help=text("marks.withdraw"))
@CONFIG
@click.argument("number", type=int)
@click.option("--who", required=True, metavar="NAME", help=text("marks.who"))
@click.option("--why", required=True, metavar="TEXT", help=text("marks.why"))
def withdraw(config: Path, number: int, who: str, why: str) -> None:
    """Let a mark count no longer."""
    now_ms = SystemClock().now_ms()
    if not write(loaded(config), lambda connection: book.withdraw(connection, number, who, why, now_ms)):
        raise click.ClickException(text("marks.unknown", number=number))
    click.echo(text("marks.withdrawn", number=number))


@marks.command(name="list", help=text("marks.list"))
@CONFIG
def list_marks(config: Path) -> None:
    """Write the marks that count as CSV."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    try:
        with station_database(database_path(loaded(config))) as connection:
            for kept in book.in_span(connection, ALWAYS):
                entry = kept.entry
                times = (moment_text(entry.span.start_ms), moment_text(entry.span.end_ms))
                fields = " ".join(f"{name}={value}" for name, value in entry.fields.items())
                row = (entry.subject, entry.label, *times, entry.reason, entry.who, moment_text(entry.made_ms), fields)
                writer.writerow([kept.number, int(entry.category), *map(printable, row)])
    except StoreError as error:
        raise click.ClickException(str(error)) from error


@marks.command(help=text("marks.due"))
@CONFIG
def due(config: Path) -> None:
    """Print the hours used of each cap, care that is due, breakdowns with deadlines, chains that nobody marked."""
    settings = loaded(config)
    try:
        click.echo("\n".join(_due(settings, SystemClock().now_ms())) or text("marks.nothing_due"))
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _due(settings: Settings, now_ms: int) -> Iterator[str]:
    cycles = {(each.care, name): each.cycle() for each in settings.books.cycle for name in each.channels}
    today = span_at(now_ms, DAY_MS).start_ms
    channels = channels_of(settings)
    caps = [each.cap() for each in settings.books.cap]
    with station_database(database_path(settings)) as connection:
        for use in care.caps_used(connection, caps, [each.name for each in settings.facility], now_ms):
            facts = {"used": use.hours, "hours": use.cap.hours, "left": max(0.0, use.cap.hours - use.hours)}
            yield text("marks.cap", cap=use.cap.name, subject=printable(use.subject), **facts)
        for each in care.rounds(connection, cycles):
            last, coming = (
                text("marks.never") if at is None else moment_text(at) for at in (each.last_ms, each.due_ms)
            )
            key = "marks.overdue" if each.is_overdue(now_ms) else "marks.round"
            yield text(key, care=each.care.value, channel=each.channel, last=last, due=coming)
        for broken in care.breakdowns(connection, channels):
            ends = (broken.since_ms, broken.deadlines.report_by_ms, broken.deadlines.restore_by_ms)
            since, report_by, restore_by = map(moment_text, ends)
            yield text("marks.broken", channel=broken.channel, since=since, report_by=report_by, restore_by=restore_by)
        for name, chain in care.unmarked(connection, channels, Span(today - DAY_MS, DAY_MS)):
            first, end = (moment_text(minute * MINUTE_MS)[:16] for minute in (chain.first, chain.end))
            noon = moment_text(today + DAY_MS // 2)[:16]
            yield text("marks.unmarked", channel=name, first=first, end=end, minutes=chain.minutes, noon=noon)


def _ms(moment: object) -> int:
    assert isinstance(moment, datetime)
    return round(moment.replace(tzinfo=BEIJING).timestamp() * 1000)


def _listed(value: object) -> tuple[object, ...]:
    assert isinstance(value, tuple)
    return value
