"""Dry flow, reference oxygen and emission by the second hand: cases worked on paper, and agreement with the station."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dau.config.channels import channels_of
from dau.config.derived import derivations_of
from dau.config.load import load_settings
from dau.core.channels import Channel
from dau.core.closing import means_of_all, minute_of_all, with_masses
from dau.core.derive import of_means, with_derived
from dau.core.judge import judge
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Reading, Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import HJ2017
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from simulator.demo.stage import CONFIG
from simulator.scene_file import load_scene
from simulator.truth.chronicle import Chronicle
from simulator.truth.figures import Condition, Figures, Heard, fields, longer_figures, minute_figures
from simulator.truth.flue import UNHEARD, Beside, at_reference, beside, dry_flow, emitted, with_flows
from simulator.truth.quantities import quantities

SCENE = load_scene("stack")
(FLOW,) = SCENE.flows
SETTINGS = load_settings(CONFIG / "stack" / "station.toml")
CHANNELS = channels_of(SETTINGS)
DERIVATIONS = derivations_of(SETTINGS, CHANNELS)
NAMED = {channel.name: channel for channel in CHANNELS}
RULES = {one.channel: one.rules for one in quantities(SCENE)}
CEMS, PROBE = ("so2", "nox", "o2"), ("temperature", "pressure", "humidity", "velocity")
CARRIED = ("so2", "nox")
STATES = {
    Condition.NORMAL: State.OK,
    Condition.MAINTENANCE: State.MAINTENANCE,
    Condition.CALIBRATION: State.CALIBRATION,
    Condition.FAULT: State.FAULT,
}


def test_the_flow_of_a_worked_case() -> None:
    """The section 12.566 m2, 9.87 m/s, 78 degC, -180 Pa in air of 101100 Pa, 9.2 % of water: 314 064 m3/h."""
    assert dry_flow(FLOW, 9.87, 78.0, -0.18, 9.2) * 3600 == pytest.approx(314_064, abs=1)


@pytest.mark.parametrize(
    ("concentration", "oxygen", "converted"),
    [
        (20.0, 6.0, 20.0),
        (20.0, 13.5, 40.0),
        (8.06, 6.12, 8.125),  # in doubles 8.125000000000002, which would be told as 8.13
        (8.19, 5.88, 8.125),  # in doubles 8.124999999999998
        (20.0, 20.89, 20.0 * 1500 / 11),
        (20.0, 20.9, None),
        (20.0, 21.0, None),
        (None, 6.0, None),
        (20.0, None, None),
    ],
)
def test_reference_oxygen(concentration: float | None, oxygen: float | None, converted: float | None) -> None:
    found = at_reference(Decimal(6), concentration, oxygen)
    assert found == (None if converted is None else pytest.approx(converted, rel=1e-14))
    if converted == 8.125:
        assert found == 8.125


def test_an_operand_of_another_reply_is_none() -> None:
    told = {"so2": Chronicle([0, 5000], [Heard(20.0, Condition.NORMAL)] * 2), "o2": Chronicle([1], [UNHEARD])}
    (conversion, _) = SCENE.conversions
    assert beside(conversion, told).converted == [UNHEARD, UNHEARD]
    assert with_flows(SCENE.flows, told)["flow"] == Chronicle()


@dataclass(frozen=True)
class Poll:
    """What both instruments said in one poll: in hundredths, but the pressure in thousandths."""

    cems: tuple[Condition, tuple[int, int, int]]
    probe: tuple[int, int, int, int]

    def values(self, channel: str) -> tuple[float | None, Condition]:
        """Return what was said of a channel."""
        if channel in CEMS:
            condition, numbers = self.cems
            number = numbers[CEMS.index(channel)] / 100
            return (None if condition is Condition.FAULT else number), condition
        number = self.probe[PROBE.index(channel)]
        return number / (1000 if channel == "pressure" else 100), Condition.NORMAL


CONDITIONS = st.sampled_from([*STATES] + [Condition.NORMAL] * 12)
GAS = st.tuples(st.integers(0, 30_000), st.integers(0, 50_000), st.integers(0, 2_500))
PROBES = st.tuples(st.integers(0, 30_000), st.integers(-5_000, 5_000), st.integers(0, 4_000), st.integers(0, 4_000))
POLLS = st.builds(Poll, st.tuples(CONDITIONS, GAS), PROBES)
MINUTES = st.lists(POLLS, max_size=12) | st.lists(POLLS, min_size=9, max_size=12)


def station_minute(span: Span, polls: Sequence[Poll]) -> list[PeriodStatistic]:
    heard: list[Sample] = []
    for place, poll in enumerate(polls):
        for late_ms, group in ((40, CEMS), (200, PROBE)):
            for name in group:
                value, condition = poll.values(name)
                at_ms = span.start_ms + place * 5000 + late_ms
                heard.append(judge(Reading(name, value, STATES[condition]), NAMED[name], at_ms))
    whole, _ = with_derived(DERIVATIONS, heard, {})
    by_name = {name: [one for one in whole if one.channel == name] for name in NAMED}
    return minute_of_all(CHANNELS, span, by_name)


def station_longer(span: Span, parts: Sequence[Sequence[PeriodStatistic]], part_ms: int) -> list[PeriodStatistic]:
    by_name = {name: [each[place] for each in parts] for place, name in enumerate(NAMED)}
    made = means_of_all(CHANNELS, span, by_name, part_ms)
    return with_masses(CHANNELS, of_means(DERIVATIONS, made) if span.length_ms == HOUR_MS else made, by_name)


def told_of(statistics: Sequence[PeriodStatistic], name: str) -> dict[str, str]:
    getting: dict[str, Channel] = {name: NAMED[name]}
    if name in CARRIED:
        getting[f"{name}_converted"] = NAMED[f"{name}_converted"]
    platform = Platform("any", HJ2017, "010000A8900016F000169DC1", "31", getting, pw="123456")
    record = Record(1, RecordKind.HOUR, statistics[0].span, 0, statistics=tuple(statistics))
    (packet,) = compose(record, platform, 0, (f"2026010100000000{number}" for number in count()))
    (_, item) = packet.cp
    return {field.partition("-")[2]: value for field, value in item}


Ours = dict[str, Figures]


def our_minute(polls: Sequence[Poll]) -> Ours:
    told = {
        name: Chronicle([place * 5000 for place in range(len(polls))], [Heard(*poll.values(name)) for poll in polls])
        for name in (*CEMS, *PROBE)
    }
    told = with_flows(SCENE.flows, told)
    flow = minute_figures(RULES["flow"], told["flow"].heard, 0)
    found = {"flow": flow}
    for conversion in SCENE.conversions:
        rules, name = RULES[conversion.of], conversion.of
        plain = minute_figures(rules, told[name].heard, 0)
        both = beside(conversion, told).minute(rules, plain, (0, len(polls)))
        found[name] = emitted(rules, both, flow)
    return found


def our_longer(parts: Sequence[Ours], minutes: int) -> Ours:
    found = {"flow": longer_figures(RULES["flow"], [part["flow"] for part in parts], minutes)}
    for name in CARRIED:
        rules, own = RULES[name], [part[name] for part in parts]
        both = Beside(Decimal(6), (), ()).longer(rules, longer_figures(rules, own, minutes), own, minutes)
        found[name] = emitted(rules, both, found["flow"]) if minutes < 1440 else both
    return found


def assert_agreement(theirs: Sequence[PeriodStatistic], ours: Ours) -> None:
    for name, figures in ours.items():
        assert told_of(theirs, name) == fields(RULES[name], figures), name


@settings(deadline=None, max_examples=60)
@given(st.lists(MINUTES, max_size=4), st.data())
def test_both_hands_agree_from_minutes_to_days(kinds: list[list[Poll]], data: st.DataObject) -> None:
    counts = [data.draw(st.integers(0, 60 // max(1, len(kinds)))) for _ in kinds]
    known = [(station_minute(Span(0, MINUTE_MS), polls), our_minute(polls)) for polls in kinds]
    for theirs, ours in known:
        assert_agreement(theirs, ours)
    minutes = [pair for pair, times in zip(known, counts, strict=True) for _ in range(times)]
    hour = station_longer(Span(0, HOUR_MS), [theirs for theirs, _ in minutes], MINUTE_MS)
    our_hour = our_longer([ours for _, ours in minutes], 60)
    assert_agreement(hour, our_hour)
    hours = data.draw(st.integers(0, 24))
    day = station_longer(Span(0, DAY_MS), [hour] * hours, HOUR_MS)
    assert_agreement(day, our_longer([our_hour] * hours, 1440))
