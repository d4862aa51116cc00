"""Derived channels in a settings file: what comes out of a good one, and every sentence about a bad one."""

from pathlib import Path

import pytest

from dau.config.channels import channels_of
from dau.config.complaints import ConfigError
from dau.config.derived import derivations_of
from dau.config.load import load_settings
from dau.config.settings import DerivedKeys
from dau.core.conversions.catalogue import FORMULAS
from dau.core.derive import Derivation, Input

EXAMPLE = Path(__file__).parents[2] / "config" / "stack" / "derived.toml"
GOOD = EXAMPLE.read_text(encoding="utf-8")


def derivations(text: str, file: Path) -> dict[str, Derivation]:
    file.write_text(text, encoding="utf-8")
    settings = load_settings(file)
    return {each.channel.name: each for each in derivations_of(settings, channels_of(settings))}


def complaints(text: str, file: Path) -> list[str]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    return [str(each).split(": ", 1)[1] for each in caught.value.complaints]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "derived.toml"


def test_each_comes_after_those_it_builds_on(file: Path) -> None:
    found = derivations(GOOD, file)
    for place, each in enumerate(found.values()):
        later = list(found)[place:]
        assert all(one.channel.name not in later for one in each.all_inputs())
    assert len(found) == GOOD.count("\n[[derived]]\n")


def test_an_input_comes_in_the_unit_of_the_formula(file: Path) -> None:
    flow = derivations(GOOD, file)["flow"]
    static, temperature = flow.inputs["static"], flow.inputs["temperature"]
    assert isinstance(static, Input)
    assert isinstance(temperature, Input)
    assert (static.channel.name, static.wanted, static.of(-0.12)) == ("pressure", "Pa", -120.0)
    assert (temperature.channel.name, temperature.of(78.0)) == ("temperature", 78.0)
    assert flow.numbers == {"ambient": 101100.0}


def test_defaults_of_a_formula(file: Path) -> None:
    found = derivations(GOOD, file)
    assert found["so2_converted"].numbers == {"base": 6.0, "cap": 20.9}
    assert found["dust"].numbers == {"low": 0.0, "high": 100.0, "broken": 3.6, "shorted": 21.0}
    assert [name for name, each in found.items() if each.by_means] == ["so2_converted", "nox_converted"]


def test_the_example_at_its_defaults_stays_what_it_is(file: Path) -> None:
    """An option with one hash says what counts without it."""
    whole = GOOD.replace("# cap = 20.9", "cap = 20.9").replace('# from = "means"', 'from = "means"')
    assert whole != GOOD
    assert derivations(whole, file) == derivations(GOOD, file)


def test_hours_can_come_of_samples(file: Path) -> None:
    samples = GOOD.replace('# from = "means"', 'from = "samples"')
    assert not derivations(samples, file)["so2_converted"].by_means


def test_a_derived_channel_has_the_period_of_the_one_that_sets_its_pace(file: Path) -> None:
    slow = GOOD.replace('name = "probe"', 'name = "probe"\nperiod_s = 20')
    found = derivations(slow, file)
    assert (found["flow"].channel.period_s, found["so2_converted"].channel.period_s) == (20, 5)


def test_a_converted_channel_has_the_factor_of_what_it_converts(file: Path) -> None:
    channel = derivations(GOOD, file)["so2_converted"].channel
    assert (channel.factor, channel.converts, channel.digits) == ("a21026", "so2", 2)


def test_a_sum_takes_several_channels(file: Path) -> None:
    more = """
[[derived]]
name = "nitrogen"
factor = "x00031"
unit = "ppb"
digits = 0
formula = "sum"
of = ["no_ppm", "no2_ppm"]
"""
    (inputs,) = derivations(GOOD + more, file)["nitrogen"].inputs.values()
    assert isinstance(inputs, tuple)
    assert [(each.channel.name, each.of(2.5)) for each in inputs] == [("no_ppm", 2500.0), ("no2_ppm", 2500.0)]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_argument_is_called_like_a_key_of_the_table(formula: str) -> None:
    keys = {field.alias or name for name, field in DerivedKeys.model_fields.items()}
    assert keys.isdisjoint(FORMULAS[formula].arguments)


FLUME = """
[[derived]]
name = "water"
factor = "w00000"
formula = "parshall_flume"
level = "temperature"
throat = 0.153
"""
THROATS = ", ".join(f"{width:g}" for width in FORMULAS["parshall_flume"].arguments["throat"].choices)
LINE = GOOD[: GOOD.index('converts = "so2"')].count("\n") + 1
TAKEN = f'"nox" 已在第 {LINE} 行使用 / "nox" is already taken in line {LINE}'
KEYS = ", ".join(field.alias or name for name, field in DerivedKeys.model_fields.items())
NAMES = (
    "so2_ppm, no_ppm, no2_ppm, o2_wet, point_velocity, dust_ma, temperature, pressure, humidity,"
    " o2, so2_wet, so2, so2_converted, nox_wet, nox, nox_converted, dust, velocity, wet_flow, flow, so2_emission"
)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            'formula = "velocity"',
            'formula = "velocitty"',
            [
                (
                    '[[derived]] "velocity" > formula: 没有名为 "velocitty" 的公式 / there is no formula "velocitty";'
                    f' 是否应为 / did you mean "velocity"? 允许 / allowed: {", ".join(FORMULAS)}'
                )
            ],
        ),
        (
            "kv = 1.05",
            "kw = 1.05",
            [
                '[[derived]] "velocity": 缺少键 "kv" / the key "kv" is missing; 允许 / allowed: 数值 / a number, > 0',
                (f'[[derived]] "velocity": 未知的键 "kw" / unknown key "kw"; 允许 / allowed: {KEYS}, of, kv'),
            ],
        ),
        (
            'oxygen = "o2"',
            'oxygen = "o2_wed"',
            [
                (
                    '[[derived]] "so2_converted" > oxygen: 没有名为 "o2_wed" 的通道 / there is no channel "o2_wed";'
                    f' 是否应为 / did you mean "o2_wet"? 允许 / allowed: {NAMES}'
                )
            ],
        ),
        (
            'oxygen = "o2"',
            'oxygen = "humidity"\nalpha_s = 1.8',
            [
                (
                    '[[derived]] "so2_converted": base, alpha_s 必须且只能给出一个 / exactly one of base, alpha_s'
                    " must be given; 允许 / allowed: base, alpha_s"
                )
            ],
        ),
        (
            'oxygen = "o2"',
            'oxygen = "temperature"',
            [
                (
                    '[[derived]] "so2_converted" > oxygen: 通道 "temperature" 的单位 "degC" 不能换算为公式所需的 "%" /'
                    ' the channel "temperature" is in "degC", which cannot be converted to the "%" of the formula;'
                    " 允许 / allowed: %, fraction"
                )
            ],
        ),
        (
            "base = 6.0",
            "base = 21.0",
            [
                (
                    '[[derived]] "so2_converted" > base: 21.0 超出范围 / 21.0 is out of range;'
                    " 允许 / allowed: 数值 / a number, < 21.0"
                )
            ],
        ),
        (
            'moisture = "humidity"',
            "moisture = 9.2",
            [
                (
                    '[[derived]] "o2" > moisture: 9.2 超出范围 / 9.2 is out of range;'
                    " 允许 / allowed: 通道名称,或以 fraction 为单位的数值 / a channel, or a number in fraction"
                )
            ],
        ),
        (
            'of = "o2_wet"',
            'of = "o2"',
            [
                '[[derived]] "o2": 通道互相依赖: o2 -> o2 / the channels build on each other in a circle: o2 -> o2',
            ],
        ),
        (
            'converts = "so2"',
            'converts = "nox"',
            [
                f'[[derived]] "nox_converted" > converts: {TAKEN}',
            ],
        ),
        (
            'converts = "so2"',
            'converts = "nox_converted"',
            [
                (
                    '[[derived]] "so2_converted" > converts: 通道 "nox_converted" 不单独上传 /'
                    ' the channel "nox_converted" has no item of its own'
                ),
            ],
        ),
        (
            'converts = "so2"',
            'converts = "so3"',
            [
                (
                    '[[derived]] "so2_converted" > converts: 没有名为 "so3" 的通道 / there is no channel "so3";'
                    f' 是否应为 / did you mean "so2"? 允许 / allowed: {NAMES}'
                ),
            ],
        ),
        (
            'unit = "kg/h"',
            'unit = "kg"',
            [
                (
                    '[[derived]] "so2_emission" > unit: 公式 "emission_rate" 的结果以 "kg/h" 计,不能换算为 "kg" /'
                    ' the formula "emission_rate" gives "kg/h", which cannot be converted to "kg";'
                    " 允许 / allowed: kg/s, kg/h, kg/d, t/h, t/d, g/s, g/h, mg/s"
                ),
            ],
        ),
        (
            "[[platform]]",
            f"{FLUME}\n[[platform]]",
            [
                (
                    '[[derived]] "water" > level: 通道 "temperature" 的单位 "degC" 不能换算为公式所需的 "m" /'
                    ' the channel "temperature" is in "degC", which cannot be converted to the "m" of the formula;'
                    " 允许 / allowed: m, km, cm, mm"
                ),
                (
                    '[[derived]] "water" > throat: 0.153 不是允许的值 / 0.153 is not an allowed value;'
                    f" 允许 / allowed: {THROATS}"
                ),
            ],
        ),
    ],
)
def test_mistakes_are_complained_about(file: Path, old: str, new: str, said: list[str]) -> None:
    assert old in GOOD
    assert complaints(GOOD.replace(old, new, 1), file) == said


def test_an_instrument_cannot_feed_a_derived_channel(file: Path) -> None:
    spoilt = GOOD.replace('channel = "dust_ma"', 'channel = "dust"')
    assert any('there is no channel "dust"' in each for each in complaints(spoilt, file))
