"""``[[instrument.task]]``: what an instrument can be told to do, and what may not be said about it."""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from dau.config.base import Strict
from dau.core.errands import Task
from drivers.modbus_map.cell import Cell, words_of_number
from drivers.modbus_map.layout import Order
from drivers.modbus_map.place import Magnitude, Name, Place, mistake
from drivers.modbus_map.requests import (
    MOST_WRITTEN_REGISTERS,
    WRITE_COIL,
    WRITE_COILS,
    WRITE_REGISTER,
    WRITE_REGISTERS,
    Table,
)

Word = Annotated[int, Field(ge=0, le=0xFFFF)]
Seconds = Annotated[float, Field(ge=0, le=600)]


class Part(StrEnum):
    """One of the things that an errand brings along or reports."""

    VALUE = "value"  # a parameter, a state, a serial number
    TIME = "time"  # the clock, or when a sample was kept
    START = "start"  # of the sampling cycle, in seconds after midnight
    HOURS = "hours"  # between two samples of the cycle
    MINUTES = "minutes"  # from sample to result
    BOTTLE = "bottle"  # that keeps the sample
    READING = "reading"  # of a standard
    STANDARD = "standard"  # its true value
    PASSED = "passed"  # what the instrument itself says of the check: 0 is failed


TAKEN: Final[Mapping[Task, AbstractSet[Part]]] = {
    Task.WRITE_INFO: {Part.VALUE},
    Task.SET_CLOCK: {Part.TIME},
    Task.SET_CYCLE: {Part.START, Part.HOURS},
}
"""What must be written for a task, each part once."""

GIVEN: Final[Mapping[Task, AbstractSet[Part]]] = {
    Task.READ_CLOCK: {Part.TIME},
    Task.READ_CYCLE: {Part.START, Part.HOURS},
    Task.READ_DELAY: {Part.MINUTES},
    Task.READ_SERIAL: {Part.VALUE},
    Task.READ_INFO: {Part.VALUE},
}
"""What must be read for a task, each part once."""

MAY_GIVE: Final[Mapping[Task, AbstractSet[Part]]] = {
    Task.SAMPLE: {Part.TIME, Part.BOTTLE},
    Task.KEEP_EXCEEDING: {Part.TIME, Part.BOTTLE},
    Task.KEEP_SAMPLE: {Part.TIME, Part.BOTTLE},
    Task.CHECK: {Part.READING, Part.STANDARD, Part.PASSED},
}
"""What may be read after a task."""

WITH_INFO: Final = {Task.READ_INFO, Task.WRITE_INFO}


class Step(Cell):
    """One write: the constant ``value``, or what the errand brings (``takes``)."""

    value: Magnitude | None = None
    takes: Part | None = None
    range: tuple[Magnitude, Magnitude] | None = None
    """Lowest and highest value that may be written; needed for the number of a ``write_info``."""
    before: tuple[Word, ...] = ()
    """Registers in front, written by the same request: a command word, say. ``address`` is that of the first one."""
    function: Literal[5, 6, 15, 16] | None = None
    """None: 5 for a coil, 6 for one register, 16 for more."""
    wait_s: Seconds = 0.0
    """Pause after it, in which other instruments are polled."""
    verify: bool | None = None
    """Whether it is read back. None: only what the errand brings, except a time, which goes on."""

    @property
    def is_verified(self) -> bool:
        """Whether it is read back."""
        return self.takes not in {None, Part.TIME} if self.verify is None else self.verify

    @property
    def words(self) -> int:
        """How many bits or registers it writes."""
        return len(self.before) + self.extent.length

    @property
    def function_code(self) -> int:
        """The function that writes it."""
        if self.function is not None:
            return self.function
        if self.table is Table.COIL:
            return WRITE_COIL
        return WRITE_REGISTER if self.words == 1 else WRITE_REGISTERS

    @model_validator(mode="after")
    def _writable(self) -> Self:
        at = f"write {self.table} {self.address}"
        if self.table in {Table.DISCRETE, Table.INPUT}:
            raise mistake(
                "table", f"{at}：该表只读，应为 coil 或 holding", f"{at}: cannot be written; expected coil or holding"
            )
        if (self.value is None) == (self.takes is None):
            raise mistake("value", f"{at}：须写 value 或 takes 之一", f"{at}: expected exactly one of value and takes")
        if self.bit is not None or self.mask is not None:
            raise mistake("bit", f"{at}：只能写整个寄存器", f"{at}: only whole registers are written, not single bits")
        fitting = {WRITE_COIL, WRITE_COILS} if self.table is Table.COIL else {WRITE_REGISTER, WRITE_REGISTERS}
        fitting -= {WRITE_REGISTER} if self.words > 1 else set()
        if self.function_code not in fitting or self.words > MOST_WRITTEN_REGISTERS:
            known = " / ".join(map(str, sorted(fitting)))
            raise mistake(
                "function",
                f"{at}：功能码 {self.function_code} 不能写 {self.words} 个地址，可用 {known}",
                f"{at}: function {self.function_code} cannot write {self.words} of this table; expected {known}",
            )
        if self.before and self.table is Table.COIL:
            raise mistake("before", f"{at}：before 只用于寄存器", f"{at}: before belongs to registers")
        if (self.takes is Part.TIME) != (self.time is not None):
            raise mistake(
                "time",
                f'{at}：takes = "time" 须写 time，其他不能写',
                f'{at}: takes = "time" needs the key time, and nothing else has it',
            )
        self._check_constant(at)
        return self

    def _check_constant(self, at: str) -> None:
        if self.value is None:
            return
        try:
            words_of_number(self, Decimal(repr(self.value)), Order.ABCD)
        except ValueError as problem:
            raise mistake(
                "value", f"{at}：value 不可写：{problem}", f"{at}: value cannot be written: {problem}"
            ) from None


class Answer(Cell):
    """One read whose value goes into the report as ``gives``."""

    gives: Part | None = None
    """None: what the task asks for, where that is one thing."""
    map: dict[int, Annotated[str, Field(min_length=1, max_length=64)]] = Field(default_factory=dict)
    """What is reported for a number; one that is not listed is no answer."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        at = f"read {self.table} {self.address}"
        if self.map and not self.is_number:
            raise mistake("map", f"{at}：map 只用于数字", f"{at}: map belongs to numbers")
        return self


class Until(Place):
    """The end of a task: read every ``every_s`` until the number is in ``equals``."""

    equals: Annotated[tuple[int, ...], Field(min_length=1)]
    fails: tuple[int, ...] = ()
    """Numbers that mean that it went wrong."""
    within_s: Annotated[float, Field(gt=0, le=7200)]
    every_s: Annotated[float, Field(ge=0.5, le=600)] = 5.0

    @property
    def tries(self) -> int:
        """How often it is asked."""
        return max(1, round(self.within_s / self.every_s))


class TaskTable(Strict):
    """One task: writes, then waits for ends, then reads."""

    do: Task
    info: Annotated[str, Field(pattern=r"^i[0-9A-Za-z]{5}$")] | None = None
    """Code of HJ 212-2017 table B.10, for read_info and write_info."""
    channels: tuple[Name, ...] | None = None
    """For which channels of the instrument it is; None: for all."""
    write: tuple[Step, ...] = ()
    until: tuple[Until, ...] = ()
    read: tuple[Answer, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Everything that it may read."""
        return (*self.until, *self.read)

    def part_of(self, answer: Answer) -> Part | None:
        """Return what a read gives, also where it need not be said."""
        given = GIVEN.get(self.do, set())
        return answer.gives or (next(iter(given)) if len(given) == 1 else None)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        at = f"task {self.do}"
        if (self.info is not None) != (self.do in WITH_INFO):
            raise mistake(
                "info",
                f"{at}：read_info、write_info 须写 info，其他不能写",
                f"{at}: read_info and write_info need info, and no other task has it",
            )
        if not (self.write or self.read):
            raise mistake("task", f"{at}：须写 write 或 read", f"{at}: nothing to do; expected write or read")
        self._check_parts(at, "write", "takes", [step.takes for step in self.write if step.takes], TAKEN)
        self._check_parts(at, "read", "gives", [self.part_of(answer) for answer in self.read], GIVEN)
        for step in self.write:
            if self.do is Task.WRITE_INFO and step.takes and step.is_number and step.range is None:
                raise mistake("range", f"{at}：须写 range = [最小, 最大]", f"{at}: a number needs range = [low, high]")
        for answer in self.read:
            self._check_form(at, answer)
        return self

    def _check_parts(
        self, at: str, key: str, says: str, found: list[Part | None], needed: Mapping[Task, AbstractSet[Part]]
    ) -> None:
        must = needed.get(self.do, set())
        may = must | (MAY_GIVE.get(self.do, set()) if needed is GIVEN else set())
        twice = [part for part, times in Counter(found).items() if times > 1]
        if twice or not must <= set(found) <= may:
            expected = ", ".join(sorted(may)) or "none"
            shown = ", ".join(part or "?" for part in found) or "none"
            raise mistake(
                says,
                f"{at}：{key} 中 {says} 应为 {expected}，现为 {shown}",
                f"{at}: expected {says} in {key}: {expected}; found {shown}",
            )

    def _check_form(self, at: str, answer: Answer) -> None:
        part = self.part_of(answer)
        if part not in {Part.VALUE, Part.PASSED} and answer.map:
            raise mistake("map", f"{at}：map 只用于 value 和 passed", f"{at}: map belongs to value and passed")
        if part is Part.PASSED and not set(answer.map.values()) <= {"0", "1"}:
            raise mistake("map", f'{at}：passed 的 map 只能给出 "0" 或 "1"', f'{at}: map gives "0" or "1" for passed')
        is_fitting = {Part.TIME: answer.time is not None, Part.VALUE: True}.get(part or Part.VALUE, answer.is_number)
        if not is_fitting:
            expected = "time" if part is Part.TIME else "type"
            raise mistake("form", f"{at}：{part} 须用 {expected} 读出", f"{at}: {part} is read with the key {expected}")
