"""Scenes load, and an impossible one is refused with the reason."""

from pathlib import Path

import pytest

from simulator.errors import FaultError, SceneError
from simulator.plant import PLANTS
from simulator.scene_file import SCENES, load_scene, parse_scene

SMALL = """
name = "small"
plant = "outfall"
medium = "water"
folder = "var"
[[line]]
name = "port"
kind = "pty"
address = "port"
[[line.instrument]]
name = "cod"
slave = 1
register = [{ area = "holding", address = 0, type = "f32", quantity = "cod", step = "0.1", range_high = 500 }]
"""


def test_outfall_is_what_the_example_station_expects() -> None:
    scene = load_scene("outfall")
    assert [(line.name, line.baud) for line in scene.lines] == [("ttyOUTFALL", 9600)]
    assert {(register.channel, register.factor) for register in scene.channels()} == {
        ("cod", "w01018"),
        ("nh3n", "w21003"),
        ("ph", "w01001"),
        ("water_temperature", "w01010"),
        ("flow", "w00000"),
    }


def test_stack_is_what_the_example_station_expects() -> None:
    scene = load_scene("stack")
    assert [line.address for line in scene.lines] == ["127.0.0.1:15502", "127.0.0.1:15503", "ttySTACK"]
    assert {register.factor for register in scene.channels()} == {
        "a21026", "a21002", "a19001", "a01012", "a01013", "a01014", "a01011", "a34013",
    }  # fmt: skip


def test_the_stack_is_reckoned_as_the_example_station_reckons_it() -> None:
    scene = load_scene("stack")
    assert [(flow.channel, flow.factor, str(flow.area), str(flow.ambient)) for flow in scene.flows] == [
        ("flow", "a00000", "12.566", "101100")
    ]
    assert [(one.of, one.oxygen, str(one.base)) for one in scene.conversions] == [
        ("so2", "o2", "6"),
        ("nox", "o2", "6"),
    ]


@pytest.mark.parametrize("name", SCENES)
def test_every_register_shows_a_quantity_of_the_plant(name: str) -> None:
    scene = load_scene(name)
    plant = PLANTS[scene.plant](1)
    registers = [register for _, instrument in scene.instruments() for register in instrument.registers]
    assert registers
    for register in registers:
        assert plant[register.quantity](1_770_000_000_000) < register.range_high


def test_a_scene_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text('faults = ["cod:silence@1+2"]\n' + SMALL)
    assert [str(fault) for fault in load_scene(str(file)).faults] == ["cod:silence@1+2"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("name = ", "Invalid value"),
        (SMALL.replace("slave = 1", "slave = 1\ncolour = 3"), "unknown key colour in instrument"),
        (SMALL.replace('"f32"', '"f33"'), "'f33' is not a valid NumberType"),
        (SMALL.replace('"holding"', '"holdings"'), "area 'holdings' is not one of coils, discrete, holding, input"),
        (SMALL.replace('quantity = "cod"', 'quantity = "gold"'), "instrument cod: plant outfall has no 'gold'"),
        (SMALL.replace('plant = "outfall"', 'plant = "moon"'), "plant 'moon' is not one of outfall, stack"),
        (
            SMALL + "[[line.instrument]]\nname = 'x'\nslave = 1\n",
            "line port has two instruments with one slave address",
        ),
        (SMALL + "[[line.instrument]]\nname = 'cod'\nslave = 2\n", "a line or instrument name is used twice"),
        (
            SMALL + "[[conversion]]\nof = 'cod'\noxygen = 'o2'\nbase = '6'\n",
            "conversion of cod: no instrument measures cod, o2",
        ),
        (SMALL + "[[conversion]]\nof = 'cod'\noxygen = 'o2'\nbase = 'six'\n", "ConversionSyntax"),
    ],
)
def test_an_impossible_scene_is_refused(content: str, complaint: str) -> None:
    with pytest.raises(SceneError) as caught:
        parse_scene(content, "mine.toml")
    assert "mine.toml" in str(caught.value)
    assert complaint in str(caught.value)


def test_a_fault_of_a_scene_must_be_possible() -> None:
    with pytest.raises(FaultError, match='has no "gold"'):
        parse_scene('faults = ["gold:silence@1+2"]\n' + SMALL, "mine.toml")


def test_an_unknown_scene_names_the_known_ones() -> None:
    with pytest.raises(SceneError, match='there is no scene "moon", the scenes are outfall, stack'):
        load_scene("moon")


def test_a_missing_scene_file_is_named() -> None:
    with pytest.raises(SceneError, match=r"nowhere/moon\.toml: No such file"):
        load_scene("nowhere/moon.toml")
