"""Profiles that contradict themselves, and stations that say what cannot be: each mistake has its sentence."""

from typing import Any

import pytest
from pydantic import ValidationError

from drivers.modbus_map.examples import example_differences
from drivers.modbus_map.profiled import Instance, instance_mistakes, profile_mistakes, unit_mistakes
from tests.drivers.profile.made_up import BLOCKS, COMMANDS, POINTS, profile


def changed(tables: list[dict[str, Any]], number: int, **keys: Any) -> list[dict[str, Any]]:
    return [{**table, **keys} if place == number else table for place, table in enumerate(tables)]


CIRCLE = {"name": "round", "at": 0, "type": "u16", "times": ["round"]}


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
        ({"point": [*POINTS, CIRCLE]}, "round needs itself"),
        ({"block": changed(BLOCKS, 1, only_when="cod > 0")}, "cod stands in result itself; what only_when needs must"),
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
        ({"channels": {"cod": "cod1"}, "set": {"max_count": 5}}, "result reads 6, more than the 5 that are set here"),
    ],
)
def test_what_a_station_cannot_say_of_it(keys: dict[str, Any], told: str) -> None:
    (found,) = instance_mistakes(profile(), Instance.model_validate(keys))
    assert told in found.english


def test_no_block_reaches_behind_the_last_slave() -> None:
    made = profile(block=changed(BLOCKS, 0, slave_plus=10))
    (found,) = instance_mistakes(made, Instance.model_validate({"slave": 250, "channels": {"cod": "cod1"}}))
    assert found.english == "reaches slave 260; the last is 255"


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


@pytest.mark.parametrize(
    ("point", "told"),
    [
        ({"at": 0, "type": "u16", "mask": 0x1FFFF}, "mask 0x1FFFF does not fit u16"),
        ({"at": 0, "type": "f32", "mask": 1}, "mask 0x1 does not fit f32"),
        ({"sum": [{"at": 0, "type": "bit"}]}, "a part of sum is a number of whole registers"),
        ({"name": "more{n}", "repeat": 2, "sum": [{"at": 0, "type": "u16"}]}, "what is a sum cannot repeat"),
    ],
)
def test_a_place_that_holds_no_such_thing(point: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        profile(point=[*POINTS, {"name": "more", **point}])


@pytest.mark.parametrize(
    ("example", "told"),
    [
        ({"request": " "}, "wrong checksum"),
        ({"request": "01"}, "wrong checksum"),
        ({"request": "01 03 00 00 00 00 45 CA", "reply": "01 03 00 20 F0"}, "is no read"),
        ({"request": "not hexadecimal"}, "no bytes"),
    ],
)
def test_an_example_that_is_none(example: dict[str, str], told: str) -> None:
    (found,) = example_differences(profile(example=[{**example, "source": "a test", "slave": 1}]))
    assert told in found
