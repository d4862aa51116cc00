"""A report as a sheet of texts, and that sheet as text, as CSV and as a page to print."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from dau.cli.terminal import moment_text
from dau.codes import find
from dau.core.channels import Channel, Medium
from dau.core.letters75 import HJ75_LETTERS
from dau.core.periods import HOUR_MS
from dau.core.reports import Column, Item, Line, Repaired, Report
from dau.core.rounding import decimal_text
from dau.core.states import State, winner
from dau.hj212 import Edition
from dau.uplink.letters import HJ2017_LETTERS
from dau.words import text

TOTAL_DIGITS: Final = 3
NOTHING: Final = "-"
LETTERS: Final[Mapping[Medium, Mapping[State, str]]] = {Medium.GAS: HJ75_LETTERS, Medium.WATER: HJ2017_LETTERS}
LINES: Final = {Line.COUNT: "count", Line.LOW: "low", Line.HIGH: "high", Line.MEAN: "mean", Line.TOTAL: "sum"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: heads of the columns in Chinese and English with units, rows, lines below, notes."""

    title: str
    about: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    below: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def sheet_of(report: Report, station: str, medium: Medium, is_closed: bool) -> Sheet:
    """Write a report out; ``is_closed`` is false while some of its time is still to come."""
    kind = "day" if report.part_ms == HOUR_MS else "month"
    begin = moment_text(report.span.start_ms)
    return Sheet(
        title=text(f"report.title.{medium.value}.{kind}"),
        about=f"{station}  {begin[:10] if kind == 'day' else begin[:7]}",
        heads=(text("report.time"), *_across(report, _head, _flag_head)),
        rows=tuple(_row(report, number, LETTERS[medium]) for number in range(len(report.rows))),
        below=tuple(_below(report)),
        notes=tuple(_notes(report, medium, is_closed)),
    )


def as_text(sheet: Sheet) -> str:
    """Return the sheet for a terminal or a text file, however wide it is."""
    from rich import box  # imported here: CSV needs none of it
    from rich.console import Console
    from rich.table import Table

    table = Table(title=sheet.title, caption=sheet.about, box=box.SIMPLE, title_justify="left")
    for place, head in enumerate(sheet.heads):
        table.add_column(head.replace(" / ", "\n"), justify="left" if place == 0 else "right", no_wrap=True)
    for row in sheet.rows:
        table.add_row(*row)
    table.add_section()
    for row in sheet.below:
        table.add_row(*row)
    console = Console(width=2000, markup=False, highlight=False, color_system=None)
    with console.capture() as shown:
        console.print(table, *sheet.notes, sep="\n")
    return "\n".join(line.rstrip() for line in shown.get().splitlines()) + "\n"


def as_csv(sheet: Sheet) -> str:
    """Return the sheet as CSV: heads, rows, lines below, then one line for each note."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerows([sheet.heads, *sheet.rows, *sheet.below, *([note] for note in sheet.notes)])
    return made.getvalue()


def as_html(sheet: Sheet) -> str:
    """Return the sheet as one page without scripts, to be printed across."""
    heads = "".join(f"<th>{escape(head).replace(' / ', '<br>')}</th>" for head in sheet.heads)
    notes = "".join(f"<p>{escape(note)}</p>" for note in sheet.notes)
    return (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>{escape(sheet.title)}</title>'
        f"<style>{STYLE}</style></head>\n<body><h1>{escape(sheet.title)}</h1><h2>{escape(sheet.about)}</h2>\n"
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{_html_rows(sheet.rows)}</tbody>\n"
        f"<tfoot>{_html_rows(sheet.below)}</tfoot></table>\n{notes}</body></html>\n"
    )


STYLE: Final = (
    "@page{size:A4 landscape;margin:10mm}body{font:11px sans-serif}h1{font-size:16px;text-align:center}"
    "h2{font-size:12px;font-weight:normal}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #000;padding:2px 4px;text-align:right}td:first-child{text-align:left;white-space:nowrap}"
    "tfoot{font-weight:bold}thead{display:table-header-group}tr{page-break-inside:avoid}"
)


def _html_rows(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)


def _across(report: Report, of_column: Callable[[Column], str], of_subject: Callable[[Channel], str]) -> Iterator[str]:
    """Yield a text for each column, and behind those of one quantity one for its flags."""
    for subject in report.subjects:
        for column in report.columns:
            if column.subject is subject:
                yield of_column(column)
        yield of_subject(subject)


def _row(report: Report, number: int, letters: Mapping[State, str]) -> tuple[str, ...]:
    row = report.rows[number]
    numbers = dict(zip(report.columns, row.numbers, strict=True))
    states = dict(zip(report.subjects, row.states, strict=True))
    fills = {(each.column, start_ms): each.each for each in report.repaired for start_ms in each.starts}

    def cell(column: Column) -> str:
        repaired = fills.get((column, row.start_ms))
        return f"{_number(column, repaired)}*" if repaired is not None else _number(column, numbers[column])

    def flag(subject: Channel) -> str:
        state = states[subject]
        return NOTHING if state is None else letters[winner(state)]

    moment = moment_text(row.start_ms)
    label = moment[11:16] if report.part_ms == HOUR_MS else moment[:10]
    return (label, *_across(report, cell, flag))


def _below(report: Report) -> Iterator[tuple[str, ...]]:
    for line, name in LINES.items():
        digits = 0 if line is Line.COUNT else None
        figures = zip(report.columns, report.lines[line], strict=True)
        texts = {column: _number(column, figure, digits) for column, figure in figures}
        yield (text(f"report.{name}"), *_across(report, texts.__getitem__, _no_text))
    if report.repaired:
        totals = {each.column: _number(each.column, report.total_with_repairs(each.column)) for each in report.repaired}
        yield (text("report.with_repairs"), *_across(report, lambda column: totals.get(column, NOTHING), _no_text))


def _no_text(_: Channel) -> str:
    return ""


def _notes(report: Report, medium: Medium, is_closed: bool) -> Iterator[str]:
    if not is_closed:
        yield text("report.open")
    yield text(f"report.{medium.value}_letters")
    for each in report.repaired:
        said = f"{text('report.repaired')} {_name(each.column.subject)} {_times(each)}: {text(each.rule, **each.facts)}"
        inputs = ", ".join(f"{moment_text(at_ms)[:16]} = {number:g}" for at_ms, number in each.inputs)
        yield f"{said}; {text('report.inputs', inputs=inputs)}" if inputs else said
    if report.repaired:
        yield text("report.repair_note")
    yield text("report.signatures")


def _times(each: Repaired) -> str:
    first, last = moment_text(each.starts[0]), moment_text(each.starts[-1])
    return first[:16] if first == last else f"{first[:16]} ... {last[:16]}"


def _head(column: Column) -> str:
    item = {Item.CONVERTED: text("report.converted"), Item.TOTAL: text("report.total")}.get(column.item)
    unit = f"({column.unit})" if column.unit else ""
    return " / ".join(part for part in (_name(column.subject), item, unit) if part)


def _flag_head(subject: Channel) -> str:
    return f"{_name(subject)} / {text('report.flag')}"


def _name(channel: Channel) -> str:
    row = find(Edition.E2017, channel.factor) or find(Edition.E2025, channel.factor)
    return f"{channel.name} {channel.factor}" if row is None else f"{row.zh} {channel.name} {channel.factor}"


def _number(column: Column, value: float | None, digits: int | None = None) -> str:
    if value is None:
        return NOTHING
    usual = TOTAL_DIGITS if column.item is Item.TOTAL else column.channel.digits
    return decimal_text(value, usual if digits is None else digits)
