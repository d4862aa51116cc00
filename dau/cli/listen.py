"""``dau listen TARGET``: say nothing and show what is on a line: times, bytes, text and meaning."""

import asyncio
import sys
from contextlib import suppress
from typing import Any, Final

import click

from dau.app import dial_bus
from dau.cli.line_options import bus_of, line_options
from dau.cli.terminal import printable
from dau.config.profiles import profile_driver
from dau.config.settings import BusTable
from dau.link import LinkError, Pipe
from dau.runtime.clock import SystemClock
from dau.words import text

QUIET_S: Final = 0.05
"""Bytes that follow each other closer than this are shown together: adapters hold them back for some milliseconds."""

LONGEST: Final = 256
EXPLAINERS: Final = ("modbus_map",)


@click.command(help=text("listen"))
@line_options
@click.option("--baud", type=int, default=9600, help=text("line.baud"))
@click.option("--seconds", type=click.FloatRange(min=0.1), help=text("listen.seconds"))
def listen(target: str, baud: int, seconds: float | None, **options: Any) -> None:
    """Listen until the time is over or somebody interrupts; ends with 1 if the line cannot be opened."""
    bus = bus_of(target, baud, **options)
    with suppress(KeyboardInterrupt):
        if complaint := asyncio.run(_listen(bus, seconds)):
            click.echo(complaint, err=True)
            sys.exit(1)


async def _listen(bus: BusTable, seconds: float | None) -> str:
    try:
        pipe = await dial_bus(bus)()
    except LinkError as error:
        return str(error)
    click.echo(text("listen.opened", pipe=pipe.name))
    count = 0
    try:
        async with asyncio.timeout(seconds):
            count = await _show(pipe)
    except TimeoutError:
        return ""
    except LinkError as error:
        return str(error)
    finally:
        await pipe.close()
    return text("listen.ended", count=count)


async def _show(pipe: Pipe) -> int:
    """Print piece by piece; returns how many there were once the other end closes."""
    clock, count, waiting = SystemClock(), 0, b""
    begin_s = came_s = clock.monotonic_s()
    while True:
        try:
            async with asyncio.timeout(QUIET_S if waiting else None):
                data = await pipe.read()
        except TimeoutError:
            data = None
        if waiting and (data is None or not data or len(waiting) >= LONGEST):
            click.echo(_line(waiting, round((came_s - begin_s) * 1000)))
            count, waiting = count + 1, b""
        if data is None:
            continue
        if not data:
            return count
        came_s = came_s if waiting else clock.monotonic_s()
        waiting += data


def _line(data: bytes, at_ms: int) -> str:
    meaning = next(filter(None, (profile_driver(name).explain(data) for name in EXPLAINERS)), None)
    if meaning is None:
        shown = data.decode("ascii", "replace").strip()
        is_text = len(shown) > 2 and sum(sign.isprintable() and sign != "�" for sign in shown) >= 0.9 * len(shown)
        meaning = f'"{printable(shown)}"' if is_text else ""
    return f"{at_ms:8d} ms  {data.hex(' ')}  {meaning}".rstrip()
