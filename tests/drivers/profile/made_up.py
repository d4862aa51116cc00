"""A made-up profile of an analyser, and a slave that answers with registers."""

from collections.abc import Callable
from typing import Any

from dau.core.errands import Errand, Pause, Report
from dau.core.instrument import InstrumentError, NoReply, Query, Refused
from dau.core.told import Told
from drivers.modbus_map.frames import with_crc
from drivers.modbus_map.profile_model import Profile
from drivers.modbus_map.profiled import Instance, build_profiled
from drivers.profile.instrument import Profiled

HEAD = {
    "id": "made-up",
    "driver": "modbus_map",
    "title": "made up",
    "title_zh": "虚构",
    "kind": "water_analyzer",
    "sources": ["this test"],
    "reliability": "D",
    "tested": "simulator",
    "check_on_site": "nothing",
}
BLOCKS: list[dict[str, Any]] = [
    {"name": "parameters", "rank": "parameters", "start": 200, "count": 4, "every_s": 600, "after": ["calibration"]},
    {"name": "result", "start": 100, "count": 6, "every_s": 60},
    {"name": "state", "rank": "state", "start": 0, "count": 5},
]
POINTS: list[dict[str, Any]] = [
    {"name": "cod", "at": 103, "type": "f32", "unit": "mg/L", "no_value": [9999.0], "valid": [0, 1000]},
    {"name": "cod_time", "at": 100, "type": "bcd_time6", "role": "data_time"},
    {
        "name": "flag",
        "at": 105,
        "type": "ascii",
        "count": 2,
        "role": "result_flag",
        "map": {"N": "ok", "T": "over_range"},
        "other": "suspect",
    },
    {
        "name": "status",
        "at": 0,
        "type": "u16",
        "parameter": "work_state",
        "map": {0: "idle", 1: "measuring", 8: "calibrating"},
        "other": "other",
    },
    {"name": "fault", "at": 1, "type": "u16"},
    {"name": "clock", "at": 2, "type": "bcd_time6", "role": "clock"},
    {"name": "slope", "at": 200, "type": "f32", "parameter": "slope", "of": ["cod"]},
    {"name": "bottle", "at": 202, "type": "u16"},
]
STATES = [
    {"when": "status == calibrating", "is": "calibration"},
    {"when": "fault != 0", "is": "fault"},
]
COMMANDS: list[dict[str, Any]] = [
    {
        "do": "sample",
        "allowed": "status == idle",
        "done": "status == measuring",
        "within_s": 10,
        "ends": "status == idle",
        "ends_within_s": 100,
        "fails": "fault != 0",
        "step": [{"at": 300, "type": "u16", "value": 1}],
        "gives": {"bottle": "bottle"},
    },
    {"do": "set_clock", "done": "abs(clock - now) < 60", "step": [{"at": 301, "takes": "time", "time": "bcd"}]},
    {
        "do": "write_info",
        "parameter": "slope",
        "step": [{"at": 200, "type": "f32", "takes": "value", "range": [0.5, 2.0]}],
    },
]


def profile(**changes: Any) -> Profile:
    tables = {"schema": 1, "profile": HEAD, "block": BLOCKS, "point": POINTS, "state": STATES, "command": COMMANDS}
    return Profile.model_validate({**tables, **changes})


def instrument(made: Profile | None = None, unit: str = "mg/L") -> Profiled:
    instance = Instance.model_validate({"slave": 3, "channels": {"cod": "cod1"}})
    found = build_profiled(made or profile(), instance, "cod", 30, {"cod1": unit})
    assert isinstance(found, Profiled)
    return found


class Slave:
    """Registers that answer; ``refuses`` and ``silent`` have the first registers of reads that are not answered."""

    def __init__(self) -> None:
        self.registers: dict[int, int] = {}
        self.put(0, 0, 0, 0x2411, 0x0813, 0x4510)
        self.put(100, 0x2411, 0x0812, 0x0000, 0x4148, 0x0000, 0x4E00)
        self.put(200, 0x3F80, 0, 7, 0)
        self.refuses: set[int] = set()
        self.silent: set[int] = set()
        self.code = 2
        self.asked: list[tuple[int, int, int]] = []
        self.on_write: Callable[[], object] = lambda: None

    def put(self, at: int, *words: int) -> None:
        self.registers |= {at + place: word for place, word in enumerate(words)}

    def answer(self, request: bytes) -> bytes | InstrumentError:
        function, at = request[1], int.from_bytes(request[2:4])
        self.asked.append((function, at, int.from_bytes(request[4:6])))
        if at in self.silent:
            return NoReply("nothing came")
        if at in self.refuses:
            return Refused(f"exception {self.code}", self.code)
        if function == 6:
            self.on_write()
            return request
        if function == 16:
            words = request[7:-2]
            self.put(at, *(int.from_bytes(words[place : place + 2]) for place in range(0, len(words), 2)))
            self.on_write()
            return with_crc(request[:6])
        data = b"".join(self.registers.get(at + place, 0).to_bytes(2) for place in range(int.from_bytes(request[4:6])))
        return with_crc(request[:2] + bytes([len(data)]) + data)

    def polled(self, driver: Profiled) -> list[Told]:
        steps = driver.poll()
        return list(self._converse(steps))

    def does(self, driver: Profiled, errand: Errand) -> Report:
        report = self._converse(driver.perform(errand))
        assert isinstance(report, Report)
        return report

    def _converse(self, steps: Any) -> Any:
        try:
            step = next(steps)
            while True:
                if isinstance(step, Pause):
                    step = steps.send(b"")
                    continue
                assert isinstance(step, Query)
                answer = self.answer(step.request)
                if isinstance(answer, InstrumentError):
                    step = steps.throw(answer)
                    continue
                found = step.find(answer)
                assert found is not None, "the driver believes its slave"
                step = steps.send(found.frame)
        except StopIteration as end:
            return end.value
