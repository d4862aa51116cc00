"""Concentrations of waste water: the pair rule, masses, and what holds whatever arrives in whatever order."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from dau.core.channels import Channel, Medium
from dau.core.closing import minute_of_all
from dau.core.period_rules import USUAL, PeriodRules
from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.core.water import Outlet, Scale, Slice, discharge, mean_flow, slices_of
from tests.core.whole_period import period_of_all

MINUTE: Final = Span(0, MINUTE_MS)
FLOW: Final = Channel("flow", "w00000", "L/s", 2, Medium.WATER, 5, total_per_second=0.001, total_unit="m3")
COD: Final = Channel("cod", "w01018", "mg/L", 1, Medium.WATER, 5, flow="flow", mass_per_amount=0.001)
CHANNELS: Final = (COD, FLOW)
SCALE: Final = Scale(0.001, 0.001)


def sample(channel: str, at_s: float, value: float | None, state: State = State.OK) -> Sample:
    return Sample(channel, round(at_s * 1000), value, value, state)


def minute(
    values: Sequence[float | None], flows: Sequence[float | None], rules: PeriodRules = USUAL
) -> tuple[PeriodStatistic, PeriodStatistic]:
    """Return the statistics of COD and flow in a minute with a sample of both every five seconds."""
    samples = {
        name: [
            sample(name, place * 5 + late_s, value, State.COMM_LOST if value is None else State.OK)
            for place, value in enumerate(listed)
        ]
        for name, listed, late_s in (("cod", values, 0.1), ("flow", flows, 0.4))
    }
    cod, flow = minute_of_all(CHANNELS, MINUTE, samples, rules)
    return cod, flow


def hour(
    minutes: Sequence[tuple[PeriodStatistic, PeriodStatistic]], rules: PeriodRules = USUAL
) -> tuple[PeriodStatistic, PeriodStatistic]:
    parts = {"cod": [cod for cod, _ in minutes], "flow": [flow for _, flow in minutes]}
    cod, flow = period_of_all(CHANNELS, Span(0, HOUR_MS), parts, MINUTE_MS, rules)
    return cod, flow


def day(hours: Sequence[tuple[PeriodStatistic, PeriodStatistic]], rules: PeriodRules = USUAL) -> PeriodStatistic:
    parts = {"cod": [cod for cod, _ in hours], "flow": [flow for _, flow in hours]}
    return period_of_all(CHANNELS, Span(0, DAY_MS), parts, HOUR_MS, rules)[0]


def test_a_mean_is_weighted_by_what_flowed() -> None:
    cod, flow = minute([40.0] * 6 + [100.0] * 6, [10.0] * 6 + [20.0] * 6)
    assert (cod.mean, cod.low, cod.high, cod.raw_mean) == (80.0, 40.0, 100.0, 70.0)
    assert (cod.volume, cod.paired, cod.total) == (flow.total, 0.9, 0.072)
    assert (cod.valid, cod.count, cod.expected) == (True, 12, 12)


def test_an_arithmetic_mean_still_has_its_mass() -> None:
    cod, _ = minute([40.0] * 6 + [100.0] * 6, [10.0] * 6 + [20.0] * 6, PeriodRules(weighted=False))
    assert (cod.mean, cod.total, cod.paired) == (70.0, 0.072, 0.9)


def test_volume_counts_while_the_analyser_is_down_and_mass_does_not() -> None:
    cod, flow = minute([70.0] * 9 + [None] * 3, [12.0] * 12)
    assert (cod.volume, cod.paired) == (0.72, 0.54)
    assert (cod.mean, cod.valid, cod.count) == (70.0, True, 9)
    assert flow.total == 0.72


def test_without_any_flow_known_there_is_neither_mass_nor_mean() -> None:
    cod, _ = minute([70.0] * 12, [None] * 12)
    assert (cod.mean, cod.low, cod.high, cod.total, cod.volume, cod.paired) == (None,) * 6
    assert (cod.valid, cod.count, cod.state) == (False, 0, State.OK)
    assert cod.number == 70.0, "the packet carries what the analyser said"


def test_where_nothing_flowed_there_is_no_concentration_and_no_mass() -> None:
    cod, _ = minute([35.0] * 12, [0.0] * 12)
    assert (cod.mean, cod.low, cod.high, cod.number, cod.valid) == (None, None, None, None, False)
    assert (cod.total, cod.volume, cod.paired) == (0.0, 0.0, 0.0)


def test_water_that_flows_back_carries_nothing_out() -> None:
    cod, flow = minute([40.0] * 6 + [90.0] * 6, [10.0] * 6 + [-10.0] * 6)
    assert (cod.mean, cod.paired, cod.count) == (40.0, 0.3, 6)
    assert (flow.total, cod.volume) == (0.0, 0.0)


def test_an_hour_is_made_of_the_minutes_with_discharge() -> None:
    pumping, standing = minute([50.0] * 12, [20.0] * 12), minute([500.0] * 12, [0.0] * 12)
    cod, _ = hour([pumping] * 20 + [standing] * 40)
    assert (cod.mean, cod.valid, cod.count, cod.expected) == (50.0, True, 20, 20)
    assert (cod.volume, cod.total) == (24.0, 1.2)
    unknown, _ = hour([pumping] * 20 + [standing] * 30)
    assert (unknown.valid, unknown.expected) == (False, 30), "ten minutes nobody knows of are due"


def test_a_day_with_hours_without_analyser_keeps_its_mean() -> None:
    good, broken = hour([minute([45.0] * 12, [20.0] * 12)] * 60), hour([minute([None] * 12, [20.0] * 12)] * 60)
    found = day([good] * 18 + [broken] * 6)
    assert (found.mean, found.valid, found.count) == (45.0, True, 18)
    assert (found.volume, found.paired, found.total) == (1728.0, 1296.0, 58.32)
    assert day([good] * 17 + [broken] * 7).valid is False


def test_hours_due_are_those_with_discharge_where_it_is_intermittent() -> None:
    rules = PeriodRules(intermittent=True)
    good, dry = hour([minute([90.0] * 12, [8.0] * 12)] * 60), hour([minute([None] * 12, [0.0] * 12)] * 60)
    broken = hour([minute([None] * 12, [8.0] * 12)] * 60)
    found = day([good] * 6 + [broken] * 2 + [dry] * 16, rules)
    assert (found.valid, found.count, found.expected, found.mean) == (True, 6, 8, 90.0)
    assert day([good] * 5 + [broken] * 3 + [dry] * 16, rules).valid is False
    assert day([good] * 6 + [broken] * 2 + [dry] * 16).valid is False, "all hours of a continuous discharge are due"
    assert (day([dry] * 24, rules).mean, day([dry] * 24, rules).valid) == (None, False)


def test_an_hour_counts_in_the_mean_by_what_flowed_in_it() -> None:
    first, second = hour([minute([30.0] * 12, [20.0] * 12)] * 60), hour([minute([60.0] * 12, [10.0] * 12)] * 60)
    assert day([first] * 12 + [second] * 12).mean == 40.0


def test_the_nearest_sample_belongs_to_a_slice_whatever_its_state() -> None:
    outlet = Outlet(COD, FLOW)
    cods = [sample("cod", 0, 40.0), sample("cod", 5, 3.0, State.MAINTENANCE), sample("cod", 20, 60.0)]
    flows = [sample("flow", at_s + 0.4, 10.0) for at_s in (0, 5, 10, 14, 20)]
    found = [each.concentration for each in slices_of(outlet, MINUTE, cods, flows, USUAL)]
    assert found == [40.0, None, None, None, 60.0]


def test_a_slow_analyser_speaks_for_every_slice_of_its_period() -> None:
    outlet = Outlet(replace(COD, period_s=60), FLOW)
    flows = [sample("flow", at_s, float(at_s)) for at_s in range(0, 60, 5)]
    slices = list(slices_of(outlet, MINUTE, [sample("cod", 2, 40.0)], flows, USUAL))
    assert [(each.seconds, each.concentration) for each in slices] == [(Decimal(5), 40.0)] * 12


def test_a_slow_flow_meter_speaks_for_every_slice_of_its_period() -> None:
    outlet = Outlet(COD, replace(FLOW, period_s=60))
    cods = [sample("cod", at_s, float(at_s)) for at_s in range(0, 60, 5)]
    slices = list(slices_of(outlet, MINUTE, cods, [sample("flow", 0.5, 7.0)], USUAL))
    assert [(each.seconds, each.flow) for each in slices] == [(Decimal(5), 7.0)] * 12


def test_more_slices_than_the_minute_has_room_for_are_shorter() -> None:
    flows = [sample("flow", at_s, 10.0) for at_s in (*range(0, 60, 5), 7, 8, 9)]
    cods = [sample("cod", at_s, 40.0) for at_s in range(0, 60, 5)]
    slices = list(slices_of(Outlet(COD, FLOW), MINUTE, cods, flows, USUAL))
    assert [each.seconds for each in slices] == [Decimal(4)] * 15


def test_nothing_measured_is_nothing_and_not_zero() -> None:
    sums = discharge([Slice(Decimal(5), None, 40.0)], SCALE)
    assert (sums.volume, sums.paired, sums.mass, sums.pairs, mean_flow(sums, SCALE)) == (None, None, None, 0, None)


VALUES = st.none() | st.floats(-1e12, 1e12) | st.sampled_from([0.0, 5e-324, 1e-300, 1e12, -1e12])
SAMPLES = st.lists(st.tuples(st.integers(0, 59_999), VALUES, st.sampled_from([*State])), max_size=15)


def heard(channel: str, told: Sequence[tuple[int, float | None, State]]) -> list[Sample]:
    return [Sample(channel, at_ms, value, value, state) for at_ms, value, state in told]


@given(SAMPLES, SAMPLES, st.data())
def test_the_order_of_arrival_does_not_matter(
    cods: list[tuple[int, float | None, State]], flows: list[tuple[int, float | None, State]], data: st.DataObject
) -> None:
    found = minute_of_all(CHANNELS, MINUTE, {"cod": heard("cod", cods), "flow": heard("flow", flows)})
    other = {
        "cod": heard("cod", data.draw(st.permutations(cods))),
        "flow": heard("flow", data.draw(st.permutations(flows))),
    }
    assert minute_of_all(CHANNELS, MINUTE, other) == found


@given(st.lists(st.tuples(SAMPLES, SAMPLES), max_size=5), st.booleans(), st.booleans())
def test_a_mean_lies_between_its_values_and_no_number_is_made_up(
    told: list[tuple[list[tuple[int, float | None, State]], list[tuple[int, float | None, State]]]],
    weighted: bool,
    intermittent: bool,
) -> None:
    rules = PeriodRules(weighted=weighted, intermittent=intermittent)
    minutes = []
    for cods, flows in told:
        cod, flow = minute_of_all(CHANNELS, MINUTE, {"cod": heard("cod", cods), "flow": heard("flow", flows)}, rules)
        minutes.append((cod, flow))
    made = [cod for cod, _ in minutes] + [hour(minutes * 12, rules)[0]]
    for one in made:
        assert (one.mean is None) == (one.low is None) == (one.high is None)
        if one.mean is not None and one.low is not None and one.high is not None:
            assert one.low <= one.mean <= one.high
        assert one.mean is not None or not one.valid
        assert (one.paired is None) == (one.total is None)
        for number in (one.mean, one.total, one.volume, one.paired):
            assert number is None or abs(number) < 1e300
