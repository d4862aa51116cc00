"""``dau declare``: what a named person says of instruments and plant, with a reason, until a planned end."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from math import isfinite
from pathlib import Path
from typing import Any, Final

import click

from dau.app import database_path
from dau.cli.arguments import WrongArgument
from dau.cli.station_file import loaded, write
from dau.cli.terminal import BEIJING, moment_text, printable
from dau.config.channels import channels_of
from dau.config.platforms import appetite_of
from dau.config.settings import Settings
from dau.core.channels import Channel, ChannelKind
from dau.core.conditions import Condition
from dau.core.declarations import Declaration, DeclarationKind, mistakes
from dau.core.records import RecordKind
from dau.errors import DauError
from dau.runtime.clock import SystemClock
from dau.station import station_database
from dau.store import declarations
from dau.store.audit import Act
from dau.store.declarations import News
from dau.words import text

Command = Callable[..., None]

CONFIG: Final = click.argument("config", type=click.Path(path_type=Path))
BY_HAND: Final = frozenset({ChannelKind.PERIODIC})
"""What may be entered by hand also in production: results of a laboratory in the place of an analyser's."""


def by_somebody(command: Command) -> Command:
    """Add the options that say who and why."""
    who = click.option("--who", required=True, metavar="NAME", help=text("declare.who.help"))
    return who(click.option("--why", required=True, metavar="TEXT", help=text("declare.why.help"))(command))


def for_a_time(command: Command) -> Command:
    """Add the options that say from when and until when."""
    options = [
        click.option("--retroactive", is_flag=True, help=text("declare.retroactive.help")),
        click.option("--until", type=click.DateTime(), required=True, help=text("declare.until.help")),
        click.option("--from", "since", type=click.DateTime(), help=text("declare.from.help")),
    ]
    return reduce(lambda done, option: option(done), options, command)


@click.group(help=text("declare"))
def declare() -> None:
    """Each kind of declaration is a command of its own."""


@declare.command(help=text("declare.maintenance"))
@CONFIG
@click.argument("channels", nargs=-1, required=True)
@for_a_time
@by_somebody
def maintenance(config: Path, channels: tuple[str, ...], **options: Any) -> None:
    """Declare maintenance."""
    _declare_care(DeclarationKind.MAINTENANCE, config, channels, options)


@declare.command(help=text("declare.calibration"))
@CONFIG
@click.argument("channels", nargs=-1, required=True)
@for_a_time
@by_somebody
def calibration(config: Path, channels: tuple[str, ...], **options: Any) -> None:
    """Declare calibration."""
    _declare_care(DeclarationKind.CALIBRATION, config, channels, options)


@declare.command(help=text("declare.condition"))
@CONFIG
@click.argument("facility")
@click.argument("condition", type=click.Choice([each.value for each in Condition]))
@for_a_time
@by_somebody
def condition(config: Path, facility: str, condition: str, **options: Any) -> None:
    """Declare the condition of a facility."""
    settings = loaded(config)
    known = [table.name for table in settings.facility]
    if facility not in known:
        raise WrongArgument(text("declare.no_facility", found=facility, known=", ".join(known)))
    _declare(settings, _lasting(DeclarationKind.CONDITION, options, facility=facility, condition=Condition(condition)))


@declare.command(help=text("declare.value"))
@CONFIG
@click.argument("channel")
@click.argument("number", type=float)
@click.option("--at", type=click.DateTime(), help=text("declare.at.help"))
@click.option("--retroactive", is_flag=True, help=text("declare.retroactive.help"))
@by_somebody
def value(config: Path, channel: str, number: float, at: datetime | None, **options: Any) -> None:
    """Enter a value by hand."""
    settings = loaded(config)
    kind = _channel(settings, channel).kind
    if settings.station.production and kind not in BY_HAND:
        raise WrongArgument(text("declare.production", channel=channel))
    if not isfinite(number):
        raise WrongArgument(text("declare.not_finite"))
    spoken = {**options, "since": at, "until": None}
    one = _lasting(DeclarationKind.VALUE, spoken, channels=frozenset({channel}), value=number)
    _refuse_mistakes(one)
    news = News(_sentence("declare.news_value", one), _told(settings))
    if not write(settings, lambda connection: declarations.add_value(connection, one, news)):
        raise click.ClickException(text("declare.not_yet", channel=channel))
    click.echo(text("declare.stored"))


@declare.command("list", help=text("declare.list"))
@CONFIG
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help=text("declare.limit.help"))
def list_declarations(config: Path, limit: int) -> None:
    """List the last declarations."""
    try:
        with station_database(database_path(loaded(config))) as connection:
            found = declarations.newest(connection, limit)
    except DauError as error:
        raise click.ClickException(str(error)) from error
    for one in found:
        click.echo(line_of(one))


@declare.command(help=text("declare.end"))
@CONFIG
@click.argument("number", type=int)
@by_somebody
def end(config: Path, number: int, who: str, why: str) -> None:
    """End a declaration before its time."""
    settings, now_ms = loaded(config), SystemClock().now_ms()
    _refuse_mistakes(Declaration(DeclarationKind.VALUE, who, why, now_ms, now_ms, now_ms))
    act = Act(now_ms, who, "declare end", str(number), None, None, why)
    news = News(text("declare.news_end", who=who, number=number, why=why), _told(settings))
    if not write(settings, lambda connection: declarations.end(connection, number, act, news)):
        raise click.ClickException(text("declare.not_holding", number=number))
    click.echo(text("declare.ended", number=number))


def line_of(one: Declaration) -> str:
    """Return one declaration as a line: number, what, from when until when, who and why."""
    until = "" if one.kind is DeclarationKind.VALUE else moment_text(one.until_ms)
    mark = "retroactive" if one.retroactive else ""
    facts = (str(one.id), _what(one), moment_text(one.from_ms), until, mark, one.who, one.why)
    return "  ".join(printable(fact) for fact in facts if fact)


def _declare_care(kind: DeclarationKind, config: Path, channels: tuple[str, ...], options: dict[str, Any]) -> None:
    settings = loaded(config)
    named = frozenset(_channel(settings, name).name for name in channels)
    _declare(settings, _lasting(kind, options, channels=named))


def _lasting(kind: DeclarationKind, options: dict[str, Any], **what: Any) -> Declaration:
    """Return the declaration that the options describe; one without an end lasts no time."""
    now_ms = SystemClock().now_ms()
    from_ms = now_ms if options["since"] is None else _ms(options["since"])
    until_ms = from_ms if options["until"] is None else _ms(options["until"])
    return Declaration(
        kind,
        options["who"],
        options["why"],
        now_ms,
        from_ms,
        until_ms,
        retroactive=options["retroactive"],
        **what,
    )


def _declare(settings: Settings, one: Declaration) -> None:
    _refuse_mistakes(one)
    news = News(_sentence("declare.news_past" if one.retroactive else "declare.news", one), _told(settings))
    number = write(settings, lambda connection: declarations.add(connection, one, news))
    click.echo(text("declare.done", number=number))


def _sentence(key: str, one: Declaration) -> str:
    since, until = moment_text(one.from_ms), moment_text(one.until_ms)
    return text(key, who=one.who, what=_what(one), since=since, until=until, why=one.why)


def _what(one: Declaration) -> str:
    value = "" if one.value is None else repr(one.value)
    return " ".join(filter(None, (one.kind, one.facility, one.condition, *sorted(one.channels), value)))


def _refuse_mistakes(one: Declaration) -> None:
    found = mistakes(one)
    if found:
        raise WrongArgument("; ".join(text(key) for key in found))


def _channel(settings: Settings, name: str) -> Channel:
    """Return a channel that an instrument feeds; what derives from it has its states."""
    measured = [table.name for table in settings.channel]
    if name not in measured:
        raise WrongArgument(text("declare.no_channel", found=name, known=", ".join(measured)))
    return next(channel for channel in channels_of(settings) if channel.name == name)


def _told(settings: Settings) -> list[str]:
    """Return the platforms that hear of what was declared."""
    return [
        table.name
        for table in settings.platform
        if table.told and RecordKind.INFO in appetite_of(settings, table).kinds
    ]


def _ms(moment: datetime) -> int:
    return round(moment.replace(tzinfo=BEIJING).timestamp() * 1000)
