"""``dau probe CONFIG INSTRUMENT``: poll once and show every byte and every value."""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from dau.acquire.conversation import Conversation
from dau.acquire.turns import PATIENCE
from dau.acquire.wiring import Instrument, instruments_of, line_of
from dau.app import dial_bus
from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.settings import BusTable, Settings
from dau.core.channels import Channel
from dau.core.instrument import Listener, NoReply, Refused
from dau.core.judge import judge
from dau.core.samples import Reading, Sample
from dau.core.states import State
from dau.core.told import Told, readings_in
from dau.link import LinkError
from dau.link.record import Piece, RecordedPipe
from dau.runtime.clock import SystemClock
from dau.words import text

MISTAKES: Final = 78
"""EX_CONFIG, as for every command that reads the settings."""


@click.command(help=text("probe"))
@click.argument("config", type=click.Path(path_type=Path))
@click.argument("instrument")
def probe(config: Path, instrument: str) -> None:
    """Poll one instrument; ends with status 1 if it gives no answer."""
    try:
        settings = load_settings(config)
    except ConfigError as error:
        click.echo(str(error), err=True)
        sys.exit(MISTAKES)
    table = next((each for each in settings.instrument if each.name == instrument), None)
    if table is None:
        known = ", ".join(each.name for each in settings.instrument)
        raise click.UsageError(text("probe.unknown", name=instrument, known=known))
    bus = next(each for each in settings.bus if each.name == table.bus)
    asked = next(each for each in instruments_of(settings, bus) if each.name == instrument)
    if complaint := asyncio.run(_probe(settings, bus, asked)):
        click.echo(complaint, err=True)
        sys.exit(1)


async def _probe(settings: Settings, bus: BusTable, instrument: Instrument) -> str:
    """Poll and print. Returns what to complain about, "" if the instrument answered."""
    clock = SystemClock()
    dial = dial_bus(bus)
    try:
        pipe = await dial()
    except LinkError as error:
        return text("probe.closed", bus=bus.name, error=error)
    begin_ms = clock.now_ms()
    shown = RecordedPipe(pipe, clock.now_ms, lambda piece: _show_piece(piece, begin_ms))
    conversation = Conversation(shown, line_of(bus, dial), clock)
    driver = instrument.driver
    click.echo(text("probe.opened", instrument=instrument.name, device=driver.device, pipe=pipe.name))
    readings: tuple[Told, ...]
    try:
        if isinstance(driver, Listener):
            readings = await conversation.hear(driver, instrument.period_s * PATIENCE)
        else:
            readings = await conversation.poll(driver, instrument)
    except NoReply as error:
        return text("probe.no_reply", instrument=instrument.name, error=error)
    except LinkError as error:
        return text("probe.lost", bus=bus.name, error=error)
    except Refused:
        readings = tuple(Reading(channel, None, State.FAULT) for channel in driver.channels)
    finally:
        await pipe.close()
        _show_oddities(conversation)
    _show_values(readings_in(readings), channels_of(settings), clock.now_ms())
    return ""


def _show_piece(piece: Piece, begin_ms: int) -> None:
    click.echo(f"{piece.at_ms - begin_ms:6d} ms  {piece.way}  {piece.data.hex(' ')}")


def _show_oddities(conversation: Conversation) -> None:
    for refusal in conversation.refusals:
        click.echo(text("probe.refused", refusal=refusal))
    if conversation.noise_bytes:
        click.echo(text("probe.noise", count=conversation.noise_bytes))


def _show_values(readings: Iterable[Reading], channels: Iterable[Channel], at_ms: int) -> None:
    named = {channel.name: channel for channel in channels}
    for reading in readings:
        channel = named[reading.channel]
        sample = judge(reading, channel, at_ms)
        value = text("probe.nothing") if sample.raw is None else f"{sample.raw:.10g} {channel.unit}"
        click.echo(f"{channel.name:<16} {channel.factor:<8} {value:<24} {_states(sample)}")


def _states(sample: Sample) -> str:
    names = [state.name or "" for state in State if state in sample.states] or ["OK"]
    return ", ".join(text(f"state.{name.lower()}") for name in names)
