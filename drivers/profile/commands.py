"""What an instrument with a profile can be told to do: checked before, seen to begin, seen to end.

The echo of a write proves nothing: many an instrument repeats the request and does not act. What does harm twice is
written once, whatever becomes of the answer.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dau.core.errands import CannotDo, Errand, Pause, Report, Task, Work
from dau.core.instrument import InstrumentError, NoReply, Query, Refused
from dau.core.parameter_names import ParameterName
from drivers.profile.board import Board
from drivers.profile.expression import NOW, Expression, Values
from drivers.profile.language import Language, ReadBack, asked
from drivers.profile.model import CommandKeys

VERIFY_TRIES: Final = 3
VERIFY_PAUSE_S: Final = 1.0
"""How often, and how far apart, a written value is read back: some instruments take it over with the next cycle."""

Texts = Callable[[str], str | None]
"""Returns the value of a point as text."""

Steps = Generator[Query | Pause, bytes, None]


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its expressions parsed."""

    keys: CommandKeys
    allowed: Expression | None = None
    done: Expression | None = None
    ends: Expression | None = None
    fails: Expression | None = None


class Commands:
    """The commands of one instrument; ``blocks`` has the block of each point."""

    def __init__(
        self, name: str, commands: Sequence[Command], language: Language, board: Board, blocks: Mapping[str, str]
    ) -> None:
        self._name = name
        self._commands = commands
        self._language = language
        self._board = board
        self._blocks = blocks

    @property
    def tasks(self) -> frozenset[Task]:
        """What can be done by a command of the profile."""
        return frozenset(command.keys.do for command in self._commands)

    def begin(
        self,
        errand: Errand,
        reading: Mapping[Task, str],
        channels: Mapping[str, str],
        texts: Texts,
    ) -> Work:
        """Begin an errand. ``reading`` has the point that answers each task that only reads. See `Doer.perform`."""
        command = self._command(errand, channels)
        if command is not None:
            return self._carried_out(command, errand)
        point = reading.get(errand.task)
        if point is None:
            what = " ".join(filter(None, (errand.task, errand.info, errand.parameter)))
            raise CannotDo(f"{self._name}: {what} is no command of its profile")
        return self._read_point(point, errand, texts)

    def _command(self, errand: Errand, channels: Mapping[str, str]) -> Command | None:
        for command in self._commands:
            keys = command.keys
            fed = {channels[point] for point in keys.of or () if point in channels}
            is_for_it = keys.of is None or not errand.channel or errand.channel in fed
            if keys.do is errand.task and keys.parameter in {None, errand.parameter} and is_for_it:
                return command
        return None

    def _carried_out(self, command: Command, errand: Errand) -> Work:
        keys = command.keys
        writes = self._language.writes(keys, errand)  # settled before the first byte leaves
        reads_back = self._language.reads_back(keys, errand)
        if command.allowed is not None:
            yield from self._look(command.allowed.points)
            if not command.allowed.holds(self._values(errand)):
                raise Refused(f"{self._name}: {keys.do} is not allowed now: {self._seen(command.allowed)}")
        for query, pause_s in writes:
            yield from self._write(query, keys)
            if pause_s:
                yield Pause(pause_s)
        for each in reads_back:
            yield from self._verify(keys, each)
        if command.done is not None:
            yield from self._wait(command, command.done, keys.within_s, errand, "begin")
        if command.ends is not None:
            yield from self._wait(command, command.ends, keys.ends_within_s, errand, "end")
        return (yield from self._report(keys))

    def _write(self, query: Query, keys: CommandKeys) -> Steps:
        try:
            yield query
        except NoReply:
            if keys.is_once:
                if keys.done is not None:
                    return  # whether it acted is seen in what it does
                raise
            yield Pause(0.0)  # a late answer passes by meanwhile
            yield query

    def _verify(self, keys: CommandKeys, back: ReadBack) -> Steps:
        for number in range(VERIFY_TRIES):
            if number:
                yield Pause(VERIFY_PAUSE_S)
            frame = yield back.query
            if back.shows(frame):
                return
        raise Refused(f"{self._name}: {keys.do}: {back.place} does not show what was written: {frame.hex(' ')}")

    def _wait(self, command: Command, until: Expression, within_s: float, errand: Errand, what: str) -> Steps:
        keys, tries = command.keys, max(1, round(within_s / command.keys.every_s))
        fails = command.fails.points if command.fails is not None else frozenset()
        for _ in range(tries):
            yield Pause(keys.every_s)
            try:
                yield from self._look(until.points | fails)
            except (NoReply, Refused):
                continue  # many an instrument is silent or refuses while it is busy
            values = self._values(errand)
            if command.fails is not None and command.fails.holds(values):
                raise InstrumentError(f"{self._name}: {keys.do} failed: {self._seen(command.fails)}")
            if until.holds(values):
                return
        raise NoReply(f"{self._name}: {keys.do} did not {what} within {within_s:g} s: {self._seen(until)}")

    def _report(self, keys: CommandKeys) -> Work:
        report = Report()
        yield from self._look(keys.gives.values())
        values = self._board.values
        for part, point in keys.gives.items():
            value = values.get(point)
            if not isinstance(value, float | int):
                raise InstrumentError(f"{self._name}: {keys.do} was done, but {point} says nothing")
            match part:
                case "time":
                    report = replace(report, at_ms=round(value * 1000))
                case "bottle":
                    report = replace(report, bottle=int(value))
                case "minutes":
                    report = replace(report, minutes=int(value))
                case "reading":
                    report = replace(report, reading=float(value))
                case "standard":
                    report = replace(report, standard=float(value))
                case _:
                    report = replace(report, is_passed=value != 0)
        return report

    def _read_point(self, point: str, errand: Errand, texts: Texts) -> Work:
        yield from self._look([point])
        value, found = self._board.values.get(point), texts(point)
        if found is None:
            raise InstrumentError(f"{self._name}: {errand.task}: {point} says nothing")
        if errand.task is Task.READ_CLOCK and isinstance(value, float | int):
            return Report(at_ms=round(value * 1000))
        return Report(value=found)

    def _look(self, points: Iterable[str]) -> Steps:
        """Read the blocks of some points anew."""
        for block in dict.fromkeys(self._blocks[name] for name in points if name in self._blocks):
            frame = yield from asked(self._language, block)
            self._board.take(self._language.raws(block, frame))
        self._board.reckon()

    def _values(self, errand: Errand) -> Values:
        return {**self._board.values, NOW: None if errand.at_ms is None else errand.at_ms / 1000}

    def _seen(self, expression: Expression) -> str:
        values = self._board.values
        seen = ", ".join(f"{name} is {values.get(name)}" for name in sorted(expression.points) if name != NOW)
        return f"expected {expression.text}; {seen or 'nothing was read'}"


def reading_points(
    errand: Errand, clock: str | None, parameters: Mapping[tuple[ParameterName, str], str]
) -> Mapping[Task, str]:
    """Return the point that answers each task which only reads; ``parameters`` are by name and channel."""

    def point_of(parameter: ParameterName | None) -> str | None:
        if parameter is None:
            return None
        return parameters.get((parameter, errand.channel)) or parameters.get((parameter, ""))

    found = {
        Task.READ_CLOCK: clock,
        Task.READ_SERIAL: point_of(ParameterName.SERIAL_NUMBER),
        Task.READ_INFO: point_of(errand.parameter),
    }
    return {task: point for task, point in found.items() if point is not None}
