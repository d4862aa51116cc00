"""The command ``dau receive status``: what came and what is missing, as a table for people or JSON for programs."""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

import click

from dau.core.periods import MINUTE_MS, Span
from dau.errors import DauError
from dau.hj212 import HJ2025, Command, Edition, command, data_time
from dau.receiver.journal import Tally
from dau.receiver.missing import Coverage
from dau.receiver.status import CommandStatus, KeyStatus, Status, status_of
from dau.runtime.clock import SystemClock
from dau.words import text

HOLES_SHOWN: Final = 5
"""Holes listed of one unit and command below the table."""

COLUMNS: Final = (
    "unit", "command", "first", "last", "came", "expected", "missing", "packets", "repeated", "differing", "deviating",
)  # fmt: skip
COUNTED: Final = (Tally.PACKETS, Tally.REPEATED, Tally.DIFFERING, Tally.DEVIATING)


@click.command("status", help=text("receive.status.help"))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help=text("receive.json.help"))
@click.option("--minutes", type=click.IntRange(min=1), help=text("receive.minutes.help"))
def status_command(file: Path, as_json: bool, minutes: int | None) -> None:
    """Read the file once and print it."""
    try:
        status = status_of(file, minutes and minutes * MINUTE_MS)
    except DauError as error:
        raise click.ClickException(str(error)) from error
    now_ms = SystemClock().now_ms()
    if as_json:
        click.echo(json.dumps(status_json(status, now_ms), ensure_ascii=False, indent=1))
    else:
        _print_table(status, now_ms)


def status_json(status: Status, now_ms: int) -> dict[str, object]:
    """Return the status for JSON; times are DataTime texts (+08:00), None where there is none."""
    return {
        "commands": [_command_json(command) for command in status.commands],
        "rejected": status.refused.get(Tally.REJECTED, 0),
        "rubbish": status.refused.get(Tally.RUBBISH, 0),
        "keys": [
            {
                "mn": unit.mn,
                "age_days": unit.age_days(now_ms),
                "uncertain": unit.uncertain,
                "alarm": is_too_old(unit, now_ms),
            }
            for unit in status.keys
        ],
        "unencrypted": [
            {"mn": unit.mn, "packets": unit.count, "last_packet_at": data_time(unit.last_at_ms)}
            for unit in status.unencrypted
        ],
    }


def _command_json(command: CommandStatus) -> dict[str, object]:
    coverage = command.coverage
    counts = {what.value: command.count(what) for what in COUNTED}
    return {
        "mn": command.mn,
        "cn": command.cn,
        "first": _label(coverage.first_ms),
        "last": _label(coverage.last_ms),
        "interval_s": None if coverage.interval_ms is None else coverage.interval_ms // 1000,
        "came": coverage.came,
        "expected": coverage.expected,
        "missing": coverage.missing_labels,
        "holes": [
            dict(zip(("first", "last", "labels"), _hole(coverage, span), strict=True)) for span in coverage.missing
        ],
        "off_grid": coverage.off_grid,
        "unreadable": command.unreadable,
        "incomplete": [
            {"data_time": record.data_time, "parts": record.parts, "came": record.came} for record in command.incomplete
        ],
        "last_packet_at": data_time(command.last_at_ms),
        **counts,
    }


def _label(at_ms: int | None) -> str | None:
    return None if at_ms is None else data_time(at_ms)


def _hole(coverage: Coverage, span: Span) -> tuple[str, str, int]:
    """Return the first and last missing label of a hole, and how many there are."""
    interval_ms = coverage.interval_ms or span.length_ms
    return data_time(span.start_ms), data_time(span.end_ms - interval_ms), span.length_ms // interval_ms


def is_too_old(unit: KeyStatus, now_ms: int) -> bool:
    """Tell whether the key of a unit is so old that somebody should hear of it."""
    days = unit.age_days(now_ms)
    return days is not None and days > HJ2025.encryption.alarm_days


def _print_table(status: Status, now_ms: int) -> None:
    # Imported here: the receiver itself needs no table.
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(soft_wrap=False, highlight=False)
    if not status.commands:
        console.print(text("receive.nothing"))
    else:
        table = Table(*(text(f"receive.{column}").replace(" / ", "\n") for column in COLUMNS))
        for command in status.commands:
            table.add_row(*map(Text, _cells(command)))  # as Text: what a unit calls itself is no markup
        console.print(table)
    for line in (*_remarks(status), *_alarms(status, now_ms)):
        click.echo(line)


def _cells(command: CommandStatus) -> Iterator[str]:
    coverage = command.coverage
    known = _name_of(command.cn)
    yield command.mn or "-"
    yield f"{command.cn} {known.zh}" if known else command.cn
    yield _label(coverage.first_ms) or "-"
    yield _label(coverage.last_ms) or "-"
    yield str(coverage.came)
    yield "-" if coverage.expected is None else str(coverage.expected)
    yield "-" if coverage.expected is None else str(coverage.missing_labels)
    for what in COUNTED:
        yield str(command.count(what))


def _remarks(status: Status) -> Iterator[str]:
    for each in status.commands:
        whose = {"mn": each.mn, "cn": each.cn}
        for span in islice(each.coverage.missing, HOLES_SHOWN):
            first, last, labels = _hole(each.coverage, span)
            yield text("receive.hole", **whose, labels=labels, first=first, last=last)
        if (more := len(each.coverage.missing) - HOLES_SHOWN) > 0:
            yield text("receive.more_holes", **whose, count=more)
        for record in islice(each.incomplete, HOLES_SHOWN):
            yield text("receive.incomplete", **whose, data_time=record.data_time, parts=record.parts, came=record.came)
        for key, count in (("off_grid", each.coverage.off_grid), ("unreadable", each.unreadable)):
            if count:
                yield text(f"receive.{key}", **whose, count=count)
    rejected, rubbish = (status.refused.get(what, 0) for what in (Tally.REJECTED, Tally.RUBBISH))
    if rejected or rubbish:
        yield text("receive.refused", rejected=rejected, rubbish=rubbish)


def _alarms(status: Status, now_ms: int) -> Iterator[str]:
    for unit in status.keys:
        if is_too_old(unit, now_ms):
            most = HJ2025.encryption.renew_days
            yield text("receive.key_old", mn=unit.mn, days=unit.age_days(now_ms), most=most)
    for sender in status.unencrypted:
        at = data_time(sender.last_at_ms)
        yield text("receive.unencrypted", mn=sender.mn, count=sender.count, at=at)


def _name_of(cn: str) -> Command | None:
    """Return what a number means as something that units send, in the edition most of them speak if there are two."""
    rows = (command(cn, edition) for edition in (Edition.E2017, Edition.E2025, Edition.E2005))
    return next((row for row in rows if row and row.up), None)
