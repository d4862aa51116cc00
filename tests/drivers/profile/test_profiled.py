"""An instrument with a profile, polled and told to do things, in front of recorded registers."""

from collections.abc import Sequence

import pytest

from dau.core.errands import CannotDo, Errand, Report, Task
from dau.core.instrument import InstrumentError, NoReply, Refused
from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import ClockShown, Oddity, Parameter, Remark, Told
from tests.drivers.profile.made_up import BLOCKS, POINTS, Slave, instrument, profile

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


def test_what_the_states_need_is_not_there_and_nothing_is_ever_believed() -> None:
    slave, driver = Slave(), instrument()
    slave.refuses = {0}
    found = [reading for _ in range(5) for reading in readings(slave.polled(driver))]
    assert [at for _, at, _ in slave.asked].count(0) == 2
    assert [(each.value, each.states) for each in found] == [(12.5, State.FAULT)] * 4, "not at the second"


def test_a_rule_about_another_point_costs_nothing() -> None:
    slave, driver = Slave(), instrument(profile(state=[{"when": "fault != 0", "is": "fault", "of": ["bottle"]}]))
    slave.refuses = {0}
    (reading,) = readings(slave.polled(driver))
    assert (reading.value, reading.states) == (12.5, State.OK)


def test_a_busy_instrument_is_asked_on() -> None:
    slave, driver = Slave(), instrument()
    slave.refuses, slave.code = {0, 100}, 6
    for _ in range(4):
        told = slave.polled(driver)
        assert readings(told) == [Reading("cod1", None, State.FAULT)]
        assert not [each for each in told if isinstance(each, Remark)]
    slave.refuses = set()
    assert readings(slave.polled(driver)) == [Reading("cod1", 12.5, State.OK, data_ms=TEN)]


def test_the_last_block_stays() -> None:
    slave, driver = Slave(), instrument()
    slave.refuses = {0, 100, 200}
    for _ in range(4):
        slave.polled(driver)
    assert len({at for _, at, _ in slave.asked[-2:]}) == 1
    slave.asked.clear()
    slave.polled(driver)
    assert len(slave.asked) == 1, "somebody is asked in each poll"


def test_parameter_blocks_take_turns() -> None:
    slow = [
        {"name": f"slow{number}", "rank": "parameters", "start": 200 + 10 * number, "count": 4, "every_s": 60}
        for number in range(4)
    ]
    slave, driver = Slave(), instrument(profile(block=[*BLOCKS[1:], *slow]))
    for _ in range(8):
        slave.polled(driver)
    asked = [at for _, at, _ in slave.asked if at >= 200]
    assert asked == [200, 210, 220, 230] * 2, "one a poll, and none starves"


def test_a_heart_is_listened_to_for_ten_minutes_whatever_its_cadence() -> None:
    beating = [*POINTS, {"name": "pulse", "at": 102, "type": "u16", "role": "heartbeat"}]
    slave, driver = Slave(), instrument(profile(point=beating))
    found = [reading.states for _ in range(45) for reading in readings(slave.polled(driver))]
    assert found.index(State.FAULT) == 10, "read each 60 s: still for ten minutes at the eleventh time"


def test_a_flag_that_cannot_be_read_is_not_a_good_one() -> None:
    slave = Slave()
    slave.put(105, 0xFFFF)
    assert readings(slave.polled(instrument())) == [Reading("cod1", 12.5, State.FAULT, data_ms=TEN)]


def test_parameters_of_what_the_station_does_not_use_are_not_told() -> None:
    two = [*POINTS, {"name": "nh3", "at": 202, "type": "u16"}]
    two.append({"name": "slope_of_nh3", "at": 203, "type": "u16", "parameter": "slope", "of": ["nh3"]})
    slave, driver = Slave(), instrument(profile(point=two))
    told = [each for each in slave.polled(driver) if isinstance(each, Parameter)]
    assert told == [Parameter(ParameterName.WORK_STATE, "idle"), Parameter(ParameterName.SLOPE, "1", "cod1")]


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
    slave.silent = set()
    slave.polled(driver)
    slave.asked.clear()
    for _ in range(2):
        slave.polled(driver)
    assert [at for _, at, _ in slave.asked][:3] == [0, 0, 100], "once it answers it has its old place again"


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
    assert [ask[:2] for ask in slave.asked[-2:]] == [(16, 200), (3, 200)], "written and read back"
    with pytest.raises(CannotDo, match=r"write_info: 2\.5 is outside 0\.5 to 2"):
        slave.does(driver, Errand(Task.WRITE_INFO, "cod1", value="2.5", parameter=ParameterName.SLOPE))
    with pytest.raises(CannotDo, match="cod: read_info intercept is no command of its profile"):
        slave.does(driver, Errand(Task.READ_INFO, "cod1", parameter=ParameterName.INTERCEPT))


def test_a_parameter_that_is_not_taken_over_is_told() -> None:
    slave, driver = Slave(), instrument()
    slave.on_write = lambda: slave.put(200, 0x3F80, 0)
    with pytest.raises(Refused, match="cod: write_info: holding 200 does not show what was written: 03 03 04 3f 80"):
        slave.does(driver, Errand(Task.WRITE_INFO, "cod1", value="1.5", parameter=ParameterName.SLOPE))
    assert [ask[:2] for ask in slave.asked] == [(16, 200), (3, 200), (3, 200), (3, 200)]


def test_what_can_be_done() -> None:
    assert instrument().tasks == {Task.SAMPLE, Task.SET_CLOCK, Task.WRITE_INFO, Task.READ_INFO, Task.READ_CLOCK}
