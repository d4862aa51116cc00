"""Derived channels: when they get a sample, what it is made of, and how their hours come of means."""

from dataclasses import replace
from math import isfinite

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.conversions.catalogue import FORMULAS
from dau.core.derive import Derivation, Input, Newest, of_means, with_derived
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State, declared
from dau.core.statistics import PeriodStatistic, of_parts, of_samples

SO2 = Channel("so2", "a21026", "mg/m3", 2, Medium.GAS, 5)
O2 = Channel("o2", "a19001", "%", 1, Medium.GAS, 20)
FLOW = Channel("flow", "a00000", "m3/s", 1, Medium.GAS, 5)
LOOP = Channel("loop", "x00001", "mA", 3, Medium.GAS, 5)
ZS = Channel("so2_zs", "a21026", "ug/m3", 2, Medium.GAS, 5, converts="so2")
RATE = Channel("rate", "x00002", "g/s", 3, Medium.GAS, 5)
DUST = Channel("dust", "a34013", "mg/m3", 1, Medium.GAS, 5, low=0.0, high=100.0)

CONVERTED = Derivation(
    ZS,
    FORMULAS["reference_oxygen"],
    {"of": Input(SO2, "ug/m3"), "oxygen": Input(O2, "%")},
    {"base": 6.0, "cap": 20.9},
    by_means=True,
)
EMITTED = Derivation(RATE, FORMULAS["emission_rate"], {"of": Input(SO2, "mg/m3"), "gas_flow": Input(FLOW, "m3/h")}, {})
LIMITS = {"low": 0.0, "high": 100.0, "broken": 3.6, "shorted": 21.0}
SCALED = Derivation(DUST, FORMULAS["current_loop"], {"of": Input(LOOP, "mA")}, LIMITS)


def sample(channel: str, value: float | None, at_ms: int = 0, states: State = State.OK) -> Sample:
    return Sample(channel, at_ms, value, value, states)


def made(
    *group: Sample, derivations: tuple[Derivation, ...] = (CONVERTED,), newest: Newest | None = None
) -> list[Sample]:
    whole, _ = with_derived(derivations, group, newest or {})
    names = {each.channel.name for each in derivations}
    return [each for each in whole if each.channel in names]


def test_one_poll_makes_a_sample_of_what_it_brought_whatever_the_order() -> None:
    expected = [Sample("so2_zs", 0, 37_500.0, 37_500.0, State.OK)]
    assert made(sample("so2", 20.0), sample("o2", 13.0)) == expected
    assert made(sample("o2", 13.0), sample("so2", 20.0)) == expected


@pytest.mark.parametrize(("so2", "oxygen"), [(8.06, 6.12), (8.19, 5.88)])
def test_what_comes_of_doubles_is_what_comes_of_their_digits(so2: float, oxygen: float) -> None:
    """8.125 on paper is told as 8.12; the operations themselves end a digit above or below the half."""
    (found,) = made(sample("so2", so2), sample("o2", oxygen))
    assert found.value == 8125.0


def test_the_first_input_sets_the_pace() -> None:
    group = [sample("o2", 6.0), sample("so2", 20.0, 1), sample("o2", 13.0, 2), sample("so2", 20.0, 5000)]
    assert [(each.at_ms, each.value) for each in made(*group)] == [(1, 20_000.0), (5000, 37_500.0)]


def test_the_newest_samples_are_known_to_the_next_group() -> None:
    _, newest = with_derived((CONVERTED,), [sample("o2", 6.0)], {})
    assert [each.value for each in made(sample("so2", 20.0, 5000), newest=newest)] == [20_000.0]


@pytest.mark.parametrize(("age_ms", "value"), [(40_000, 20_000.0), (40_001, None), (-40_001, None)])
def test_an_input_stands_for_two_of_its_periods(age_ms: int, value: float | None) -> None:
    (found,) = made(sample("o2", 6.0, 100_000), sample("so2", 20.0, 100_000 + age_ms))
    assert (found.value, found.states) == (value, State.NO_DATA if value is None else State.OK)


def test_an_input_that_never_came_is_missing() -> None:
    assert made(sample("so2", 20.0)) == [Sample("so2_zs", 0, None, None, State.NO_DATA)]


@pytest.mark.parametrize("missing", ["so2", "o2"])
def test_a_missing_value_is_no_value_and_its_state_says_why(missing: str) -> None:
    values = {"so2": (20.0, State.OK), "o2": (6.0, State.OK)} | {missing: (None, State.COMM_LOST)}
    (found,) = made(*(sample(name, value, 0, states) for name, (value, states) in values.items()))
    assert (found.raw, found.value, found.states) == (None, None, State.COMM_LOST)


def test_every_state_of_an_input_is_one_of_the_result() -> None:
    (found,) = made(sample("so2", 20.0, 0, State.OVER_RANGE), sample("o2", 6.0, 0, declared(State.MAINTENANCE)))
    assert (found.value, found.states) == (20_000.0, State.OVER_RANGE | declared(State.MAINTENANCE))


def test_air_is_not_converted() -> None:
    (found,) = made(sample("so2", 20.0), sample("o2", 20.9))
    assert (found.value, found.states) == (None, State.NO_DATA)


def test_a_stopped_plant_is_not_converted_but_its_emission_is_reckoned() -> None:
    group = [sample("so2", 20.0, 0, State.STOPPED), sample("o2", 6.0), sample("flow", 10.0)]
    zs, rate = made(*group, derivations=(CONVERTED, EMITTED))
    assert (zs.value, zs.states) == (None, State.STOPPED)
    assert rate.value == pytest.approx(0.2)
    assert rate.states == State.STOPPED


@pytest.mark.parametrize(
    ("current", "found"),
    [
        (12.0, (50.0, State.OK)),
        (3.7, (-1.875, State.OK)),
        (3.59, (None, State.FAULT)),
        (21.01, (None, State.FAULT)),
        (20.8, (105.0, State.OVER_RANGE)),
    ],
)
def test_a_current_loop_is_judged_like_an_instrument(current: float, found: tuple[float | None, State]) -> None:
    (dust,) = made(sample("loop", current), derivations=(SCALED,))
    value, states = found
    assert dust.states == states
    assert dust.value == (None if value is None else pytest.approx(value))


def test_a_derived_channel_can_be_derived_from() -> None:
    total = Derivation(
        Channel("total", "x00003", "mg/m3", 1, Medium.GAS, 5),
        FORMULAS["sum"],
        {"of": (Input(DUST, "mg/m3"), Input(SO2, "mg/m3"))},
        {},
    )
    found = made(sample("loop", 12.0), sample("so2", 20.0), derivations=(SCALED, total))
    assert [(each.channel, each.value) for each in found] == [("dust", 50.0), ("total", 70.0)]


def test_nothing_derived_leaves_samples_as_they_are() -> None:
    group = [sample("so2", 20.0), sample("o2", 6.0)]
    assert with_derived((), group, {})[0] == group


VALUES = st.none() | st.floats(-1e6, 1e6)


@settings(max_examples=25, deadline=None)
@given(so2=st.lists(VALUES, min_size=60, max_size=60), o2=st.lists(VALUES, min_size=60, max_size=60))
def test_statistics_of_a_derived_channel_hold_together(so2: list[float | None], o2: list[float | None]) -> None:
    """Whatever was measured: no number that is none, and a mean between the extremes."""
    hour = Span(0, HOUR_MS)
    parts: dict[str, list[PeriodStatistic]] = {"so2": [], "o2": [], "so2_zs": []}
    for number, values in enumerate(zip(so2, o2, strict=True)):
        span = Span(number * MINUTE_MS, MINUTE_MS)
        group = [
            sample(name, value, span.start_ms + step * 5000, State.FAULT if value is None else State.OK)
            for step in range(12)
            for name, value in zip(("so2", "o2"), values, strict=True)
        ]
        whole, _ = with_derived((CONVERTED,), group, {})
        for channel in (SO2, O2, ZS):
            parts[channel.name].append(
                of_samples(channel, span, [each for each in whole if each.channel == channel.name])
            )
    plain = [of_parts(channel, hour, parts[channel.name]) for channel in (SO2, O2, ZS)]
    found = of_means((CONVERTED,), plain)[-1]
    numbers = [found.mean, found.low, found.high, found.raw_mean, found.total]
    assert all(number is None or isfinite(number) for number in numbers)
    if found.mean is not None:
        assert found.low is not None
        assert found.high is not None
        assert found.low <= found.mean <= found.high
    assert found.total is None
    assert found.valid is False or found.mean is not None


def hour_of(channel: Channel, mean: float | None, valid: bool = True) -> PeriodStatistic:
    low, high = (None, None) if mean is None else (mean - 20, mean + 20)
    return PeriodStatistic(channel.name, Span(0, HOUR_MS), State.OK, valid, 60, 60, mean, low, high, mean)


def test_an_hour_by_means_is_the_formula_of_the_means() -> None:
    """The worked case: 50 of the hour means, not 60, the mean of the minutes."""
    own = replace(hour_of(ZS, 60_000.0), low=20_000.0, high=100_000.0)
    found = of_means((CONVERTED,), [hour_of(SO2, 40.0), hour_of(O2, 9.0), own])[-1]
    assert (found.mean, found.low, found.high, found.raw_mean) == (50_000.0, 20_000.0, 100_000.0, 50_000.0)
    assert found.valid
    kept = of_means((replace(CONVERTED, by_means=False),), [hour_of(SO2, 40.0), hour_of(O2, 9.0), own])[-1]
    assert kept == own


@pytest.mark.parametrize("oxygen", [None, 20.9, 21.0])
def test_an_hour_whose_means_cannot_be_converted_is_not_valid(oxygen: float | None) -> None:
    found = of_means((CONVERTED,), [hour_of(SO2, 40.0), hour_of(O2, oxygen), hour_of(ZS, 60_000.0)])[-1]
    assert (found.valid, found.mean) == (False, None)


def test_an_hour_is_as_valid_as_its_inputs() -> None:
    found = of_means((CONVERTED,), [hour_of(SO2, 40.0), hour_of(O2, 9.0, valid=False), hour_of(ZS, 60_000.0)])[-1]
    assert (found.valid, found.mean) == (False, 50_000.0)


LEVEL = Channel("level", "w01015", "mm", 0, Medium.WATER, 5)
WATER = Channel("water", "w00000", "L/s", 1, Medium.WATER, 5, total_per_second=0.001)
FLUME = Derivation(WATER, FORMULAS["parshall_flume"], {"level": Input(LEVEL, "m")}, {"throat": 0.25})


@pytest.mark.parametrize(("level", "flow"), [(300.0, 90.75), (600.0, 259.0), (29.0, None), (601.0, None), (0.0, None)])
def test_a_level_in_millimetres_is_a_flow_in_litres(level: float, flow: float | None) -> None:
    (found,) = made(sample("level", level), derivations=(FLUME,))
    assert found.value == (None if flow is None else pytest.approx(flow, rel=1e-3))
    assert found.states == (State.NO_DATA if flow is None else State.OK)


def test_water_that_was_not_measured_is_no_amount() -> None:
    minute = Span(0, MINUTE_MS)
    levels = [sample("level", 300.0 if step < 6 else 0.0, step * 5000) for step in range(12)]
    found = of_samples(WATER, minute, made(*levels, derivations=(FLUME,)))
    assert found.total == pytest.approx(90.75 * 30 / 1000, rel=1e-3)
    assert (found.valid, found.count, found.state) == (False, 6, State.NO_DATA)


HEATS = tuple(Channel(name, "", "degC", 1, Medium.GAS, 5, low=0.0, high=1300.0) for name in ("m1", "m2", "m3", "u1"))
FURNACE = Derivation(
    Channel("heat", "a01901", "degC", 1, Medium.GAS, 5),
    FORMULAS["furnace_heat"],
    {"middle": tuple(Input(each, "degC") for each in HEATS[:3]), "upper": (Input(HEATS[3], "degC"),)},
    {},
)


@pytest.mark.parametrize(
    ("values", "value", "states"),
    [
        ([900.0, 905.0, 880.0, 870.0], 885.0, State.OK),
        ([None, 905.0, 880.0, 870.0], 881.25, State.OK),  # one burnt thermocouple changes no state
        ([None, None, None, 870.0], 870.0, State.OK),
        ([None, None, None, None], None, State.FAULT),
    ],
)
def test_a_furnace_is_as_hot_as_its_sections_say(
    values: list[float | None], value: float | None, states: State
) -> None:
    group = [
        sample(channel.name, number, 0, State.OK if number is not None else State.FAULT)
        for channel, number in zip(HEATS, values, strict=True)
    ]
    (found,) = made(*group, derivations=(FURNACE,))
    assert (found.value, found.states) == (value, states)


def test_a_furnace_without_any_thermocouple_heard_has_no_data() -> None:
    (found,) = made(sample("m1", None, 0, State.COMM_LOST), derivations=(FURNACE,))
    assert (found.value, found.states) == (None, State.COMM_LOST)
