"""An instrument with a profile, polled and told to do things, in front of recorded registers."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from dau.core.errands import CannotDo, Errand, Pause, Report, Task
from dau.core.instrument import InstrumentError, NoReply, Query, Refused
from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import ClockShown, Oddity, Parameter, Remark, Told
from drivers.modbus_map.frames import with_crc
from drivers.modbus_map.profile_model import Profile
from drivers.modbus_map.profiled import Instance, build_profiled, instance_mistakes, profile_mistakes, unit_mistakes
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
            return Refused("exception 2")
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


TEN = 1_731_038_400_000
"""2024-11-08 12:00:00 in Beijing."""


def readings(told: Sequence[Told]) -> list[Reading]:
    return [each for each in told if isinstance(each, Reading)]


def test_a_poll_asks_states_first_then_results_and_tells_all_of_it() -> None:
    slave, driver = Slave(), instrument()
    told = slave.polled(driver)
    assert [at for _, at, _ in slave.asked] == [0, 100, 200]
    assert told == [
        Reading("cod1", 12.5, State.OK, data_ms=TEN),
        Parameter(ParameterName.WORK_STATE, "idle"),
        ClockShown(1_731_044_710_000),
        Parameter(ParameterName.SLOPE, "1", "cod1"),
    ]
    assert driver.channels == ("cod1",) and driver.device == "slave 3"


def test_blocks_are_asked_in_their_cadence() -> None:
    slave, driver = Slave(), instrument()
    for _ in range(5):
        slave.polled(driver)
    assert [at for _, at, _ in slave.asked] == [0, 100, 200, 0, 0, 100, 0, 0, 100], "a result every second poll"


def test_parameters_are_asked_again_after_a_calibration() -> None:
    slave, driver = Slave(), instrument()
    slave.polled(driver)
    slave.polled(driver)
    slave.put(0, 8)
    assert readings(slave.polled(driver))[0].states is State.CALIBRATION
    slave.put(0, 0)
    slave.asked.clear()
    slave.polled(driver)
    assert 200 not in [at for _, at, _ in slave.asked]
    slave.polled(driver)
    assert 200 in [at for _, at, _ in slave.asked]


@pytest.mark.parametrize(
    ("registers", "value", "states"),
    [
        ({1: 4}, 12.5, State.FAULT),
        ({105: 0x5400}, 12.5, State.OVER_RANGE),
        ({105: 0x5858}, 12.5, State.FAULT),  # XX is in no list: kept, not believed
        ({105: 0}, 12.5, State.OK),  # no flag at all
        ({103: 0x461C, 104: 0x3C00}, None, State.FAULT),  # 9999 means none
        ({103: 0x44FA, 104: 0}, None, State.FAULT),  # 2000 is not valid
        ({103: 0x7FC0, 104: 0}, None, State.FAULT),
        ({0: 8, 1: 4}, 12.5, State.CALIBRATION),  # the first rule that holds wins
    ],
)
def test_states_and_values(registers: dict[int, int], value: float | None, states: State) -> None:
    slave = Slave()
    slave.registers |= registers
    (reading,) = readings(slave.polled(instrument()))
    assert (reading.value, reading.states) == (value, states)


def test_before_the_first_result_there_is_no_data() -> None:
    slave = Slave()
    slave.put(100, 0x0001, 0x0100, 0x0000)
    (reading,) = readings(slave.polled(instrument()))
    assert (reading.value, reading.states, reading.data_ms) == (None, State.NO_DATA, None)


def test_a_word_that_no_profile_lists_is_remarked_once() -> None:
    slave, driver = Slave(), instrument()
    slave.put(105, 0x5858)
    told = slave.polled(driver)
    assert Remark(Oddity.UNKNOWN_WORD, "flag is 'XX', which the profile does not list") in told
    slave.polled(driver)
    assert not [each for each in slave.polled(driver) if isinstance(each, Remark)]


def test_a_block_that_is_refused_twice_is_not_asked_again() -> None:
    slave, driver = Slave(), instrument()
    slave.refuses = {200}
    told = [slave.polled(driver) for _ in range(4)]
    assert [at for _, at, _ in slave.asked].count(200) == 2
    remarks = [each for poll in told for each in poll if isinstance(each, Remark)]
    assert remarks == [Remark(Oddity.BLOCK_DROPPED, "block parameters: exception 2")]
    assert readings(told[0])[0].value == 12.5, "the rest goes on"


def test_what_the_states_need_is_lost_and_nothing_is_believed() -> None:
    slave, driver = Slave(), instrument()
    slave.refuses = {0}
    (reading,) = readings(slave.polled(driver))
    assert (reading.value, reading.states) == (12.5, State.FAULT)


def test_silence_of_the_first_block_is_silence() -> None:
    slave, driver = Slave(), instrument()
    slave.silent = {0, 100, 200}
    with pytest.raises(NoReply):
        slave.polled(driver)


def test_silence_further_on_costs_what_was_not_read_and_comes_last_next_time() -> None:
    slave, driver = Slave(), instrument()
    slave.silent = {100}
    (reading,) = readings(slave.polled(driver))
    assert (reading.value, reading.states) == (None, State.COMM_LOST)
    slave.asked.clear()
    slave.polled(driver)
    assert [at for _, at, _ in slave.asked] == [0, 200, 100]


def test_the_value_comes_in_the_unit_of_its_channel() -> None:
    (reading,) = readings(Slave().polled(instrument(unit="g/m3")))
    assert reading.value == 12.5
    (reading,) = readings(Slave().polled(instrument(unit="ug/L")))
    assert reading.value == 12500.0


# ------------------------------------------------------------------------------------------------------------- commands


def test_a_command_is_checked_seen_to_begin_and_to_end() -> None:
    slave, driver = Slave(), instrument()
    slave.on_write = lambda: slave.put(0, 1)
    looks: list[int] = []
    answer = slave.answer

    def answering(request: bytes) -> bytes | InstrumentError:
        looks.append(request[1])
        if len(looks) == 5:
            slave.put(0, 0)
        return answer(request)

    slave.answer = answering  # type: ignore[method-assign]
    assert slave.does(driver, Errand(Task.SAMPLE, "cod1")) == Report(bottle=7)
    writes = [ask for ask in slave.asked if ask[0] == 6]
    assert writes == [(6, 300, 1)]


def test_what_is_not_allowed_now_writes_nothing() -> None:
    slave, driver = Slave(), instrument()
    slave.put(0, 8)
    with pytest.raises(Refused, match="sample is not allowed now: expected status == idle; status is calibrating"):
        slave.does(driver, Errand(Task.SAMPLE, "cod1"))
    assert [function for function, *_ in slave.asked] == [3]


def test_an_echo_is_no_proof() -> None:
    slave, driver = Slave(), instrument()
    with pytest.raises(NoReply, match="sample did not begin within 10 s: expected status == measuring; status is idle"):
        slave.does(driver, Errand(Task.SAMPLE, "cod1"))


def test_what_does_harm_twice_is_written_once_even_unanswered() -> None:
    slave, driver = Slave(), instrument()
    slave.silent = {300}
    with pytest.raises(NoReply):
        slave.does(driver, Errand(Task.SAMPLE, "cod1"))
    assert [ask for ask in slave.asked if ask[1] == 300] == [(6, 300, 1)]


def test_a_failure_is_told() -> None:
    slave, driver = Slave(), instrument()
    slave.on_write = lambda: slave.put(0, 1, 4)
    with pytest.raises(InstrumentError, match="sample failed: expected fault != 0; fault is 4"):
        slave.does(driver, Errand(Task.SAMPLE, "cod1"))


def test_the_clock_is_set_and_looked_at() -> None:
    slave, driver = Slave(), instrument()
    slave.on_write = lambda: slave.put(2, *(slave.registers[301 + place] for place in range(3)))
    assert slave.does(driver, Errand(Task.SET_CLOCK, "cod1", at_ms=TEN)) == Report()
    assert slave.does(driver, Errand(Task.READ_CLOCK, "cod1")) == Report(at_ms=TEN)


def test_parameters_are_read_and_written_by_their_names() -> None:
    slave, driver = Slave(), instrument()
    assert slave.does(driver, Errand(Task.READ_INFO, "cod1", parameter=ParameterName.SLOPE)) == Report(value="1")
    slave.does(driver, Errand(Task.WRITE_INFO, "cod1", value="1.5", parameter=ParameterName.SLOPE))
    assert slave.registers[200] == 0x3FC0
    with pytest.raises(CannotDo, match=r"write_info: 2\.5 is outside 0\.5 to 2"):
        slave.does(driver, Errand(Task.WRITE_INFO, "cod1", value="2.5", parameter=ParameterName.SLOPE))
    with pytest.raises(CannotDo, match="cod: read_info intercept is no command of its profile"):
        slave.does(driver, Errand(Task.READ_INFO, "cod1", parameter=ParameterName.INTERCEPT))


def test_what_can_be_done() -> None:
    assert instrument().tasks == {Task.SAMPLE, Task.SET_CLOCK, Task.WRITE_INFO, Task.READ_INFO, Task.READ_CLOCK}


# ------------------------------------------------------------------------------------------------------------- mistakes


def changed(tables: list[dict[str, Any]], number: int, **keys: Any) -> list[dict[str, Any]]:
    return [{**table, **keys} if place == number else table for place, table in enumerate(tables)]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"point": changed(POINTS, 0, at=120)}, "point cod (holding 120..121) lies in no block"),
        ({"point": changed(POINTS, 4, name="status")}, "the name status is there twice"),
        ({"block": changed(BLOCKS, 1, start=202)}, "result and parameters overlap"),
        ({"block": changed(BLOCKS, 1, count=126)}, "result reads 126, more than the 125 that"),
        ({"state": [{"when": "status == idel", "is": "ok"}]}, "idel is no point, and no word"),
        ({"state": [{"when": "fault != 0", "is": "fault", "of": ["nh3"]}]}, "there is no point nh3"),
        ({"point": changed(POINTS, 4, role="clock")}, "fault has to be a time"),
        ({"point": changed(POINTS, 4, times=["ratio"])}, "there is no point ratio"),
        ({"command": changed(COMMANDS, 0, done="now > 3 and status = 1")}, "cannot read '= 1'"),
        ({"command": changed(COMMANDS, 0, gives={"bottle": "glass"})}, "there is no point glass"),
        ({"defaults": {"max_count": 200}}, "more than 125 registers at once need oversize = true"),
        ({"probe": {"expect": "known(nothing)"}}, "expected a point, found nothing"),
    ],
)
def test_a_profile_that_contradicts_itself(changes: dict[str, Any], told: str) -> None:
    assert any(told in each.english and each.chinese for each in profile_mistakes(profile(**changes)))


def test_a_good_profile_has_no_mistake() -> None:
    assert list(profile_mistakes(profile())) == []


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"channels": {"code": "cod1"}}, "no point code; there are: bottle, clock, cod"),
        ({"channels": {"status": "cod1"}}, "status is no number and cannot feed a channel"),
        ({"channels": {"cod": "cod1"}, "range": {"level": [0, 1]}}, "there is no point level"),
    ],
)
def test_what_a_station_cannot_say_of_it(keys: dict[str, Any], told: str) -> None:
    (found,) = instance_mistakes(profile(), Instance.model_validate(keys))
    assert told in found.english


def test_a_range_that_only_the_site_knows_is_needed() -> None:
    scaled = changed(POINTS, 4, linear={"raw": [6400, 32000], "value": "range"}, unit="m/s")
    made = profile(point=scaled, state=[], command=[])
    bare = Instance.model_validate({"channels": {"fault": "flow"}})
    assert [each.english for each in instance_mistakes(made, bare)] == ["fault needs its range here"]
    given = Instance.model_validate({"channels": {"fault": "flow"}, "range": {"fault": [0, 40]}})
    assert list(instance_mistakes(made, given)) == []


def test_a_unit_that_cannot_become_that_of_the_channel() -> None:
    instance = Instance.model_validate({"channels": {"cod": "cod1"}})
    (found,) = unit_mistakes(profile(), instance, {"cod1": "m3/h"})
    assert found.english == "the unit mg/L cannot become that of channel cod1, m3/h"
    assert list(unit_mistakes(profile(), instance, {"cod1": "g/m3"})) == []
