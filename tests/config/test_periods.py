"""The rules of periods and the flow that carries concentrations, as the settings say them."""

from pathlib import Path

import pytest

from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.load import load_settings
from dau.config.periods import mass_per_amount, rules_of
from dau.core.channels import Channel
from dau.core.period_rules import PeriodRules, Profile
from dau.core.states import State
from tests.config.conftest import GOOD

COD = 'factor = "w01018"\n'
FLOW_TABLE = '[periods]\nflow = "flow"\n'


def channels(file: Path, content: str) -> dict[str, Channel]:
    file.write_text(content, encoding="utf-8")
    return {channel.name: channel for channel in channels_of(load_settings(file))}


def test_what_is_not_said_is_the_usual(station_file: Path) -> None:
    assert rules_of(load_settings(station_file).periods) == PeriodRules()


def test_every_rule_can_be_chosen(station_file: Path) -> None:
    written = (
        '[periods]\nprofile = "strict"\nmeasured_states = ["ok"]\nenough = 0.9\nwater_mean = "arithmetic"\n'
        'discharge = "intermittent"\n'
    )
    station_file.write_text(GOOD + written, encoding="utf-8")
    assert rules_of(load_settings(station_file).periods) == PeriodRules(
        Profile.STRICT, frozenset({State.OK}), 0.9, weighted=False, intermittent=True
    )


def test_a_flow_carries_what_has_a_mass_and_nothing_else(station_file: Path) -> None:
    found = channels(station_file, GOOD + FLOW_TABLE)
    assert (found["cod"].flow, found["cod"].mass_per_amount, found["cod"].total_unit) == ("flow", 0.001, "kg")
    for name in ("level", "flow"):
        assert (found[name].flow, found[name].mass_per_amount) == ("", None)


def test_a_channel_may_name_a_flow_of_its_own_or_none(station_file: Path) -> None:
    alone = GOOD.replace(COD, COD + 'flow = "flow"\n', 1)
    assert channels(station_file, alone)["cod"].flow == "flow"
    without = GOOD.replace(COD, COD + 'flow = ""\n', 1) + FLOW_TABLE
    assert channels(station_file, without)["cod"].flow == ""


@pytest.mark.parametrize(
    ("units", "factor"),
    [
        (("mg/L", "kg", "m3"), 0.001),
        (("ug/L", "kg", "m3"), 1e-6),
        (("mg/m3", "kg", "m3"), 1e-6),
        (("degC", "kg", "m3"), None),
        (("mg/L", "", "m3"), None),
        (("mg/L", "kg", ""), None),
    ],
)
def test_a_mass_follows_from_the_units(units: tuple[str, str, str], factor: float | None) -> None:
    assert mass_per_amount(*units) == factor


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (GOOD + '[periods]\nflow = "flov"\n', 'there is no channel "flov"'),
        (GOOD + '[periods]\nflow = "level"\n', 'the channel "level" has no amount and can carry nothing'),
        (
            GOOD.replace('name = "level"\n', 'name = "level"\nflow = "flow"\n', 1),
            'no mass can be made out of "m" and amounts in "m3"',
        ),
        (GOOD + "[periods]\nenough = 0.1\n", "0.1 is out of range"),
        (GOOD + '[periods]\nprofile = "hj75"\n', '"hj75" is not an allowed value'),
    ],
)
def test_what_cannot_be_is_told(station_file: Path, written: str, said: str) -> None:
    station_file.write_text(written, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(station_file)
    assert said in str(caught.value)
