"""What is told by commands of its own: facilities, noise, furnaces, and what happens at a site."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from dau.core.channels import Channel, ChannelKind, Medium
from dau.core.events import Event, Info, NoiseMeasurement, RawResult, SerialNumber, StandardCheck
from dau.core.periods import DAY_MS, FURNACE_MS, HOUR_MS, MINUTE_MS, Span
from dau.core.records import Record, RecordKind
from dau.core.samples import Sample
from dau.core.states import State
from dau.core.statistics import PeriodStatistic
from dau.hj212 import HJ2017, HJ2025, Dialect, Item, LocalError, Role, encode, validate
from dau.uplink.compose import compose
from dau.uplink.identity import Platform
from dau.uplink.letters import HJ2025_LETTERS
from dau.uplink.telling.happenings import LONGEST_LOG, log_text
from tests.hj212.vectors import BY_ID
from tests.hj212.vectors_2025 import BY_ID_2025
from tests.uplink.composing import COD, EXAMPLE, at, composed, example_with, qns, told

MOMENT = at("20160801085857")
DAY = Span(at("20160801000000"), DAY_MS)
LEVELS = ("L5", "L10", "L50", "L90", "L95", "Leq", "LMx", "LMn")
LOUD = dict(zip(LEVELS, (53.0, 53.0, 49.0, 45.0, 43.0, 50.0, 54.0, 42.0), strict=True))
FURNACE = Channel("furnace", "a01901", "degC", 0, Medium.GAS, 5, kind=ChannelKind.FURNACE)
FANS = tuple(
    Channel(name, factor, "", 0, Medium.WATER, 5, kind=ChannelKind.FACILITY)
    for name, factor in (("fan", "SB1"), ("pump", "SB2"))
)


def noise(factor: str) -> Channel:
    return Channel(factor, factor, "dB", 1, Medium.GAS, 1, kind=ChannelKind.NOISE)


def platform(*channels: Channel, dialect: Dialect = HJ2017, st: str = "32") -> Platform:
    letters = HJ2025_LETTERS if dialect is HJ2025 else EXAMPLE.letters
    named = {channel.name: channel for channel in channels}
    return replace(EXAMPLE, channels=named, dialect=dialect, st=st, letters=letters)


def statistics(span: Span, kind: RecordKind, state: State = State.OK, /, **means: float | None) -> Record:
    made = tuple(PeriodStatistic(name, span, state, True, 1, 1, mean, mean, mean, mean) for name, mean in means.items())
    return Record(1, kind, span, 0, statistics=made)


def live(kind: RecordKind, **values: float | None) -> Record:
    states = {True: State.COMM_LOST, False: State.OK}
    taken = tuple(Sample(name, MOMENT, value, value, states[value is None]) for name, value in values.items())
    return Record(1, kind, Span(MOMENT, 0), 0, samples=taken)


def running_day(**hours: float | None) -> Record:
    made = tuple(PeriodStatistic(name, DAY, State.OK, True, 1, 1, total=total) for name, total in hours.items())
    return Record(1, RecordKind.FACILITY_DAY, DAY, 0, statistics=made)


def happening(kind: RecordKind, event: Event, moment: str = "20160801085857") -> Record:
    return Record(1, kind, Span(at(moment), 0), 0, event=event)


def items(record: Record, to: Platform) -> Sequence[Item]:
    """Return what one packet tells behind its DataTime; the packet is as its command wants it."""
    packet = composed(record, to)
    assert validate(packet, Role.UNIT, to.dialect) == ()
    assert packet.cp[0][0][0] == "DataTime"
    return packet.cp[1:]


def test_running_states_are_example_c15() -> None:
    packet = composed(live(RecordKind.FACILITY, fan=1.0, pump=0.0), platform(*FANS), qn="20160801085857223")
    assert encode(packet) == BY_ID["C-15-1"].frame


def test_running_hours_are_example_c19_with_two_decimals() -> None:
    packet = composed(running_day(fan=1.1, pump=2.1), platform(*FANS), qn="20160802000000001")
    assert encode(packet) == example_with("C-19-1", ("SB1-RT=1.1", "SB1-RT=1.10"), ("SB2-RT=2.1", "SB2-RT=2.10"))


@pytest.mark.parametrize("value", [None, 10.0, -1.0, 0.5])
def test_a_running_state_that_is_unknown_or_none_is_not_told(value: float | None) -> None:
    assert items(live(RecordKind.FACILITY, fan=value, pump=5.0), platform(*FANS)) == ((("SB2-RS", "5"),),)


def test_facilities_of_which_nothing_is_known_make_no_packet() -> None:
    assert compose(live(RecordKind.FACILITY, fan=None), platform(*FANS), 0, qns()) == []
    assert compose(running_day(fan=None), platform(*FANS), 0, qns()) == []


def test_facilities_stand_in_no_record_of_values_and_values_in_none_of_facilities() -> None:
    mixed = platform(COD, *FANS)
    both = {"cod": 1.0, "fan": 1.0}
    assert items(live(RecordKind.REALTIME, **both), mixed) == ((("w01018-Rtd", "1.0"), ("w01018-Flag", "N")),)
    assert items(live(RecordKind.FACILITY, **both), mixed) == ((("SB1-RS", "1"),),)
    assert [item[0][0] for item in items(statistics(DAY, RecordKind.DAY, **both), mixed)] == ["w01018-Min"]


@pytest.mark.parametrize("kind", [RecordKind.FACILITY, RecordKind.FACILITY_DAY])
def test_a_platform_without_facilities_gets_no_packet_of_them(kind: RecordKind) -> None:
    assert compose(Record(1, kind, DAY, 0), EXAMPLE, 0, qns()) == []


def test_a_live_level_is_example_c25_without_its_blank() -> None:
    packet = composed(live(RecordKind.REALTIME, LA=50.1), platform(noise("LA"), st="23"), qn="20160801085857223")
    assert encode(packet) == example_with("C-25-1", (" LA", "LA"))


@pytest.mark.parametrize(
    ("vector", "kind", "label", "length_ms"),
    [
        ("C-26-1", RecordKind.INTERVAL, "20160801084000", 10 * MINUTE_MS),
        ("C-27-1", RecordKind.HOUR, "20160801080000", HOUR_MS),
    ],
)
def test_levels_of_a_period_are_their_example(vector: str, kind: RecordKind, label: str, length_ms: int) -> None:
    record = statistics(Span(at(label), length_ms), kind, **LOUD)
    packet = composed(record, platform(*map(noise, LEVELS), st="23"), qn=BY_ID[vector].header["QN"])
    assert encode(packet) == BY_ID[vector].frame


def test_a_level_that_is_not_normal_does_not_pass_for_one() -> None:
    to = platform(noise("Leq"), st="23")
    record = statistics(DAY, RecordKind.DAY, State.CALIBRATION, Leq=94.0)
    assert items(record, to) == ((("Leq-Data", "94.0"), ("Leq-Flag", "C")),)
    assert items(statistics(DAY, RecordKind.DAY), to) == ((("Leq-Flag", "D"),),)
    assert items(live(RecordKind.REALTIME, Leq=None), to) == ((("Leq-Flag", "B"),),)


def test_2025_has_no_hours_of_noise() -> None:
    record = statistics(Span(at("20160801080000"), HOUR_MS), RecordKind.HOUR, Leq=50.0, cod=1.0)
    assert compose(record, platform(noise("Leq"), dialect=HJ2025, st="23"), 0, qns()) == []
    assert [item[0][0] for item in items(record, platform(noise("Leq"), COD, dialect=HJ2025))] == ["w01018-Min"]


def test_a_window_of_a_furnace_is_told_by_its_mean() -> None:
    window = Span(at("20240601011000"), FURNACE_MS)
    to = platform(FURNACE, COD, dialect=HJ2025, st="31")
    packet = composed(statistics(window, RecordKind.FURNACE, furnace=868.0, cod=1.0), to)
    assert (packet.cn, packet.cp) == ("2111", ((("DataTime", "20240601011000"),), (("a01901-Avg", "868"),)))
    cold = statistics(window, RecordKind.FURNACE, State.FAULT, furnace=20.0)
    assert items(cold, to) == ((("a01901-Avg", "20"), ("a01901-Flag", "D")),)


def test_a_result_is_the_fragment_of_c28() -> None:
    ammonia = Channel("ammonia", "w21003", "mg/L", 1, Medium.WATER, 3600, kind=ChannelKind.PERIODIC)
    result = RawResult("ammonia", 17.5, State.OK, at("20240601090109"), at("20240601094200"), "1")
    packet = composed(happening(RecordKind.RAW, result, "20240601090000"), platform(ammonia, dialect=HJ2025))
    assert encode(packet, HJ2025).count(BY_ID_2025["C28-cp"]["cp"].encode()) == 1
    assert (packet.cn, validate(packet, Role.UNIT, HJ2025)) == ("2013", ())


def test_a_result_without_value_is_told_by_its_flag() -> None:
    result = RawResult("cod", None, State.FAULT | State.MAINTENANCE, MOMENT)
    told_of = items(happening(RecordKind.RAW, result), platform(COD, dialect=HJ2025))
    assert told_of == ((("w01018-SampleTime", "20160801085857"), ("w01018-Flag", "M")),)


def test_one_measurement_of_noise_is_told_in_the_order_of_the_platform() -> None:
    event = NoiseMeasurement((("LMx", 54.0), ("Leq", 50.0), ("L5", 53.0)), State.OK)
    to = platform(noise("Leq"), noise("LMx"), dialect=HJ2025, st="23")
    assert items(happening(RecordKind.NOISE, event), to) == ((("Leq-Data", "50.0"),), (("LMx-Data", "54.0"),))
    odd = NoiseMeasurement((("Leq", None), ("LMx", 54.0)), State.OK)
    assert items(happening(RecordKind.NOISE, odd), to) == ((("Leq-Flag", "D"),), (("LMx-Data", "54.0"),))


@pytest.mark.parametrize(("is_passed", "text"), [(True, "1"), (False, "0")])
def test_a_check_is_told_in_the_channels_decimals(is_passed: bool, text: str) -> None:
    check = StandardCheck("cod", 99.94, 100.0, is_passed)
    packet = composed(happening(RecordKind.CHECK, check), platform(COD, dialect=HJ2025))
    assert (packet.cn, validate(packet, Role.UNIT, HJ2025)) == ("2062", ())
    assert packet.cp[1:] == (
        (("w01018-SampleRd", "99.9"),),
        (("w01018-StandardValue", "100.0"),),
        (("w01018-ResultType", text),),
    )


def test_an_exchanged_instrument_is_example_c39() -> None:
    record = happening(RecordKind.SERIAL_NUMBER, SerialNumber("cod", "010000A8900016F000169DC1"))
    assert encode(composed(record, qn="20160801085857223")) == BY_ID["C-39-1"].frame


@pytest.mark.parametrize(
    ("vector", "moment", "info", "changes"),
    [
        ("C-40-1", "20100301145000", Info("i11001", "清洗管路", "cod"), ()),
        ("C-42-1", "20100301145000", Info("i12001", "1", "cod"), [(";i12003-Info =0", "")]),
        ("C-44-1", "20160801085857", Info("i13004", "168.0", "cod"), [("; i13005-Info =40", "")]),
    ],
)
def test_site_information_is_its_example(
    vector: str, moment: str, info: Info, changes: Sequence[tuple[str, str]]
) -> None:
    packet = composed(happening(RecordKind.INFO, info, moment), qn="20160801085857223")
    assert encode(packet) == example_with(vector, *changes)


def test_what_concerns_the_unit_names_no_factor() -> None:
    record = happening(RecordKind.INFO, Info("i21001", "平台 national 修改了时间"))
    assert items(record, EXAMPLE) == ((("i21001-Info", "//平台 national 修改了时间//"),),)


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (RecordKind.INFO, Info("i12001", "1", "other")),
        (RecordKind.SERIAL_NUMBER, SerialNumber("other", "010000A8900016F000169DC1")),
    ],
)
def test_what_concerns_a_channel_of_others_makes_no_packet(kind: RecordKind, event: Event) -> None:
    assert compose(happening(kind, event), EXAMPLE, 0, qns()) == []


def test_a_record_without_its_event_cannot_be_told() -> None:
    with pytest.raises(LocalError, match="record 1 of kind info: holds no event, expected what happened"):
        compose(Record(1, RecordKind.INFO, Span(0, 0), 0), EXAMPLE, 0, qns())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("清洗管路", "清洗管路"),
        ("a\r\nb\x00c", "a b c"),
        ("http://x///y", "http:/ /x/ / /y"),
        ("R&D &&&", "R&D & & &"),
        ("\ud800", "?"),
        ("", ""),
    ],
)
def test_a_log_entry_is_one_line_without_marks_of_the_protocol(text: str, expected: str) -> None:
    assert log_text(text) == expected


def test_a_long_log_entry_is_cut_between_characters_and_shows_it() -> None:
    cut = log_text("清洗" * 400)
    assert cut.endswith(("洗...", "清..."))
    assert LONGEST_LOG - 3 < len(cut.encode()) <= LONGEST_LOG
    packet = composed(happening(RecordKind.INFO, Info("i11001", "清洗" * 400, "cod")))
    assert told(packet)["i11001-Info"] == f"//{cut}//"
    assert not packet.is_split
