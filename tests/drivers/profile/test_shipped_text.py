"""Shipped profiles of other protocols than Modbus, in front of instruments that speak them, and of noise."""

from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from dau.acquire.wiring import instruments_of
from dau.config.load import load_settings
from dau.config.profiles import profile_driver, profile_files, read_profile
from dau.core.instrument import Driver, Listener, NoReply
from dau.core.parameter_names import ParameterName
from dau.core.samples import Reading
from dau.core.states import State
from dau.core.told import Parameter, Told, readings_in
from drivers.profile.document import Document
from drivers.profile.instrument import Profiled
from simulator.instruments.dcon import DconModule
from simulator.instruments.dlt645 import Meter, packed
from simulator.instruments.mewtocol import FpController
from simulator.instruments.multidrop import Answering
from simulator.instruments.pushing import Pushing
from simulator.instruments.text import ups
from tests.drivers.asking import of_simulator, polled

NOON_MS = 1_731_038_400_000
"""2024-11-08 12:00:00 in Beijing."""
TEXTS = {"dcon", "dlt645", "hj212", "line", "mewtocol"}
FILES = profile_files(None)
SHIPPED = {name: read for name in sorted(FILES) if (read := read_profile(FILES[name])).driver in TEXTS}

HOST = "QN=20241108120001000;ST=31;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=4;"


def driver_of(name: str, *points: str, **keys: Any) -> Driver | Listener:
    read = SHIPPED[name]
    module = profile_driver(read.driver)
    instance = module.Instance.model_validate({"channels": {point: point for point in points}, **keys})
    assert list(module.instance_mistakes(read.profile, instance)) == []
    return module.build_profiled(read.profile, instance, name, 30, {})


def values(told: Sequence[Told]) -> dict[str, float | None]:
    return {reading.channel: reading.value for reading in readings_in(told)}


def test_each_protocol_has_one() -> None:
    assert {read.driver for read in SHIPPED.values()} == TEXTS


ASKED: list[tuple[str, Answering, dict[str, float | None]]] = [
    (
        "adam-4017",
        DconModule(1, [*[lambda _: 4.0] * 7, lambda _: 200.0]),
        {"channel1": 4.0, "channel8": None},
    ),
    (
        "ups-q1",
        ups(lambda _: 0.0, lambda _: 12.1),
        {"input_voltage": 0.0, "battery_voltage": 12.1, "mains_failed": 1.0},
    ),
    (
        "dlt645-meter",
        Meter("012345678901", {"00010000": lambda _: packed(5.25, 8, 2), "02030000": lambda _: packed(-1.5, 6, 4)}),
        {"energy": 5.25, "power": -1.5, "voltage_a": None},
    ),
    (
        "panasonic-fp",
        FpController(1, {25000 + at: (lambda _, at=at: at) for at in range(20)}),  # type: ignore[misc]
        {"register1": 0.0, "register20": 19.0},
    ),
]


@pytest.mark.parametrize(("name", "peer", "expected"), ASKED, ids=str)
def test_an_instrument_of_the_simulator_is_read(name: str, peer: Answering, expected: dict[str, float | None]) -> None:
    assert values(polled(driver_of(name, *expected), of_simulator(peer))) == expected


PUSHED = [
    ("boqu-hj212", Pushing({"011": lambda _: 12.5}), {"cod": 12.5}),
    ("voc-host-hj212", Pushing({"a24088": lambda _: 1.25, "a19001": lambda _: 20.9}, HOST), {"nmhc": 1.25, "o2": 20.9}),
    ("cems-host-hj212", Pushing({"a21026": lambda _: 30.0}, HOST, item="ZsRtd"), {"so2_zs": 30.0}),
]


@pytest.mark.parametrize(
    ("name", "pushing", "expected"), PUSHED, ids=lambda each: each if isinstance(each, str) else ""
)
def test_a_pusher_of_the_simulator_is_heard(name: str, pushing: Pushing, expected: dict[str, float]) -> None:
    ear = driver_of(name, *expected)
    assert isinstance(ear, Listener)
    (told,) = ear.hear(pushing.message(NOON_MS)).messages
    assert values(told) == expected
    assert {reading.data_ms for reading in readings_in(told)} == {NOON_MS}
    route = Parameter(ParameterName.ROUTE, "industrial_pc")
    assert (route in told) == ("host" in name)


def test_a_station_says_what_the_flags_of_its_host_mean() -> None:
    ear = driver_of("voc-host-hj212", "nmhc", flags={"Q": "calibration"}, mn="010000A8900016F000169DC0", answers=True)
    assert isinstance(ear, Listener)
    pushing = Pushing({"a24088": lambda _: 1.25}, HOST.replace("Flag=4", "Flag=5"), flags={"a24088": "Q"})
    heard = ear.hear(pushing.message(NOON_MS))
    assert readings_in(heard.messages[0]) == (Reading("nmhc", 1.25, State.CALIBRATION, data_ms=NOON_MS),)
    assert b"CN=9014" in heard.reply


@pytest.mark.parametrize("name", SHIPPED)
def test_noise_is_nothing(name: str) -> None:
    profile = SHIPPED[name].profile
    assert isinstance(profile, Document)
    point = next(point.name for _, point in profile.expanded() if not point.words and not point.is_time)
    driver, chance = driver_of(name, point), Random(name)
    for _ in range(300):
        noise = chance.randbytes(chance.randrange(200))
        if isinstance(driver, Listener):
            assert driver.hear(noise).messages == ()
            continue
        assert isinstance(driver, Profiled)
        with pytest.raises(NoReply):
            polled(driver, lambda _, noise=noise: noise)  # type: ignore[misc]


STATION = """
[station]
name = "texts"
medium = "gas"

[[bus]]
name = "rs485"
serial = "/dev/ttyS1"
baud = 2400
"""


def test_a_station_with_all_of_them_is_without_a_mistake(tmp_path: Path) -> None:
    written = [STATION]
    for number, (name, read) in enumerate(SHIPPED.items()):
        point = next(point for _, point in read.profile.expanded() if not point.words and not point.is_time)
        code, unit, channel = f"x990{number:02}", point.unit or "1", name.replace("-", "")
        written.append(f'[[code]]\ncode = "{code}"\nname = "{name}"\nunit = "{unit}"\ndigits = 1\n')
        written.append(f'[[channel]]\nname = "{channel}"\nfactor = "{code}"\n')
        written.append(f'[[instrument]]\nname = "{channel}"\nbus = "rs485"\nprofile = "{name}"\n')
        written.append(f'channels = {{ {point.name} = "{channel}" }}\n')
    file = tmp_path / "station.toml"
    file.write_text("\n".join(written), encoding="utf-8")
    settings = load_settings(file)
    assert len(settings.instrument) == len(SHIPPED)
    drivers = [each.driver for bus in settings.bus for each in instruments_of(settings, bus)]
    assert sum(isinstance(driver, Listener) for driver in drivers) == 3
