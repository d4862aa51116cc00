"""How a platform calls a channel: its own code, old or new, and what it means by a PolId."""

from dataclasses import replace

import pytest

from dau.uplink.identity import Factor, Platform
from dau.uplink.naming import channel_of, code_of
from tests.uplink.stand import COD, PH, channels, platform

NATIONAL = platform()
OLD = replace(NATIONAL, old_codes={"w01018": "011", "w01001": "001"})
PROVINCIAL = replace(NATIONAL, factors={"cod": Factor("w01019", "mg/L", 1)})


@pytest.mark.parametrize(("who", "code"), [(NATIONAL, "w01018"), (OLD, "011"), (PROVINCIAL, "w01019")])
def test_a_platform_calls_a_channel_by_its_own_code_and_means_it_by_that(who: Platform, code: str) -> None:
    assert code_of(who, "cod") == code
    assert channel_of(who, code) == "cod"


@pytest.mark.parametrize("code", ["W01018", "w01018"])
def test_capitals_and_the_code_of_the_channel_itself_are_understood_too(code: str) -> None:
    for who in (NATIONAL, OLD, PROVINCIAL):
        assert channel_of(who, code) == "cod"


def test_the_platforms_own_code_goes_before_the_stations() -> None:
    crossed = replace(NATIONAL, factors={"cod": Factor("w01001", "mg/L", 1), "ph": Factor("w01018", "", 2)})
    assert channel_of(crossed, "w01018") == "ph"
    assert channel_of(crossed, "w01001") == "cod"


@pytest.mark.parametrize("code", ["w21003", "", "cod"])
def test_what_is_no_factor_of_the_platform_is_no_channel(code: str) -> None:
    assert channel_of(NATIONAL, code) is None


def test_a_channel_that_the_platform_does_not_get_is_none_of_its() -> None:
    only_ph = replace(NATIONAL, channels=channels(PH))
    assert channel_of(only_ph, COD.factor) is None
    with pytest.raises(KeyError):
        code_of(only_ph, "cod")
