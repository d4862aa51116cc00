"""A meter as a station has it: in the settings, polled over follow-ups and refusals, on a real terminal."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from dau.core.samples import Reading
from dau.core.states import State
from drivers import dlt645
from simulator.instruments.dlt645 import Meter, packed
from tests.drivers.asking import of_simulator, polled, polled_over_a_terminal

EXAMPLE = Path(dlt645.__file__).with_name("example.toml")
SHARED = {"name", "bus", "driver", "period_s", "timeout_s", "retries"}


def options(**keys: Any) -> dlt645.Options:
    (table,) = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["instrument"]
    own = {key: table[key] for key in table.keys() - SHARED}
    return dlt645.Options.model_validate({**own, **keys})


def meter(**keys: Any) -> Meter:
    items = {
        "00010000": lambda _: packed(123456.78, 8, 2),
        "0201FF00": lambda _: packed(220.1, 4, 1) + packed(219.9, 4, 1) + b"\xff\xff",
        "02030000": lambda _: packed(-1.5, 6, 4),
    }
    return Meter("012345678901", items, **keys)


ALL = [
    Reading("energy", 123456.78),
    Reading("voltage-a", 220.1),
    Reading("voltage-b", 219.9),
    Reading("power", -1.5),
]


def test_values_scales_and_signs() -> None:
    driver = dlt645.build(options(), "meter")
    assert driver.device == "meter 012345678901"
    assert polled(driver, of_simulator(meter())) == ALL


def test_an_item_in_several_frames() -> None:
    assert polled(dlt645.build(options(), "meter"), of_simulator(meter(most_data=2, lead_in=0))) == ALL


def test_the_wildcard_address() -> None:
    driver = dlt645.build(options(meter="AAAAAAAAAAAA"), "meter")
    assert polled(driver, of_simulator(meter())) == ALL


def test_a_phase_that_the_meter_has_not_has_no_value() -> None:
    point = {"channel": "c", "block": "voltages", "at": 4, "bytes": 2}
    driver = dlt645.build(options(point=[point]), "meter")
    assert Reading("c", None, State.FAULT) in polled(driver, of_simulator(meter()))


def test_an_item_that_is_refused_costs_its_own_points() -> None:
    poor = meter()
    poor.items = {number: reads for number, reads in poor.items.items() if number != "02030000"}
    told = polled(dlt645.build(options(), "meter"), of_simulator(poor))
    assert told == [*ALL[:3], Reading("power", None, State.FAULT)]


def test_bits_of_a_state_word() -> None:
    keys = {
        "block": [{"name": "state", "item": "04000503", "data": 2}],
        "point": [{"channel": "word", "bytes": 2, "type": "binary", "mask": 0x00F0}],
    }
    other = Meter("012345678901", {"04000503": lambda _: b"\x52\x01"})
    assert polled(dlt645.build(options(**keys), "meter"), of_simulator(other)) == [Reading("word", 5.0)]


def test_over_a_real_terminal(tmp_path: Path) -> None:
    assert list(polled_over_a_terminal(dlt645.build(options(), "meter"), meter(most_data=4), tmp_path)) == ALL


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"meter": "1234"}, "at least 12"),
        ({"meter": "12345678901X"}, "pattern"),
        ({"point": [{"channel": "a", "block": "power", "bytes": 4}]}, "a: ends behind the 3 bytes of power"),
        ({"point": [{"channel": "a", "block": "power", "bytes": 2, "mask": 3}]}, "a: mask is for binary"),
        ({"command": [{"do": "zero"}]}, "at most 0 items"),
    ],
)
def test_mistakes_are_told(keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError) as caught:
        options(**keys)
    assert complaint in str(caught.value)
