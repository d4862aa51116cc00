"""The day and the month report as a table: columns, rows, the lines below them, and what was repaired.

HJ 75-2017 appendix D and HJ 76-2017 lay out one row for each hour of a day, or each day of a month, with the mean, the
converted mean and the emission of each pollutant and the parameters of the gas. Only valid figures stand in it; the
letter of the state stands beside them, or in their place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dau.core.channels import Channel, ChannelKind
from dau.core.exact import sum_of
from dau.core.periods import Span
from dau.core.states import State
from dau.core.statistics import PeriodStatistic


class Item(StrEnum):
    """What a column shows of its channel."""

    MEAN = "mean"
    CONVERTED = "converted"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``subject`` is the quantity it is about, ``channel`` the one whose statistics hold the numbers."""

    subject: Channel
    channel: Channel
    item: Item

    @property
    def unit(self) -> str:
        """The unit of its numbers."""
        return self.channel.total_unit if self.item is Item.TOTAL else self.channel.unit

    def number(self, statistic: PeriodStatistic | None) -> float | None:
        """Return what it shows of a statistic: nothing of one that is not valid, but what flowed in a day."""
        if statistic is None:
            return None
        if self.item is Item.TOTAL:
            return statistic.total
        return statistic.mean if statistic.valid else None


@dataclass(frozen=True, slots=True)
class Row:
    """One hour or day: a number for each column, a state for each subject, None where nothing was closed."""

    start_ms: int
    numbers: tuple[float | None, ...]
    states: tuple[State | None, ...]


class Line(StrEnum):
    """The lines below the rows."""

    COUNT = "count"
    LOW = "low"
    HIGH = "high"
    MEAN = "mean"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Repaired:
    """Emissions of one column that a report puts in the place of missing ones, and by which rule.

    ``each`` is the emission of each of the ``starts``, None where no rule gives one; ``rule`` is the key of its
    sentence and ``facts`` what that says. ``inputs`` are the numbers that it was taken from, each with its time.
    """

    column: Column
    starts: tuple[int, ...]
    each: float | None
    rule: str
    facts: Mapping[str, object]
    inputs: tuple[tuple[int, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report about ``span``, in rows of ``part_ms``."""

    span: Span
    part_ms: int
    subjects: tuple[Channel, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    lines: Mapping[Line, tuple[float | None, ...]]
    repaired: tuple[Repaired, ...] = ()

    def total_with_repairs(self, column: Column) -> float | None:
        """Return the total of a column with what was repaired in it."""
        measured = self.lines[Line.TOTAL][self.columns.index(column)]
        filled = [each.each for each in self.repaired if each.column == column for _ in each.starts]
        return sum_of(number for number in (measured, *filled) if number is not None)


def columns_of(channels: Sequence[Channel]) -> tuple[Column, ...]:
    """Return the columns of a report, those of one quantity side by side, in the order of the channels."""
    return tuple(column for channel in subjects_of(channels) for column in _columns(channel, channels))


def subjects_of(channels: Sequence[Channel]) -> tuple[Channel, ...]:
    """Return the quantities that a report is about: what converts another stands beside that one."""
    return tuple(
        channel for channel in channels if channel.converts is None and channel.kind is not ChannelKind.CONDITION
    )


def _columns(subject: Channel, channels: Sequence[Channel]) -> Sequence[Column]:
    means = [] if subject.kind is ChannelKind.FACILITY else [Column(subject, subject, Item.MEAN)]
    converted = [Column(subject, each, Item.CONVERTED) for each in channels if each.converts == subject.name]
    totals = [Column(subject, subject, Item.TOTAL)] if subject.total_unit else []
    return [*means, *converted, *totals]


Statistics = Mapping[str, Mapping[int, PeriodStatistic]]
"""Statistics by channel and start."""


def compose(
    channels: Sequence[Channel], span: Span, part_ms: int, parts: Statistics, whole: Mapping[str, PeriodStatistic]
) -> Report:
    """Lay out a report from the statistics of its parts and those of the whole period, if it is closed."""
    columns, subjects = columns_of(channels), subjects_of(channels)
    rows = tuple(_row(part.start_ms, subjects, columns, parts) for part in span.parts(part_ms))
    lines = {line: tuple(_below(line, columns, rows, whole)) for line in Line}
    return Report(span, part_ms, subjects, columns, rows, lines)


def _row(start_ms: int, subjects: Sequence[Channel], columns: Sequence[Column], parts: Statistics) -> Row:
    found = {name: listed.get(start_ms) for name, listed in parts.items()}
    numbers = (column.number(found.get(column.channel.name)) for column in columns)
    closed = (found.get(each.name) for each in subjects)
    return Row(start_ms, tuple(numbers), tuple(None if each is None else each.state for each in closed))


def _below(
    line: Line, columns: Sequence[Column], rows: Sequence[Row], whole: Mapping[str, PeriodStatistic]
) -> list[float | None]:
    listed = ([row.numbers[place] for row in rows] for place in range(len(columns)))
    return [
        _figure(line, column, [number for number in numbers if number is not None], whole.get(column.channel.name))
        for column, numbers in zip(columns, listed, strict=True)
    ]


_REDUCE: Mapping[Line, Callable[[Sequence[float]], float | None]] = {
    Line.COUNT: len,
    Line.LOW: lambda numbers: min(numbers, default=None),
    Line.HIGH: lambda numbers: max(numbers, default=None),
}


def _figure(line: Line, column: Column, numbers: Sequence[float], statistic: PeriodStatistic | None) -> float | None:
    """Return one figure below a column: mean and total are those of the closed period itself."""
    if line in _REDUCE:
        return _REDUCE[line](numbers)
    if (line is Line.TOTAL) != (column.item is Item.TOTAL):
        return None
    return column.number(statistic)
