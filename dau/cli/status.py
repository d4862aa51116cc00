"""``dau status CONFIG``: what the station measures and how its platforms stand, once or second by second."""

import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from dau.app import database_path
from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.settings import Settings
from dau.core.channels import Channel
from dau.core.periods import DAY_MS, span_at
from dau.core.rounding import decimal_text
from dau.core.samples import Sample
from dau.core.states import State, winner
from dau.database import StoreError
from dau.hj212 import data_time
from dau.runtime.clock import SystemClock
from dau.station import PlatformStatus, read_status, station_database
from dau.uplink.letters import HJ2017_LETTERS
from dau.words import text


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One channel as it is shown; value and time (milliseconds UTC) are None where there is no recent sample."""

    name: str
    factor: str
    value: str | None
    unit: str
    flag: str
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """One platform as it is shown; what ended is counted from the beginning of the day."""

    name: str
    link: str
    detail: str
    sent: int
    acknowledged: int
    waiting: int
    expired: int
    last_receipt_ms: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """One look at the station."""

    station: str
    at_ms: int
    channels: list[ChannelLine]
    platforms: list[PlatformLine]


@click.command(help=text("cli.status"))
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=text("cli.status.json"))
@click.option("--follow", is_flag=True, help=text("cli.status.follow"))
def status(config: Path, as_json: bool, follow: bool) -> None:
    """Show how the station stands."""
    try:
        asyncio.run(_show(load_settings(config), as_json, follow))
    except (ConfigError, StoreError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(0)


async def _show(settings: Settings, as_json: bool, follow: bool) -> None:
    clock = SystemClock()
    while True:
        page = look(settings, clock.now_ms())
        click.echo(json.dumps(asdict(page), ensure_ascii=False) if as_json else page_text(page))
        sys.stdout.flush()
        if not follow:
            return
        await clock.sleep(1.0)


def look(settings: Settings, now_ms: int) -> Page:
    """Read the station's database as it is now, running or not.

    Raises:
        StoreError: there is no database yet, or it cannot be read.
    """
    since_ms = span_at(now_ms, DAY_MS).start_ms
    with station_database(database_path(settings)) as connection:
        found = read_status(connection, [table.name for table in settings.platform], now_ms, since_ms)
    latest = {sample.channel: sample for sample in found.latest}
    return Page(
        station=settings.station.name,
        at_ms=now_ms,
        channels=[_channel_line(channel, latest.get(channel.name)) for channel in channels_of(settings)],
        platforms=[_platform_line(platform) for platform in found.platforms],
    )


def _channel_line(channel: Channel, sample: Sample | None) -> ChannelLine:
    value = None if sample is None or sample.value is None else decimal_text(sample.value, channel.digits)
    state = State.NO_DATA if sample is None else winner(sample.states)
    at_ms = None if sample is None else sample.at_ms
    return ChannelLine(channel.name, channel.factor, value, channel.unit, HJ2017_LETTERS[state], at_ms)


def _platform_line(platform: PlatformStatus) -> PlatformLine:
    deliveries = platform.deliveries
    return PlatformLine(
        name=platform.name,
        link="down" if platform.link is None else platform.link.state.value,
        detail="" if platform.link is None else platform.link.detail,
        sent=deliveries.acknowledged + deliveries.sent,
        acknowledged=deliveries.acknowledged,
        waiting=deliveries.waiting,
        expired=deliveries.expired,
        last_receipt_ms=deliveries.last_receipt_ms,
    )


def page_text(page: Page) -> str:
    """Return the page as two tables for a terminal."""
    from rich.console import Console  # imported here: a program that follows as JSON needs none of it
    from rich.table import Table

    channels = Table(title=page.station, title_justify="left")
    for heading in ("channel", "factor", "value", "unit", "flag", "time"):
        channels.add_column(text(f"cli.status.{heading}"), justify="right" if heading == "value" else "left")
    for line in page.channels:
        channels.add_row(line.name, line.factor, line.value or "-", line.unit, line.flag, _clock_text(line.at_ms))
    platforms, reasons = Table(), list[str]()
    for heading in ("platform", "link", "sent", "acknowledged", "waiting", "expired", "receipt"):
        platforms.add_column(text(f"cli.status.{heading}"))
    for one in page.platforms:
        counts = (str(number) for number in (one.sent, one.acknowledged, one.waiting, one.expired))
        platforms.add_row(one.name, one.link, *counts, _clock_text(one.last_receipt_ms))
        if one.detail:
            reasons.append(f"{one.name}: {one.detail}")
    console = Console(width=120, markup=False)  # a unit may stand in brackets
    with console.capture() as shown:
        console.print(channels, platforms, *reasons)
    return shown.get()


def _clock_text(at_ms: int | None) -> str:
    if at_ms is None:
        return "-"
    digits = data_time(at_ms)
    return f"{digits[8:10]}:{digits[10:12]}:{digits[12:14]}"
