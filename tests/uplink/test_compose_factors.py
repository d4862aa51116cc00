"""How platforms know channels: codes, units and decimals of their own, the old codes, system codes, what once was."""

from dataclasses import replace

import pytest

from dau.core.channels import Channel, Medium
from dau.core.events import StandardCheck
from dau.core.periods import HOUR_MS, MINUTE_MS, Span
from dau.core.records import Quantity, Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import HJ2005, HJ2017, HJ2025, LocalError, encode, is_backfilled
from dau.uplink.compose import compose
from dau.uplink.identity import Factor, Platform
from dau.uplink.letters import HJ2005_LETTERS, HJ2025_LETTERS
from tests.hj212.vectors import BY_ID
from tests.hj212.vectors_2025 import BY_ID_2025
from tests.uplink.composing import COD, EXAMPLE, FLOW, PH, at, composed, example_with, qns, told

GAS_FLOW = Channel("gas", "a00000", "m3/h", 0, Medium.GAS, 5)
PRESSURE = Channel("pressure", "a01013", "kPa", 3, Medium.GAS, 5)
PERIOD = Span(at("20160801084000"), 10 * MINUTE_MS)


def knowing(platform: Platform, **factors: Factor) -> Platform:
    return replace(platform, factors=factors)


def getting(*channels: Channel) -> Platform:
    return replace(EXAMPLE, channels={channel.name: channel for channel in channels})


def live(*quantities: Quantity, **values: float) -> Record:
    span = Span(at("20160801085857"), 0)
    taken = tuple(Sample(name, span.start_ms, value, value, State.OK) for name, value in values.items())
    return Record(1, RecordKind.REALTIME, span, 0, samples=taken, quantities=quantities)


def closed(*quantities: Quantity, total: float | None = None, **means: float) -> Record:
    made = tuple(
        PeriodStatistic(name, PERIOD, State.OK, True, 1, 1, mean, mean, mean, mean, total)
        for name, mean in means.items()
    )
    return Record(1, RecordKind.INTERVAL, PERIOD, 0, statistics=made, quantities=quantities)


def test_a_platform_has_codes_units_and_decimals_of_its_own() -> None:
    to = knowing(getting(GAS_FLOW, PRESSURE), gas=Factor("a00000", "m3/s", 2), pressure=Factor("a01017", "Pa", 0))
    figures = told(composed(live(gas=9000.0, pressure=-0.1234), to))
    assert (figures["a00000-Rtd"], figures["a01017-Rtd"]) == ("2.50", "-123")
    figures = told(composed(closed(gas=9000.0, pressure=0.1), to))
    assert [figures[f"a00000-{name}"] for name in ("Min", "Avg", "Max")] == ["2.50"] * 3
    assert [figures[f"a01017-{name}"] for name in ("Min", "Avg", "Max")] == ["100"] * 3


def test_a_check_is_told_in_the_platforms_unit_too() -> None:
    to = knowing(replace(getting(COD), dialect=HJ2025), cod=Factor("w01018", "ug/L", 0))
    check = Record(1, RecordKind.CHECK, Span(0, 0), 0, event=StandardCheck("cod", 0.0999, 0.1, True))
    assert told(composed(check, to))["w01018-SampleRd"] == "100"
    assert told(composed(check, to))["w01018-StandardValue"] == "100"


def test_a_unit_that_measures_something_else_is_never_passed_off() -> None:
    to = knowing(getting(PRESSURE), pressure=Factor("a01013", "mg/m3", 1))
    expected = (
        "platform national: channel pressure was stored in kPa, the platform reckons a01013 in mg/m3:"
        " they do not measure the same"
    )
    with pytest.raises(LocalError, match=expected):
        compose(live(pressure=1.0), to, 0, qns())


def test_a_value_that_is_missing_needs_no_unit() -> None:
    to = knowing(getting(PRESSURE), pressure=Factor("a01013", "mg/m3", 1))
    assert composed(live(), to).cp[1:] == ((("a01013-Flag", "D"),),)


@pytest.mark.parametrize(
    ("found", "wanted", "text"),
    [("m3", "m3", "2.346"), ("", "", "2.346"), ("m3", "L", "2345.670"), ("kg", "g", "2345.670")],
)
def test_an_amount_is_converted_only_where_it_differs(found: str, wanted: str, text: str) -> None:
    flow = replace(FLOW, total_unit=found)
    to = knowing(getting(flow), flow=Factor("w00000", "L/s", 1, wanted))
    assert told(composed(closed(flow=1.0, total=2.34567), to))["w00000-Cou"] == text


def test_an_amount_that_is_no_such_amount_is_refused() -> None:
    to = knowing(getting(FLOW), flow=Factor("w00000", "L/s", 1, "kg"))
    with pytest.raises(LocalError, match="channel flow was stored in m3, the platform reckons w00000 in kg"):
        compose(closed(flow=1.0, total=2.0), to, 0, qns())


def test_what_was_stored_in_another_unit_is_told_in_todays() -> None:
    record = live(Quantity("gas", "a00000", "m3/s"), gas=2.5)
    assert told(composed(record, getting(GAS_FLOW)))["a00000-Rtd"] == "9000"
    to = knowing(getting(GAS_FLOW), gas=Factor("a00000", "m3/min", 1))
    assert told(composed(record, to))["a00000-Rtd"] == "150.0"


def test_what_was_another_quantity_then_is_told_as_what_it_was() -> None:
    record = closed(Quantity("cod", "w21003", "mg/L"), cod=1.26, total=1.0)
    to = knowing(getting(COD), cod=Factor("w99999", "ug/L", 0, "kg", st="44"))
    packet = composed(record, to)
    assert packet.st == "32"
    assert packet.cp[1][2] == ("w21003-Avg", "1.3")
    old = replace(to, old_codes={"w21003": "060", "w01018": "011"})
    assert told(composed(record, old))["060-Avg"] == "1.3"


def test_raw_means_go_out_only_where_a_platform_wants_them() -> None:
    assert "w01018-RawAvg" not in told(composed(closed(cod=7.5), getting(COD)))
    wanting = replace(getting(COD), dialect=replace(HJ2025, sends_raw_avg=True))
    (_, item) = composed(closed(cod=7.5), wanting).cp
    assert [name for name, _ in item] == [f"w01018-{name}" for name in ("Min", "Avg", "Max", "RawAvg", "Flag")]


def test_a_platform_may_want_the_end_of_a_period() -> None:
    ending = replace(EXAMPLE, dialect=replace(HJ2017, label_at_end=True))
    assert told(composed(closed(), ending))["DataTime"] == "20160801085000"
    assert told(composed(live(), ending))["DataTime"] == "20160801085857"


def test_factors_of_another_system_travel_in_packets_of_their_own() -> None:
    power = Channel("power", "d20105", "V", 2, Medium.GAS, 5)
    condition = Channel("condition", "p99101", "", 0, Medium.GAS, 5)
    to = replace(
        getting(PH, power, condition, COD),
        dialect=HJ2025,
        letters=HJ2025_LETTERS,
        factors={"power": Factor("d20105", "V", 2, st="44"), "condition": Factor("p99101", "", 0, st="45")},
    )
    packets = compose(live(ph=7.0, power=220.2, condition=1.0, cod=2.2), to, 0, qns())
    assert [packet.st for packet in packets] == ["32", "44", "45"]
    assert {packet.cn for packet in packets} == {"2011"}
    assert {packet.first("DataTime") for packet in packets} == {"20160801085857"}
    assert len({packet.qn for packet in packets}) == 3
    assert [[item[0][0] for item in packet.cp[1:]] for packet in packets] == [
        ["w01001-Rtd", "w01018-Rtd"],
        ["d20105-Rtd"],
        ["p99101-Rtd"],
    ]


def test_where_all_factors_are_of_another_system_there_is_no_other_packet() -> None:
    voltages = {"d20105": 220.2, "d20205": 220.9, "d20305": 221.1, "d20405": 0.24}
    channels = [Channel(code, code, "", 2, Medium.GAS, 5) for code in voltages]
    to = replace(getting(*channels), dialect=HJ2025, factors={code: Factor(code, "", 2, st="44") for code in voltages})
    packet = composed(live(**voltages), to)
    assert packet.st == "44"
    assert BY_ID_2025["C37-cp"]["cp"].encode() in encode(packet, HJ2025)


def test_the_old_layout_has_old_codes_and_a_bare_header() -> None:
    old = replace(
        getting(PH, COD),
        dialect=HJ2005,
        mn="LD130133000015",
        receipts=False,
        letters=HJ2005_LETTERS,
        old_codes={"w01001": "001", "w01018": "011"},
    )
    packet = composed(live(ph=7.1, cod=231.0), old)
    assert encode(packet, HJ2005)[6:-6] == (
        b"ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160801085857;"
        b"001-Rtd=7.1,001-Flag=N;011-Rtd=231.0,011-Flag=N&&"
    )
    asking = composed(live(ph=7.1), replace(old, receipts=True))
    assert (asking.flag, asking.qn) == (1, "20160801085000001")


def test_what_comes_late_is_marked_in_2025_and_nowhere_else() -> None:
    new = replace(EXAMPLE, dialect=HJ2025)
    for platform, backfilled, expected in ((new, True, True), (new, False, False), (EXAMPLE, True, False)):
        packets = compose(closed(cod=1.0), platform, 0, qns(), backfilled=backfilled)
        assert [is_backfilled(packet) for packet in packets] == [expected]


def test_a_backfilled_period_is_laid_out_as_the_vector_of_2025() -> None:
    so2 = Channel("so2", "a21026", "mg/m3", 1, Medium.GAS, 5)
    span = Span(at("20240601080100"), MINUTE_MS)
    made = (PeriodStatistic("so2", span, State.OK, True, 12, 12, 17.5, 16.4, 20.1, 17.5),)
    to = replace(getting(so2), dialect=HJ2025, st="31")
    (packet,) = compose(
        Record(1, RecordKind.INTERVAL, span, 0, statistics=made), to, 0, iter(["20240601090500123"]), backfilled=True
    )
    assert encode(packet, HJ2025)[6:-6].decode() == BY_ID_2025["D-rf"]["data_segment"]


def test_the_official_packet_of_2025_is_composed_as_printed() -> None:
    channels = (
        Channel("speed", "a01011", "m/s", 2, Medium.GAS, 5),
        Channel("humidity", "a01014", "%", 2, Medium.GAS, 5),
    )
    span = Span(at("20240520210600"), MINUTE_MS)
    made = tuple(
        PeriodStatistic(name, span, State.OK, True, 12, 12, value, value, value, value)
        for name, value in (("speed", 1.35), ("humidity", 3.2))
    )
    record = Record(1, RecordKind.INTERVAL, span, 0, statistics=made)
    packet = composed(record, replace(getting(*channels), dialect=HJ2025, st="31"), qn="20240520210700000")
    assert encode(packet, HJ2025).decode() == BY_ID_2025["A2-ex3-plain"]["frame"]


def test_a_record_of_more_than_nine_parts_cannot_be_told_in_2025() -> None:
    many = [Channel(f"c{number}", f"w2{number:04}", "mg/L", 6, Medium.WATER, 5) for number in range(120)]
    values = {channel.name: 123456.789 for channel in many}
    assert len(compose(closed(total=1e9, **values), getting(*many), 0, qns())) > 9
    with pytest.raises(LocalError, match=r"packet 2051: needs 1\d parts, expected at most 9"):
        compose(closed(total=1e9, **values), replace(getting(*many), dialect=HJ2025), 0, qns())


@pytest.mark.parametrize(
    ("kind", "platform", "number"),
    [
        (RecordKind.FURNACE, EXAMPLE, "2111"),
        (RecordKind.RAW, EXAMPLE, "2013"),
        (RecordKind.RESTART, replace(EXAMPLE, dialect=HJ2005), "2081"),
        (RecordKind.INFO, replace(EXAMPLE, dialect=HJ2005), "3020"),
    ],
)
def test_a_kind_that_the_edition_has_no_command_for_is_refused(
    kind: RecordKind, platform: Platform, number: str
) -> None:
    expected = f"record of kind {kind}: edition {platform.dialect.edition} has no {number}, expected a kind"
    with pytest.raises(LocalError, match=expected):
        compose(Record(1, kind, Span(0, HOUR_MS), 0), platform, 0, qns())


def test_the_example_of_a_period_does_not_change_with_a_platforms_own_factor() -> None:
    span = Span(at("20160801080000"), HOUR_MS)
    made = tuple(
        PeriodStatistic(name, span, State.OK, True, 60, 60, mean, low, high, mean, total)
        for name, low, mean, high, total in (
            ("flow", 0.0164, 0.0175, 0.0201, 63000.0),
            ("ph", 7.1, 7.5, 7.8, None),
            ("cod", 40.1, 40.1, 40.1, 63.0),
        )
    )
    record = Record(1, RecordKind.HOUR, span, 0, statistics=made)
    flow = replace(FLOW, unit="m3/s", total_unit="L")
    to = knowing(replace(EXAMPLE, channels={"flow": flow, "ph": PH, "cod": COD}), flow=Factor("w00000", "L/s", 1, "m3"))
    packet = composed(record, to, qn=BY_ID["C-17-1"].header["QN"])
    assert encode(packet) == example_with("C-17-1", ("-Cou=63.0", "-Cou=63.000"))
