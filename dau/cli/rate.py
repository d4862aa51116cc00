"""``dau rate CONFIG``: the transmission rates of each platform for a day or a month."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from dau.app import database_path
from dau.cli.arguments import WrongArgument
from dau.cli.report import span_of
from dau.cli.terminal import moment_text
from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.settings import Settings
from dau.core.periods import DAY_MS, MINUTE_MS, Span, span_at
from dau.core.transmission import Counts, Denominator, LinkMetrics, Terms, shown
from dau.database import StoreError
from dau.quality.rates import Rate, Rating, rate_of
from dau.runtime.clock import SystemClock
from dau.station import station_database
from dau.words import text

MOST_LABELS: Final = 24
"""So many hours that lack are named."""


@click.command(help=text("rate.help"))
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--day", metavar="DATE", help=text("rate.day"))
@click.option("--month", metavar="MONTH", help=text("rate.month"))
def rate(config: Path, day: str | None, month: str | None) -> None:
    """Print one block for each platform."""
    if day is not None and month is not None:
        raise WrongArgument(text("rate.one"))
    now_ms = SystemClock().now_ms()
    yesterday = Span(span_at(now_ms, DAY_MS).start_ms - DAY_MS, DAY_MS)
    span = span_of("day", day) if day else span_of("month", month) if month else yesterday
    try:
        settings = load_settings(config)
        with station_database(database_path(settings)) as connection:
            found = [rate_of(connection, rating, span, now_ms) for rating in ratings(settings)]
    except (ConfigError, StoreError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    when = moment_text(span.start_ms)[: 7 if month else 10]
    for each in found:
        click.echo("\n".join(_lines(each, when, settings.books.target_percent)))


def ratings(settings: Settings) -> Sequence[Rating]:
    """Return how the rates of each platform are counted."""
    books, channels = settings.books, {channel.name: channel for channel in channels_of(settings)}
    terms = Terms(settings.station.medium, 1, Denominator(books.denominator), books.checks_forgiven)
    return [
        Rating(
            table.name,
            tuple(channels[name] for name in table.channels or channels),
            terms,
            round(books.grace_min * MINUTE_MS),
        )
        for table in settings.platform
    ]


def _lines(found: Rate, when: str, target: float) -> Iterator[str]:
    yield text("rate.title", platform=found.platform, when=when, target=target)
    for each in found.arrived:
        yield (
            f"  {text('rate.records')} {each.kind.value}: {text('rate.due')} {each.due},"
            f" {text('rate.in_time')} {each.in_time}, {text('rate.at_all')} {each.at_all}"
        )
    yield _counted("rate.in_time", found.immediate, target)
    yield _counted("rate.at_all", found.completed, target)
    if found.lacking:
        named = [moment_text(label)[:16] for label in found.lacking[:MOST_LABELS]]
        more = ["..."] if len(found.lacking) > MOST_LABELS else []
        yield "  " + text("rate.lacking", hours=", ".join([*named, *more]))
    yield _linked(found.link)


def _counted(name: str, counts: Counts, target: float) -> str:
    verdict = text("rate.reached" if counts.reaches(target) else "rate.missed")
    return (
        f"  {text(name)}: {text('rate.groups')} {counts.due_groups}, {text('rate.excluded')} {counts.excluded_groups},"
        f" {text('rate.valid')} {counts.valid_groups}; {text('rate.transmission')} {_percent(counts.transmission)},"
        f" {text('rate.effective')} {_percent(counts.effective)},"
        f" {text('rate.product')} {_percent(counts.effective_transmission)}: {verdict}"
    )


def _linked(link: LinkMetrics) -> str:
    facts = {"online": _percent(link.online_rate), "stability": _percent(link.stability)}
    return "  " + text("rate.link", count=len(link.offline), longest=link.longest_minutes, **facts)


def _percent(rate: float | None) -> str:
    return "-" if rate is None else f"{shown(rate):.2f} %"
