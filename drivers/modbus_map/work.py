"""The tasks of an instrument carried out: what is written, how its end is seen, what is read.

What each write says is settled before the first of them leaves, so that an errand which cannot be done changes nothing.
A read without an answer is asked once more. So is the write of a parameter, which does no harm twice; a trigger or a
clock is never sent a second time: whether it acted when its answer got lost, nobody knows.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from dau.core.errands import CannotDo, Cycle, Errand, Pause, Report, Work
from dau.core.instrument import InstrumentError, NoReply, Query, Refused
from drivers.modbus_map.cell import (
    Words,
    decimal_of,
    number_in,
    raw_number,
    text_in,
    time_in,
    words_of_number,
    words_of_text,
    words_of_time,
)
from drivers.modbus_map.frames import Framing
from drivers.modbus_map.layout import Extent
from drivers.modbus_map.options import Options
from drivers.modbus_map.requests import Read, Write
from drivers.modbus_map.task_options import Answer, Part, Step, TaskTable, Until

VERIFY_TRIES: Final = 3
VERIFY_PAUSE_S: Final = 1.0
"""How often, and how far apart, a written value is read back: some instruments take it over with the next cycle."""

CLOCK_TOLERANCE_MS: Final = 5000

Steps = Generator[Query | Pause, bytes, bytes]
"""One exchange, with the pauses around it; returns the data of the answer."""


@dataclass(frozen=True, slots=True)
class Command:
    """One write that an errand has become, and the step it comes from."""

    step: Step
    write: Write


class Tasks:
    """What one instrument can be told to do. ``first`` is a read that it answers in any case."""

    def __init__(self, options: Options, framing: Framing, first: Read, instrument: str) -> None:
        self._options = options
        self._framing = framing
        self._first = first
        self._name = instrument
        self.names = frozenset(table.do for table in options.task)

    def begin(self, errand: Errand) -> Work:
        """See `Doer.perform`."""
        table = self._table(errand)
        return self._work(table, [self._command(step, errand) for step in table.write], errand)

    def _table(self, errand: Errand) -> TaskTable:
        for table in self._options.task:
            is_for_it = table.channels is None or not errand.channel or errand.channel in table.channels
            if table.do is errand.task and (table.info or "") == errand.info and is_for_it:
                return table
        what = " ".join(filter(None, (errand.task, errand.info, errand.channel and f"for {errand.channel}")))
        raise CannotDo(f"{self._name}: {what} is no task of this instrument")

    def _work(self, table: TaskTable, commands: Sequence[Command], errand: Errand) -> Work:
        if self._framing.may_echo and any(command.write.is_repeated for command in commands):
            yield from self._read(self._first)  # tells whether the line repeats our bytes, and that somebody is there
        for command in commands:
            yield from self._write(command)
            if command.step.wait_s:
                yield Pause(command.step.wait_s)
        for command in commands:
            if command.step.is_verified:
                yield from self._verify(command, errand)
        for until in table.until:
            yield from self._wait(until, table)
        report = Report()
        for answer in table.read:
            data = yield from self._read(self._reading(answer.extent))
            report = self._add(report, answer, table, data)
        return report

    def _what(self, errand: Errand) -> str:
        return f"{self._name}: {errand.task} {errand.info}".rstrip()

    # --------------------------------------------------------------------------------------------------------- writing

    def _command(self, step: Step, errand: Errand) -> Command:
        try:
            words = (*step.before, *self._words(step, errand))
        except ValueError as problem:
            raise CannotDo(f"{self._what(errand)}: {problem}") from problem
        return Command(step, Write(self._options.slave, step.table, step.address, words, step.function_code))

    def _words(self, step: Step, errand: Errand) -> Words:
        order = self._options.order
        match step.takes:
            case Part.VALUE:
                _check_range(step, errand.value)
                return words_of_text(step, errand.value, order)
            case Part.TIME if errand.at_ms is not None:
                return words_of_time(step, errand.at_ms, order)
            case Part.START if errand.cycle is not None:
                return words_of_number(step, Decimal(errand.cycle.start_s), order)
            case Part.HOURS if errand.cycle is not None:
                return words_of_number(step, Decimal(errand.cycle.hours), order)
            case None:
                return words_of_number(step, Decimal(repr(step.value)), order)
            case missing:
                raise ValueError(f"the errand brings no {missing}")

    def _write(self, command: Command) -> Steps:
        query = self._framing.query(command.write)
        if command.step.takes in {None, Part.TIME}:
            return (yield query)
        return (yield from self._twice(command.write))

    def _verify(self, command: Command, errand: Errand) -> Generator[Query | Pause, bytes, None]:
        write, step = command.write, command.step
        read = self._reading(Extent(write.table, write.address, len(write.words)))
        for number in range(VERIFY_TRIES):
            if number:
                yield Pause(VERIFY_PAUSE_S)
            data = yield from self._read(read)
            if self._is_as_written(step, write, data, errand):
                return
        raise Refused(
            f"{self._what(errand)}: wrote {_shown(write)} to {write.table} {write.address}, "
            f"reads back {data.hex(' ', 2)}"
        )

    def _is_as_written(self, step: Step, write: Write, data: bytes, errand: Errand) -> bool:
        if step.takes is Part.TIME and errand.at_ms is not None:
            shown_ms = time_in(step, data[2 * len(step.before) :], self._options.order)
            return shown_ms is not None and abs(shown_ms - errand.at_ms) <= CLOCK_TOLERANCE_MS
        if write.table.is_bits:
            return data[0] & 1 == write.words[0]
        return data == b"".join(word.to_bytes(2) for word in write.words)

    # --------------------------------------------------------------------------------------------------------- reading

    def _reading(self, extent: Extent) -> Read:
        return Read(self._options.slave, extent.table, extent.first, extent.length)

    def _read(self, read: Read) -> Steps:
        frame = yield from self._twice(read)
        return frame[self._framing.data_from :][: read.data_bytes]

    def _twice(self, request: Read | Write) -> Steps:
        try:
            return (yield self._framing.query(request))
        except NoReply:
            yield Pause(0.0)  # a late answer passes by meanwhile
        return (yield self._framing.query(request))

    def _wait(self, until: Until, table: TaskTable) -> Generator[Query | Pause, bytes, None]:
        """Wait for an end. Many an instrument is silent or refuses while it is busy with a task: that ends nothing."""
        read, seen = self._reading(until.extent), "nothing"
        for _ in range(until.tries):
            yield Pause(until.every_s)
            try:
                frame = yield self._framing.query(read)
            except (NoReply, Refused) as error:
                seen = str(error)
                continue
            data = frame[self._framing.data_from :][: read.data_bytes]
            number = raw_number(until, data, self._options.order)
            if number in until.equals:
                return
            if number in until.fails:
                raise InstrumentError(f"{self._name}: {table.do} failed: {until.extent} is {number}")
            seen = str(number)
        raise NoReply(
            f"{self._name}: {table.do} did not end within {until.within_s:g} s: {until.extent} should become "
            f"{' or '.join(map(str, until.equals))}, seen last: {seen}"
        )

    def _add(self, report: Report, answer: Answer, table: TaskTable, data: bytes) -> Report:
        """Return the report with what one read says."""
        part = table.part_of(answer)
        value = self._said(answer, part, data)
        if value is None:
            raise InstrumentError(f"{self._name}: {table.do}: {answer.extent} holds no {part}: {data.hex(' ', 2)}")
        return _with(report, part, value)

    def _said(self, answer: Answer, part: Part | None, data: bytes) -> str | int | Decimal | None:
        order = self._options.order
        if answer.time is not None and part is Part.TIME:
            return time_in(answer, data, order)
        if answer.map:
            number = raw_number(answer, data, order)
            return None if number is None else answer.map.get(int(number))
        return text_in(answer, data, order) if part is Part.VALUE else number_in(answer, data, order)


def _with(report: Report, part: Part | None, value: str | int | Decimal) -> Report:
    cycle = report.cycle or Cycle(0, 0)
    match part:
        case Part.VALUE:
            return replace(report, value=str(value))
        case Part.TIME:
            return replace(report, at_ms=int(value))
        case Part.START:
            return replace(report, cycle=replace(cycle, start_s=int(value)))
        case Part.HOURS:
            return replace(report, cycle=replace(cycle, hours=int(value)))
        case Part.MINUTES:
            return replace(report, minutes=int(value))
        case Part.BOTTLE:
            return replace(report, bottle=int(value))
        case Part.READING:
            return replace(report, reading=float(value))
        case Part.STANDARD:
            return replace(report, standard=float(value))
        case _:
            return replace(report, is_passed=str(value) != "0" and value != 0)


def _check_range(step: Step, value: str) -> None:
    if step.range is None:
        return
    low, high = step.range
    number = decimal_of(value)
    if not low <= number <= high:
        raise ValueError(f"{value} is outside {low:g} to {high:g}")


def _shown(write: Write) -> str:
    return " ".join(f"{word:04x}" for word in write.words)
