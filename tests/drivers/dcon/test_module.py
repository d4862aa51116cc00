"""A DCON module as a station has it: in the settings, polled, refused, out of range."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dau.core.samples import Reading
from dau.core.states import State
from drivers import dcon
from simulator.instruments.dcon import DconModule
from tests.drivers.asking import of_simulator, polled, polled_over_a_terminal, polled_over_tcp

EXAMPLE = Path(dcon.__file__).with_name("example.toml")
SHARED = {"name", "bus", "driver", "period_s", "timeout_s", "retries"}
TWO = {
    "slave": 2,
    "point": [
        {"channel": "flow-1", "at": 0, "linear": {"raw": [4, 20], "value": [0, 100]}, "broken_below": 3.6},
        {"channel": "ph", "at": 7},
    ],
}


def module(first: float = 12.0, address: int = 2, **keys: Any) -> DconModule:
    return DconModule(address, [lambda _: first, *[lambda _: 1.5] * 7], **keys)


def options(**keys: Any) -> dcon.Options:
    return dcon.Options.model_validate({**TWO, **keys})


def test_the_example_is_valid() -> None:
    for table in tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["instrument"]:
        assert dcon.Options.model_validate({key: table[key] for key in table.keys() - SHARED}).channels()


@pytest.mark.parametrize(
    ("current", "reading"),
    [
        (12.0, Reading("flow-1", 50.0)),
        (2.0, Reading("flow-1", None, State.FAULT)),
        (100.0, Reading("flow-1", None, State.FAULT)),  # the module shows +9999.9
    ],
)
def test_currents_become_values(current: float, reading: Reading) -> None:
    driver = dcon.build(options(), "ai")
    assert driver.device == "module 02" and driver.channels == ("flow-1", "ph")
    assert polled(driver, of_simulator(module(current))) == [reading, Reading("ph", 1.5)]


def test_with_checksums() -> None:
    driver = dcon.build(options(checksum=True), "ai")
    assert polled(driver, of_simulator(module(checksum=True))) == [Reading("flow-1", 50.0), Reading("ph", 1.5)]


def test_a_module_in_hexadecimal_is_not_believed_where_the_format_is_asked() -> None:
    asked = {
        "block": [
            {"name": "values"},
            {"name": "type", "ask": "type", "rank": "state"},
        ],
        "point": [{"channel": "ph", "block": "values", "at": 7}, {"name": "form", "block": "type", "at": 2, "mask": 3}],
        "state": [{"when": "form != 0", "is": "fault"}],
    }
    driver = dcon.build(options(**asked), "ai")
    assert polled(driver, of_simulator(module())) == [Reading("ph", 1.5)]
    assert polled(driver, of_simulator(module(form=2))) == [Reading("ph", 1.5, State.FAULT)]


def test_a_single_channel_and_a_refused_one() -> None:
    asked = {
        "block": [{"name": "values"}, {"name": "ninth", "ask": "channel", "channel": 8}],
        "point": [{"channel": "ph", "block": "values", "at": 7}, {"channel": "x", "block": "ninth"}],
    }
    told = polled(dcon.build(options(**asked), "ai"), of_simulator(module()))
    assert told == [Reading("ph", 1.5), Reading("x", None, State.FAULT)]


def test_over_a_real_terminal(tmp_path: Path) -> None:
    told = polled_over_a_terminal(dcon.build(options(), "ai"), module(), tmp_path)
    assert told == (Reading("flow-1", 50.0), Reading("ph", 1.5))


@pytest.mark.sockets
def test_over_tcp_as_behind_a_serial_server() -> None:
    told = polled_over_tcp(dcon.build(options(), "ai"), module())
    assert told == (Reading("flow-1", 50.0), Reading("ph", 1.5))


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"point": [{"channel": "a", "at": 8}]}, "a: the answer to values has 8 numbers, counted from 0"),
        ({"point": [{"channel": "a", "mask": 3}]}, "a: mask is for the codes of ask = type"),
        ({"point": [{"channel": "a"}, {"channel": "a"}]}, "the name a is there twice"),
        ({"point": [{"name": "a"}]}, "no point feeds a channel"),
        ({"point": [{"channel": "a", "block": "b"}]}, "point a needs its block: values"),
        ({"point": [{"channel": "a", "map": {"1": "on"}}]}, "a is no number"),
        ({"state": [{"when": "door == 1", "is": "fault"}]}, "door"),
        ({"slave": 256}, "less than or equal to 255"),
    ],
)
def test_mistakes_are_told(keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        options(**keys)
    assert complaint in str(caught.value)
