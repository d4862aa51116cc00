"""The packets of known records, byte for byte as the examples of HJ 212-2017 appendix C print them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from dau.core.periods import DAY_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import HJ2017, LocalError, encode
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from dau.uplink.letters import HJ2017_LETTERS
from tests.hj212.vectors import BY_ID
from tests.uplink.composing import COD, EXAMPLE, FLOW, PH, at, composed, example_with, qns, told


def closed(kind: RecordKind, span: Span, **totals: float) -> Record:
    """Return the record that the examples C.16 to C.18 print."""
    rows = {"flow": (16.4, 17.5, 20.1), "ph": (7.1, 7.5, 7.8), "cod": (40.1, 40.1, 40.1)}
    statistics = tuple(
        PeriodStatistic(name, span, State.OK, True, 10, 10, mean, low, high, mean, totals.get(name))
        for name, (low, mean, high) in rows.items()
    )
    return Record(1, kind, span, 0, statistics=statistics)


def live(**samples: Sample) -> Record:
    return Record(1, RecordKind.REALTIME, Span(at("20160801085857"), 0), 0, samples=tuple(samples.values()))


def one(channel: str, value: float | None, states: State = State.OK) -> Sample:
    return Sample(channel, at("20160801085857"), value, value, states)


def statistic(state: State = State.OK, **figures: float) -> Record:
    span = Span(at("20160801084000"), 10 * MINUTE_MS)
    only = PeriodStatistic("cod", span, state, state is State.OK, 0, 10, **figures)
    return Record(1, RecordKind.INTERVAL, span, 0, statistics=(only,))


def only_cod() -> Platform:
    return replace(EXAMPLE, channels={"cod": COD})


def test_a_restart_is_example_c24() -> None:
    record = Record(1, RecordKind.RESTART, Span(at("20160801085624"), 0), 0)
    packet = composed(record, qn="20160801085857223", sent_ms=at("20160801085857") + 999)
    assert encode(packet) == BY_ID["C-24-1"].frame


def test_a_live_record_is_example_c14_without_what_no_instrument_told() -> None:
    record = live(ph=one("ph", 7.1), cod=one("cod", 2.2))
    platform = replace(EXAMPLE, channels={"ph": PH, "cod": COD})
    packet = composed(record, platform, qn="20160801085857223")
    expected = example_with("C-14-1", ("w01018-SampleTime=20160801070000,", ""), (",w01018-EFlag=A01", ""))
    assert encode(packet) == expected


@pytest.mark.parametrize(
    ("vector", "kind", "label", "length_ms", "totals"),
    [
        ("C-16-1", RecordKind.INTERVAL, "20160801084000", 10 * MINUTE_MS, {"flow": 10.5, "cod": 10.5}),
        ("C-17-1", RecordKind.HOUR, "20160801080000", HOUR_MS, {"flow": 63.0, "cod": 63.0}),
        ("C-18-1", RecordKind.DAY, "20160801000000", DAY_MS, {"flow": 1512.0, "cod": 2142.0}),
    ],
)
def test_a_statistic_is_its_example_with_amounts_to_three_decimals(
    vector: str, kind: RecordKind, label: str, length_ms: int, totals: Mapping[str, float]
) -> None:
    record = closed(kind, Span(at(label), length_ms), **totals)
    packet = composed(record, qn=BY_ID[vector].header["QN"])
    decimals = {(f"-Cou={amount}", f"-Cou={amount}00") for amount in totals.values()}
    assert encode(packet) == example_with(vector, *decimals)


def test_a_live_value_that_is_missing_is_told_by_its_flag_alone() -> None:
    packet = composed(live(ph=one("ph", None, State.COMM_LOST)), replace(EXAMPLE, channels={"ph": PH, "cod": COD}))
    assert packet.cp[1:] == ((("w01001-Flag", "B"),), (("w01018-Flag", "D"),))


def test_a_period_without_data_is_told_by_its_flag_alone() -> None:
    packet = composed(statistic(State.COMM_LOST))
    assert packet.cp[1:] == ((("w00000-Flag", "D"),), (("w01001-Flag", "D"),), (("w01018-Flag", "B"),))


def test_where_nothing_was_measured_the_mean_of_what_there_was_goes_under_its_flag() -> None:
    packet = composed(statistic(State.CALIBRATION, raw_mean=50.06), only_cod())
    assert packet.cp[1:] == ((("w01018-Avg", "50.1"), ("w01018-Flag", "C")),)


def test_the_measured_mean_goes_before_the_mean_of_everything() -> None:
    assert told(composed(statistic(mean=1.0, raw_mean=9.0), only_cod()))["w01018-Avg"] == "1.0"


def test_a_period_that_is_not_valid_is_told_by_the_mean_of_everything_alone() -> None:
    record = statistic(State.MAINTENANCE, mean=33.3, low=30.0, high=35.0, raw_mean=23.87)
    packet = composed(record, only_cod())
    assert packet.cp[1:] == ((("w01018-Avg", "23.9"), ("w01018-Flag", "M")),)
    asking = replace(only_cod(), dialect=replace(HJ2017, measured_if_invalid=True))
    (_, item) = composed(record, asking).cp
    assert [value for _, value in item] == ["30.0", "33.3", "35.0", "M"]


def test_a_normal_period_is_told_by_what_was_normal_also_where_it_is_not_valid() -> None:
    """A gas day of 18 hours has the letter N, and needs 20 valid ones."""
    day = PeriodStatistic("cod", Span(0, DAY_MS), State.OK, False, 18, 24, 30.0, 29.0, 31.0, 22.0)
    packet = composed(Record(1, RecordKind.DAY, day.span, 0, statistics=(day,)), only_cod())
    assert told(packet)["w01018-Avg"] == "30.0"


def test_an_invalid_period_without_any_number_has_none() -> None:
    assert composed(statistic(State.FAULT, mean=3.0), only_cod()).cp[1:] == ((("w01018-Flag", "D"),),)


def test_zero_is_a_value_and_has_no_sign() -> None:
    packet = composed(live(cod=one("cod", -0.04)), only_cod())
    assert packet.cp[1:] == ((("w01018-Rtd", "0.0"), ("w01018-Flag", "N")),)


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.25, 1, "0.2"), (0.35, 1, "0.4"), (2.345, 2, "2.34"), (2.355, 2, "2.36"), (1e-7, 3, "0.000"), (99.95, 0, "100")],
)
def test_values_are_rounded_once_half_to_even(value: float, digits: int, text: str) -> None:
    platform = replace(EXAMPLE, channels={"cod": replace(COD, digits=digits)})
    assert told(composed(live(cod=one("cod", value)), platform))["w01018-Rtd"] == text
    figures = told(composed(statistic(mean=value, low=value, high=value), platform))
    assert [figures[f"w01018-{name}"] for name in ("Min", "Avg", "Max")] == [text] * 3


@pytest.mark.parametrize("state", [State.OK, *State])
def test_every_state_can_be_told(state: State) -> None:
    letter = HJ2017_LETTERS[state]
    assert told(composed(live(cod=one("cod", 1.0, state)), only_cod()))["w01018-Flag"] == letter
    assert told(composed(statistic(state, mean=1.0), only_cod()))["w01018-Flag"] == letter


def test_of_several_states_the_winner_speaks() -> None:
    states = State.OVER_RANGE | State.CALIBRATION | State.MANUAL
    assert told(composed(live(cod=one("cod", 1.0, states)), only_cod()))["w01018-Flag"] == "C"


def test_a_platform_gets_its_channels_in_its_order() -> None:
    record = live(flow=one("flow", 1.0), ph=one("ph", 2.0), cod=one("cod", 3.0))
    packet = composed(record, replace(EXAMPLE, channels={"cod": COD, "flow": FLOW}))
    assert [item[0] for item in packet.cp[1:]] == [("w01018-Rtd", "3.0"), ("w00000-Rtd", "1.0")]


def test_the_label_is_the_start_of_the_period_in_beijing() -> None:
    span = Span(at("20160731234000"), 10 * MINUTE_MS)
    assert told(composed(Record(1, RecordKind.INTERVAL, span, 0)))["DataTime"] == "20160731234000"


def test_without_receipts_the_flag_asks_for_nothing() -> None:
    assert composed(live(), replace(EXAMPLE, receipts=False)).flag == 4
    assert composed(live(), EXAMPLE).flag == 5


def test_sub_packets_are_laid_out_as_example_c49() -> None:
    tight = replace(EXAMPLE, dialect=replace(HJ2017, max_segment=270))
    record = closed(RecordKind.HOUR, Span(at("20160801080000"), HOUR_MS), flow=63.0, cod=63.0)
    first, second = compose(record, tight, 0, (qn for qn in ["unused", "20160801085857534", "20160801085857535"]))
    changes = (("-Cou=63.0", "-Cou=63.000"), ("Flag=6", "Flag=7"))
    assert encode(first) == example_with("C-49-1", *changes)
    assert encode(second) == example_with("C-49-2", *changes)


def test_a_factor_that_fits_in_no_packet_cannot_be_told() -> None:
    platform = replace(EXAMPLE, channels={"cod": replace(COD, factor="w" * 1000)})
    with pytest.raises(LocalError, match=r"CP has \d+ bytes, expected at most 950"):
        compose(live(cod=one("cod", 1.0)), platform, 0, qns())
