"""``dau status CONFIG``: what the station measures and how its platforms stand, once or second by second."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from dau.app import database_path, platforms_of
from dau.cli.status_page import ChangeLine, ChannelLine, KeyLine, Page, PlatformLine
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
from dau.hj212 import Encryption
from dau.runtime.clock import SystemClock
from dau.station import PlatformStatus, read_status, station_database
from dau.store.keys import Age
from dau.store.settings import SECRET, Name, Setting
from dau.uplink.letters import HJ2017_LETTERS
from dau.words import text

SWITCHED: Final = {Name.REALTIME_ON: "2011", Name.FACILITIES_ON: "2021"}
"""The upload that a switch is for."""


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
        click.echo(json.dumps(asdict(page), ensure_ascii=False) if as_json else _text_of(page))
        sys.stdout.flush()
        if not follow:
            return
        await clock.sleep(1.0)


def _text_of(page: Page) -> str:
    from dau.cli.status_text import page_text  # imported here: a program that follows as JSON needs no tables

    return page_text(page)


def look(settings: Settings, now_ms: int) -> Page:
    """Read the station's database as it is now, running or not.

    Raises:
        StoreError: there is no database yet, or it cannot be read.
    """
    since_ms = span_at(now_ms, DAY_MS).start_ms
    with station_database(database_path(settings)) as connection:
        found = read_status(connection, platforms_of(settings), now_ms, since_ms)
    latest = {sample.channel: sample for sample in found.latest}
    return Page(
        station=settings.station.name,
        at_ms=now_ms,
        channels=[_channel_line(channel, latest.get(channel.name)) for channel in channels_of(settings)],
        platforms=[_platform_line(platform, now_ms) for platform in found.platforms],
        acts=list(found.acts),
        open_findings=found.open_findings,
    )


def _channel_line(channel: Channel, sample: Sample | None) -> ChannelLine:
    value = None if sample is None or sample.value is None else decimal_text(sample.value, channel.digits)
    state = State.NO_DATA if sample is None else winner(sample.states)
    at_ms = None if sample is None else sample.at_ms
    return ChannelLine(channel.name, channel.factor, value, channel.unit, HJ2017_LETTERS[state], at_ms)


def _platform_line(found: PlatformStatus, now_ms: int) -> PlatformLine:
    deliveries, dialect = found.deliveries, found.platform.dialect
    return PlatformLine(
        name=found.platform.name,
        edition=dialect.edition.value,
        link="down" if found.link is None else found.link.state.value,
        detail="" if found.link is None else found.link.detail,
        sent=deliveries.acknowledged + deliveries.sent,
        acknowledged=deliveries.acknowledged,
        waiting=deliveries.waiting,
        expired=deliveries.expired,
        last_receipt_ms=deliveries.last_receipt_ms,
        changed=[_change_line(one) for one in found.changed if one.name not in SWITCHED],
        switched_off=[SWITCHED[one.name] for one in found.changed if one.name in SWITCHED and one.value == "0"],
        key=None if found.key is None else _key_line(found.key, dialect.encryption, now_ms),
    )


def _change_line(setting: Setting) -> ChangeLine:
    """Return a change; of a secret only that it was changed."""
    if setting.name in SECRET:
        return ChangeLine(setting.name.value, None, None, setting.since_ms)
    return ChangeLine(setting.name.value, setting.value, setting.configured, setting.since_ms)


def _key_line(age: Age, rules: Encryption, now_ms: int) -> KeyLine:
    days = None if age.created_ms is None else int((now_ms - age.created_ms) / DAY_MS)
    return KeyLine(days, days is not None and days >= rules.alarm_days, rules.renew_days, age.has_newer)
