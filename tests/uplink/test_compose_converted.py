"""Values converted to reference oxygen travel in the item of what was measured, and nowhere else."""

from dataclasses import replace

import pytest

from dau.core.channels import Channel, Medium
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.records import Quantity, Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import HJ2017, HJ2025
from dau.uplink.compose import compose
from dau.uplink.identity import Factor, Platform
from dau.uplink.naming import channel_of
from tests.uplink.composing import EXAMPLE, at, composed, qns, told

SO2 = Channel("so2", "a21026", "mg/m3", 2, Medium.GAS, 5)
O2 = Channel("o2", "a19001", "%", 1, Medium.GAS, 5)
ZS = Channel("so2_zs", "a21026", "mg/m3", 2, Medium.GAS, 5, converts="so2")
STACK = replace(EXAMPLE, st="31", channels={each.name: each for each in (ZS, SO2, O2)})
STACK_2025 = replace(STACK, dialect=HJ2025)
MINUTE = Span(at("20260801084000"), MINUTE_MS)


def live(zs: float | None, states: State = State.OK, so2: float | None = 30.0) -> Record:
    span = Span(at("20260801085857"), 0)
    values = {"so2": (so2, State.OK), "so2_zs": (zs, states), "o2": (7.2, State.OK)}
    taken = tuple(Sample(name, span.start_ms, number, number, each) for name, (number, each) in values.items())
    return Record(1, RecordKind.REALTIME, span, 0, samples=taken)


def closed(zs: tuple[float | None, float | None, float | None], kind: RecordKind = RecordKind.INTERVAL) -> Record:
    span = MINUTE if kind is RecordKind.INTERVAL else Span(at("20260801080000"), HOUR_MS)
    made = (
        PeriodStatistic("so2", span, State.OK, True, 12, 12, 30.0, 29.0, 31.5, 30.0),
        PeriodStatistic("so2_zs", span, State.OK, True, 12, 12, zs[1], zs[0], zs[2], zs[1]),
    )
    return Record(1, kind, span, 0, statistics=made)


@pytest.mark.parametrize("platform", [STACK, STACK_2025])
def test_a_live_value_has_its_converted_one_beside_it(platform: Platform) -> None:
    packet = composed(live(32.60869565), platform)
    assert told(packet)["a21026-ZsRtd"] == "32.61"
    item = next(item for item in packet.cp if item[0][0] == "a21026-Rtd")
    assert [name for name, _ in item] == ["a21026-Rtd", "a21026-ZsRtd", "a21026-Flag"]
    assert [item[0][0] for item in packet.cp] == ["DataTime", "a21026-Rtd", "a19001-Rtd"]


def test_a_period_has_its_converted_values_behind_those_measured() -> None:
    packet = composed(closed((31.4, 32.6, 34.239)), STACK)
    assert packet.cp[1] == (
        ("a21026-Min", "29.00"),
        ("a21026-Avg", "30.00"),
        ("a21026-Max", "31.50"),
        ("a21026-ZsMin", "31.40"),
        ("a21026-ZsAvg", "32.60"),
        ("a21026-ZsMax", "34.24"),
        ("a21026-Flag", "N"),
    )


def test_what_cannot_be_converted_is_the_largest_number_in_2025_and_nothing_before() -> None:
    failed = live(None, State.NO_DATA)
    assert "a21026-ZsRtd" not in told(composed(failed, STACK))
    assert told(composed(failed, STACK_2025))["a21026-ZsRtd"] == "99999.99"
    hour = told(composed(closed((None, None, None), RecordKind.HOUR), STACK_2025))
    assert [hour[f"a21026-Zs{name}"] for name in ("Min", "Avg", "Max")] == ["99999.99"] * 3
    assert not any("Zs" in name for name in told(composed(closed((None, None, None)), STACK)))


def test_a_platform_may_want_it_otherwise() -> None:
    quiet = replace(STACK, dialect=replace(HJ2025, tells_failed_conversion=False))
    assert "a21026-ZsRtd" not in told(composed(live(None, State.NO_DATA), quiet))
    loud = replace(STACK, dialect=replace(HJ2017, tells_failed_conversion=True))
    coarse = replace(loud, factors={"so2": Factor("a21026", "mg/m3", 0)})
    assert told(composed(live(None, State.NO_DATA), coarse))["a21026-ZsRtd"] == "99999"


def test_a_factor_of_no_table_has_four_digits() -> None:
    own = [replace(channel, factor="a99999") for channel in (SO2, ZS)]
    platform = replace(STACK_2025, channels={each.name: each for each in own})
    assert told(composed(live(None, State.NO_DATA), platform))["a99999-ZsRtd"] == "9999.99"


def test_a_stopped_plant_converts_nothing_and_fails_at_nothing() -> None:
    assert "a21026-ZsRtd" not in told(composed(live(None, State.STOPPED), STACK_2025))


def test_where_nothing_was_measured_nothing_is_converted() -> None:
    assert "a21026-ZsRtd" not in told(composed(live(None, State.COMM_LOST, so2=None), STACK_2025))
    assert "a21026-ZsRtd" not in told(composed(live(30.0, State.COMM_LOST, so2=None), STACK_2025))


def test_without_a_sample_of_the_converted_value_nothing_is_said_of_it() -> None:
    record = live(30.0)
    bare = replace(record, samples=tuple(each for each in record.samples if each.channel != "so2_zs"))
    assert "a21026-ZsRtd" not in told(composed(bare, STACK_2025))


def test_who_does_not_get_the_converted_channel_gets_no_converted_value() -> None:
    measured = replace(STACK, channels={"so2": SO2, "o2": O2})
    assert not any("Zs" in name for name in told(composed(live(32.6), measured)))


def test_a_converted_value_comes_in_the_platforms_unit() -> None:
    fine = replace(STACK, factors={"so2": Factor("a21026", "ug/m3", 0)})
    assert told(composed(live(32.6), fine))["a21026-ZsRtd"] == "32600"
    grams = replace(live(0.0326), quantities=(Quantity("so2_zs", "a21026", "g/m3"), Quantity("so2", "a21026", "mg/m3")))
    assert told(composed(grams, fine))["a21026-ZsRtd"] == "32600"


def test_a_code_means_what_was_measured() -> None:
    assert channel_of(STACK, "a21026") == "so2"
    assert channel_of(STACK, "A21026") == "so2"


def test_who_gets_only_converted_values_gets_no_packet() -> None:
    assert list(compose(live(32.6), replace(STACK, channels={"so2_zs": ZS}), 0, qns())) == []
