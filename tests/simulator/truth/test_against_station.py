"""The second computation and the station's own: written apart, they must agree on whatever an hour and a day can be."""

import struct
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.closing import minute_of_all
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic, of_parts, of_samples
from dau.hj212 import HJ2017
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from simulator.truth.carried import Flow, carried_longer, carried_minute
from simulator.truth.figures import Condition, Figures, Heard, Rules, fields, longer_figures, minute_figures
from tests.core.whole_period import period_of_all

STATES = {
    Condition.NORMAL: State.OK,
    Condition.OVER_RANGE: State.OVER_RANGE,
    Condition.MAINTENANCE: State.MAINTENANCE,
    Condition.CALIBRATION: State.CALIBRATION,
    Condition.FAULT: State.FAULT,
    Condition.LOST: State.COMM_LOST,
}
POLLS = st.tuples(st.sampled_from(list(STATES)), st.integers(-100, 20_000))
NORMAL_POLLS = st.tuples(st.just(Condition.NORMAL), st.integers(0, 20_000))
MINUTES = st.lists(POLLS, max_size=12) | st.lists(NORMAL_POLLS, min_size=9, max_size=12)


def channel(medium: Medium) -> Channel:
    return Channel("flow", "w00000", "L/s", 2, medium, 5, total_per_second=0.001 if medium is Medium.WATER else None)


def rules(medium: Medium) -> Rules:
    amount = Decimal("0.001") if medium is Medium.WATER else None
    return Rules("w00000", 2, medium is Medium.GAS, 12, amount)


def sent(medium: Medium, statistic: PeriodStatistic) -> dict[str, str]:
    """Return the fields that the station would send for the statistic."""
    one = channel(medium)
    platform = Platform("any", HJ2017, "010000A8900016F000169DC1", "32", {one.name: one}, pw="123456")
    record = Record(1, RecordKind.HOUR, statistic.span, 0, statistics=(statistic,))
    (packet,) = compose(record, platform, 0, iter(["20260101000000000"]))
    (_, item) = packet.cp
    return {name.partition("-")[2]: value for name, value in item}


def number(medium: Medium, hundredths: int) -> float:
    """Return a value as a register carries it: gas in whole hundredths, where halves are common, flow as a float."""
    exact = hundredths / 100
    return exact if medium is Medium.GAS else float(struct.unpack(">f", struct.pack(">f", exact))[0])


def station_minute(medium: Medium, span: Span, polls: list[tuple[Condition, int]]) -> PeriodStatistic:
    samples = []
    for place, (condition, hundredths) in enumerate(polls):
        value = None if condition in (Condition.LOST, Condition.FAULT) else number(medium, hundredths)
        samples.append(Sample("flow", span.start_ms + place * 5000, value, value, STATES[condition]))
    return of_samples(channel(medium), span, samples)


def our_minute(medium: Medium, polls: list[tuple[Condition, int]]) -> Figures:
    heard = [
        Heard(None if condition is Condition.FAULT else number(medium, hundredths), condition)
        for condition, hundredths in polls
        if condition is not Condition.LOST
    ]
    lost = sum(condition is Condition.LOST for condition, _ in polls)
    return minute_figures(rules(medium), heard, lost)


@given(st.sampled_from(list(Medium)), MINUTES)
def test_minutes_agree(medium: Medium, polls: list[tuple[Condition, int]]) -> None:
    assert fields(rules(medium), our_minute(medium, polls)) == sent(
        medium, station_minute(medium, Span(0, MINUTE_MS), polls)
    )


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(list(Medium)), st.lists(MINUTES, max_size=5), st.data())
def test_hours_and_days_agree(medium: Medium, kinds: list[list[tuple[Condition, int]]], data: st.DataObject) -> None:
    counts = [data.draw(st.integers(0, 60 // max(1, len(kinds)))) for _ in kinds]
    minutes = [polls for polls, count in zip(kinds, counts, strict=True) for _ in range(count)]
    theirs = [station_minute(medium, Span(place * MINUTE_MS, MINUTE_MS), one) for place, one in enumerate(minutes)]
    ours = [our_minute(medium, one) for one in minutes]
    their_hour, our_hour = of_parts(channel(medium), Span(0, HOUR_MS), theirs), longer_figures(rules(medium), ours, 60)
    assert fields(rules(medium), our_hour) == sent(medium, their_hour)
    hours = data.draw(st.integers(0, 24))
    their_day = of_parts(channel(medium), Span(0, DAY_MS), [their_hour] * hours, HOUR_MS)
    our_day = longer_figures(rules(medium), [our_hour] * hours, 1440)
    assert fields(rules(medium), our_day) == sent(medium, their_day)


FLOW = Channel("flow", "w00000", "L/s", 2, Medium.WATER, 5, total_per_second=0.001, total_unit="m3")
COD = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5, total_unit="kg", flow="flow", mass_per_amount=0.001)
FLOW_RULES = Rules("w00000", 2, False, 12, Decimal("0.001"))
COD_RULES = Rules("w01018", 1, False, 12, mass_per_amount=Decimal("0.001"))

LOADS = st.lists(st.tuples(POLLS, POLLS), max_size=12) | st.lists(
    st.tuples(NORMAL_POLLS, NORMAL_POLLS | st.just((Condition.NORMAL, 0))), min_size=9, max_size=12
)
Poll = tuple[Condition, int]


def value_of(poll: Poll) -> float | None:
    condition, hundredths = poll
    return None if condition in (Condition.LOST, Condition.FAULT) else number(Medium.WATER, hundredths)


def station_loads(span: Span, polls: list[tuple[Poll, Poll]]) -> tuple[PeriodStatistic, PeriodStatistic]:
    """Return what the station makes of concentration and flow, the flow a little after the concentration."""
    samples = {
        name: [
            Sample(name, span.start_ms + place * 5000 + late_ms, value_of(both[which]), value_of(both[which]), state)
            for place, both in enumerate(polls)
            for state in [STATES[both[which][0]]]
        ]
        for which, (name, late_ms) in enumerate((("cod", 40), ("flow", 200)))
    }
    cod, flow = minute_of_all((COD, FLOW), span, samples)
    return cod, flow


def our_loads(polls: list[tuple[Poll, Poll]]) -> Figures:
    heard: tuple[dict[int, Heard], dict[int, Heard]] = ({}, {})
    for place, both in enumerate(polls):
        for poll, known in zip(both, heard, strict=True):
            if poll[0] is not Condition.LOST:
                known[place] = Heard(value_of(poll), poll[0])
    cods, flows = heard
    flow = minute_figures(FLOW_RULES, list(flows.values()), len(polls) - len(flows))
    plain = minute_figures(COD_RULES, list(cods.values()), len(polls) - len(cods))
    return carried_minute(COD_RULES, plain, cods, Flow(FLOW_RULES, flow, list(flows.items())))


def told_of(statistic: PeriodStatistic) -> dict[str, str]:
    platform = Platform("any", HJ2017, "010000A8900016F000169DC1", "32", {"cod": COD}, pw="123456")
    record = Record(1, RecordKind.HOUR, statistic.span, 0, statistics=(statistic,))
    (packet,) = compose(record, platform, 0, iter(["20260101000000000"]))
    (_, item) = packet.cp
    return {name.partition("-")[2]: value for name, value in item}


@settings(deadline=None, max_examples=150)
@given(st.lists(LOADS, max_size=4), st.data())
def test_loads_agree_from_minutes_to_days(kinds: list[list[tuple[Poll, Poll]]], data: st.DataObject) -> None:
    counts = [data.draw(st.integers(0, 60 // max(1, len(kinds)))) for _ in kinds]
    minutes = [polls for polls, count in zip(kinds, counts, strict=True) for _ in range(count)]
    spans = [Span(place * MINUTE_MS, MINUTE_MS) for place in range(len(minutes))]
    theirs = [station_loads(span, polls) for span, polls in zip(spans, minutes, strict=True)]
    ours = [our_loads(polls) for polls in minutes]
    for (cod, _), figures in zip(theirs, ours, strict=True):
        assert told_of(cod) == fields(COD_RULES, figures)
    parts = {"cod": [cod for cod, _ in theirs], "flow": [flow for _, flow in theirs]}
    hour, flow_hour = period_of_all((COD, FLOW), Span(0, HOUR_MS), parts)
    our_hour = carried_longer(COD_RULES, longer_figures(COD_RULES, ours, 60), ours, 60)
    assert told_of(hour) == fields(COD_RULES, our_hour)
    hours = data.draw(st.integers(0, 24))
    parts = {"cod": [hour] * hours, "flow": [flow_hour] * hours}
    day, _ = period_of_all((COD, FLOW), Span(0, DAY_MS), parts, HOUR_MS)
    many = [our_hour] * hours
    our_day = carried_longer(COD_RULES, longer_figures(COD_RULES, many, 1440), many, 1440)
    assert told_of(day) == fields(COD_RULES, our_day)
    assert (day.valid, day.volume is None) == (our_day.is_valid, our_day.volume is None)
