"""Conditions of the plant: digits of running states in 2017, tags with a system code of their own in 2025."""

from dataclasses import replace
from typing import Final

import pytest

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.conditions import NUMBERS, Condition
from dau.core.periods import Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State, declared
from dau.hj212 import HJ2025
from dau.uplink.compose import compose
from dau.uplink.identity import Factor, Platform
from tests.uplink.composing import COD, EXAMPLE, at, composed, qns, told

KILN: Final = Channel("kiln", "p99101", "", 0, Medium.GAS, 5, kind=ChannelKind.CONDITION)
POWER: Final = Channel("power", "d10001", "kW", 1, Medium.GAS, 5)
TAGGED: Final = Factor("p99101", "", 0, st="45")
MODERN: Final = replace(
    EXAMPLE,
    dialect=replace(HJ2025, encryption=EXAMPLE.dialect.encryption),
    channels={"kiln": KILN, "power": POWER},
    factors={"kiln": TAGGED, "power": Factor("d10001", "kW", 1, st="44")},
)


def live(**values: float | None) -> Record:
    at_ms = at("20260101080000")
    samples = tuple(Sample(name, at_ms, value, value, State.OK) for name, value in values.items())
    return Record(1, RecordKind.REALTIME, Span(at_ms, 0), at_ms, samples=samples)


def pairs(record: Record, platform: Platform = MODERN) -> dict[str, str]:
    return {name: value for packet in compose(record, platform, 0, qns()) for name, value in told(packet).items()}


@pytest.mark.parametrize(
    ("condition", "tag"),
    [
        (Condition.RUNNING, "N"),
        (Condition.STARTUP, "St"),
        (Condition.SHUTDOWN, "Sd"),
        (Condition.BANKED, "B"),
        (Condition.STOPPED, "F"),
    ],
)
def test_a_condition_is_told_as_its_tag(condition: Condition, tag: str) -> None:
    assert pairs(live(kiln=float(NUMBERS[condition])))["p99101-Rtd"] == tag


def test_conditions_and_power_have_system_codes_of_their_own() -> None:
    packets = compose(live(kiln=2.0, power=41.25), MODERN, 0, qns())
    assert [(packet.st, packet.cn) for packet in packets] == [("45", "2011"), ("44", "2011")]
    assert told(packets[1])["d10001-Rtd"] == "41.2"


def test_a_platform_may_be_told_other_texts() -> None:
    platform = replace(MODERN, factors={"kiln": replace(TAGGED, tags={7: "Sr", 2: "S1"})})
    assert [pairs(live(kiln=value), platform)["p99101-Rtd"] for value in (7.0, 2.0, 1.0)] == ["Sr", "S1", "N"]


@pytest.mark.parametrize("value", [5.0, 6.0, 7.0, 8.0, 9.0, 10.0])
def test_a_condition_whose_letter_nobody_knows_is_not_told(value: float) -> None:
    assert "p99101-Rtd" not in pairs(live(kiln=value))
    platform = replace(MODERN, factors={"kiln": replace(TAGGED, tags={int(value): "X1"})})
    assert pairs(live(kiln=value), platform)["p99101-Rtd"] == "X1"


@pytest.mark.parametrize("value", [11.0, 1e300, 1.4, None])
def test_what_is_no_condition_is_not_told(value: float | None) -> None:
    assert "p99101-Rtd" not in pairs(live(kiln=value))


def test_a_declared_condition_is_told_with_the_flag_of_a_sound_value() -> None:
    record = live(kiln=0.0)
    (sample,) = record.samples
    said = replace(record, samples=(replace(sample, states=State.COMM_LOST | declared(State.OK)),))
    assert pairs(said) == {**pairs(said), "p99101-Rtd": "F", "p99101-Flag": "N"}


def test_2017_is_told_no_tags() -> None:
    platform = replace(EXAMPLE, channels={"kiln": KILN, "cod": COD})
    assert [name for name in told(composed(live(kiln=1.0, cod=2.0), platform)) if name.startswith("p")] == []
