"""The language of Modbus for profiles: reads of blocks, raw values out of registers, writes of commands."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from dau.core.errands import CannotDo, Errand
from dau.core.instrument import Query, Refused
from drivers.modbus_map.cell import Words, decimal_of, time_in, words_of_number, words_of_text, words_of_time
from drivers.modbus_map.driver import FRAMINGS
from drivers.modbus_map.frames import Framing
from drivers.modbus_map.layout import Order
from drivers.modbus_map.profile_model import Block, Command, ModbusDefaults, ModbusQuirks, Point, ProfileStep
from drivers.modbus_map.registers import Take, taker
from drivers.modbus_map.requests import Read, Table, Write
from drivers.modbus_map.task_options import Part
from drivers.modbus_map.work import CLOCK_TOLERANCE_MS
from drivers.profile.language import ReadBack
from drivers.profile.model import CommandKeys
from drivers.profile.values import Raw

FUNCTIONS = {3: Table.HOLDING, 4: Table.INPUT}
NOWHERE = frozenset({2, 3})
"""Exceptions that say that a read will never be answered: no such address, no such number of registers."""


class ModbusLanguage:
    """See `drivers.profile.language.Language`. ``homes`` has the points of each block, already one by one."""

    def __init__(
        self,
        line: ModbusDefaults,
        quirks: ModbusQuirks,
        homes: Sequence[tuple[Block, Sequence[Point]]],
    ) -> None:
        self._line = line
        self._quirks = quirks
        self._framing: Framing = FRAMINGS[line.framing]()
        self._reads = {block.name: self._read(block) for block, _ in homes}
        self._takes: Mapping[str, Mapping[str, Take]] = {
            block.name: {point.name: taker(point, block, line.order, quirks.swap_u16) for point in points}
            for block, points in homes
        }

    def _read(self, block: Block) -> Read:
        table = block.table
        if not table.is_bits and self._quirks.function is not None:
            table = FUNCTIONS[self._quirks.function]
        return Read(self._line.slave + block.slave_plus, table, block.start, block.count)

    @property
    def device(self) -> str:
        """See `Language`."""
        return f"slave {self._line.slave}"

    def query(self, block: str) -> Query:
        """See `Language`."""
        return self._framing.query(self._reads[block])

    def follow_up(self, block: str, frames: bytes) -> None:
        """See `Language`: one answer is always all of it."""

    def raws(self, block: str, frame: bytes) -> Mapping[str, Raw]:
        """See `Language`."""
        begin = self._framing.data_from
        data = frame[begin : begin + self._reads[block].data_bytes]
        return {name: take(data) for name, take in self._takes[block].items()}

    def is_nowhere(self, refusal: Refused) -> bool:
        """See `Language`: a busy or disturbed slave answers another time."""
        return refusal.code in NOWHERE

    def data(self, block: str, data: bytes) -> Mapping[str, Raw]:
        """Return what stands in the bare registers of a block: for golden frames."""
        return {name: take(data) for name, take in self._takes[block].items()}

    def writes(self, command: CommandKeys, errand: Errand) -> Sequence[tuple[Query, float]]:
        """See `Language`."""
        assert isinstance(command, Command)
        settle_s = self._quirks.settle_ms / 1000
        try:
            return [(self._framing.query(self._write(step, errand)), step.wait_s or settle_s) for step in command.step]
        except ValueError as problem:
            raise CannotDo(f"{command.do}: {problem}") from problem

    def reads_back(self, command: CommandKeys, errand: Errand) -> Sequence[ReadBack]:
        """See `Language`."""
        assert isinstance(command, Command)
        return [self._read_back(step, errand) for step in command.step if step.is_verified]

    def _read_back(self, step: ProfileStep, errand: Errand) -> ReadBack:
        write, begin = self._write(step, errand), self._framing.data_from
        read = Read(write.slave, write.table, write.address, len(write.words))

        def shows(frame: bytes) -> bool:
            data = frame[begin : begin + read.data_bytes]
            if step.takes is Part.TIME and errand.at_ms is not None:
                shown_ms = time_in(step, data[2 * len(step.before) :], self._line.order)
                return shown_ms is not None and abs(shown_ms - errand.at_ms) <= CLOCK_TOLERANCE_MS
            if write.table.is_bits:
                return data[0] & 1 == write.words[0]
            return data == b"".join(word.to_bytes(2) for word in write.words)

        return ReadBack(self._framing.query(read), shows, f"{step.table} {step.address}")

    def _write(self, step: ProfileStep, errand: Errand) -> Write:
        words = (*step.before, *words_of_step(step, errand, self._line.order))
        return Write(self._line.slave, step.table, step.address, words, step.function_code)


def words_of_step(step: ProfileStep, errand: Errand, order: Order) -> Words:
    """Return the registers that a step of a command writes, without those in front.

    Raises:
        ValueError: the errand brings nothing that can be written there.
    """
    match step.takes:
        case Part.VALUE:
            if step.range is not None and not step.range[0] <= decimal_of(errand.value) <= step.range[1]:
                raise ValueError(f"{errand.value} is outside {step.range[0]:g} to {step.range[1]:g}")
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
