"""A controller as a station has it: in the settings, polled, told to measure, on a real terminal."""

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dau.core.errands import CannotDo, Errand, Task
from dau.core.instrument import Refused
from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading
from dau.core.states import State
from drivers import mewtocol
from drivers.profile.instrument import Profiled
from simulator.instruments.mewtocol import FpController, float_words
from tests.drivers.asking import done, of_simulator, polled, polled_over_a_terminal

EXAMPLE = Path(mewtocol.__file__).with_name("example.toml")
SHARED = {"name", "bus", "driver", "period_s", "timeout_s", "retries"}
NOON_MS = 1_731_038_400_000
"""2024-11-08 12:00:00 in Beijing."""


def options(**keys: Any) -> mewtocol.Options:
    (table,) = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["instrument"]
    own = {key: table[key] for key in table.keys() - SHARED}
    return mewtocol.Options.model_validate({**own, **keys})


def controller(status: int = 0, *, door: bool = False) -> FpController:
    state = {25000 + at: lambda _: 0 for at in range(4)}
    state[25000] = lambda _: 1 if found.written.get(25003) else status
    time = {25102: lambda _: 0x2411, 25103: lambda _: 0x0812, 25104: lambda _: 0}
    registers = {**state, **float_words(25100, lambda _: 1.25), **time}
    found = FpController(1, registers, {"R0101": lambda _: door})
    return found


@pytest.mark.parametrize(
    ("status", "door", "states"),
    [(0, False, State.OK), (8, False, State.CALIBRATION), (8, True, State.MAINTENANCE)],
)
def test_values_times_and_states(status: int, door: bool, states: State) -> None:
    driver = mewtocol.build(options(), "nh3n")
    assert driver.device == "station 01"
    told = polled(driver, of_simulator(controller(status, door=door)))
    assert told == [Reading("nh3n", 1.25, states, data_ms=NOON_MS)]


def test_without_checksums() -> None:
    driver = mewtocol.build(options(bcc=False), "nh3n")
    assert polled(driver, of_simulator(controller())) == [Reading("nh3n", 1.25, data_ms=NOON_MS)]


def test_a_contact_that_is_refused_leaves_nothing_believed_that_needs_it() -> None:
    poor = controller()
    poor.contacts = {}
    told = polled(mewtocol.build(options(), "nh3n"), of_simulator(poor))
    assert told == [Reading("nh3n", 1.25, State.FAULT, data_ms=NOON_MS)]


def test_a_measurement_is_begun_once_and_only_when_idle() -> None:
    driver, peer = mewtocol.build(options(), "nh3n"), controller()
    assert isinstance(driver, Profiled)
    assert Task.SAMPLE in driver.tasks
    done(driver, Errand(Task.SAMPLE, "nh3n"), of_simulator(peer))
    assert peer.written == {25003: 1}
    with pytest.raises(Refused, match="sample is not allowed now: expected status == idle; status is measuring"):
        done(driver, Errand(Task.SAMPLE, "nh3n"), of_simulator(peer))


def test_a_parameter_is_read_back_after_it_was_written() -> None:
    point = {"name": "range", "block": "state", "at": 25002, "type": "u16", "parameter": "range"}
    step = {"at": 25002, "type": "u16", "takes": "value", "range": [1, 500]}
    command = {"do": "write_info", "parameter": "range", "step": [step]}
    own = options().model_dump(by_alias=True, exclude_unset=True)
    driver = mewtocol.build(options(point=[*own["point"], point], command=[command]), "nh3n")
    errand = Errand(Task.WRITE_INFO, "nh3n", value="200", parameter=ParameterName.RANGE)
    peer = controller()
    done(driver, errand, of_simulator(peer))
    assert peer.written == {25002: 200}
    with pytest.raises(CannotDo, match="write_info: 501 is outside 1 to 500"):
        done(driver, replace(errand, value="501"), of_simulator(peer))
    peer.keeps = False
    with pytest.raises(Refused, match="D25002 does not show what was written"):
        done(driver, replace(errand, value="300"), of_simulator(peer))


def test_over_a_real_terminal(tmp_path: Path) -> None:
    told = polled_over_a_terminal(mewtocol.build(options(), "nh3n"), controller(), tmp_path)
    assert list(told) == [Reading("nh3n", 1.25, data_ms=NOON_MS)]


POINT = {"channel": "a", "at": 1, "type": "f32"}


@pytest.mark.parametrize(
    ("block", "point", "complaint"),
    [
        ({"start": 0, "count": 28}, POINT, "b reads 28 registers, more than the 27 of one answer"),
        ({"start": 0, "count": 2}, POINT, "a does not lie in b"),
        ({"start": 0, "count": 2, "contact": "R0000"}, POINT, "b: expected one of start and contact"),
        ({"contact": "R0000"}, POINT, "a: a register needs at, and a contact has none"),
        ({"contact": "Q0000"}, POINT, "pattern"),
        ({"start": 0, "count": 3}, {"channel": "a", "at": 1}, "a register needs a type"),
        ({"start": 99_999, "count": 2}, POINT, "b: ends behind the last register, 99999"),
    ],
)
def test_mistakes_are_told(block: dict[str, Any], point: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        options(block=[{"name": "b", **block}], point=[point], state=[], command=[])
    assert complaint in str(caught.value)


def test_long_frames_carry_more() -> None:
    block = {"name": "b", "start": 0, "count": 100}
    point = {"channel": "a", "at": 99, "type": "u16"}
    made = options(long_frames=True, block=[block], point=[point], state=[], command=[])
    peer = FpController(1, {at: lambda _, at=at: at for at in range(100)})  # type: ignore[misc]
    assert polled(mewtocol.build(made, "x"), of_simulator(peer)) == [Reading("a", 99.0)]
