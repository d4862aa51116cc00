"""Tasks as a conversation with an instrument of a few lines: what is written, how often, and what is reported."""

from typing import Any

import pytest

from dau.core.errands import CannotDo, Cycle, Errand, Report, Task
from dau.core.instrument import InstrumentError, NoReply, Refused
from drivers.modbus_map import Options
from drivers.modbus_map.driver import ModbusMap
from tests.drivers.modbus_map.meter import Meter

AT_MS = 1_767_225_600_000  # 2026-01-01 08:00:00 in Beijing
POINT = {"channel": "cod", "address": 100, "type": "u16"}


def driver(*tasks: dict[str, Any], **keys: Any) -> ModbusMap:
    return ModbusMap(Options.model_validate({"slave": 9, "point": [POINT], "task": list(tasks), **keys}), "meter")


ZERO = {"do": "zero", "write": [{"table": "coil", "address": 3, "value": 1}]}
PARAMETER = {"address": 40, "type": "u16", "takes": "value", "range": [100, 180]}
WRITE_INFO = {"do": "write_info", "info": "i13004", "write": [PARAMETER]}


def errand(task: Task, **keys: Any) -> Errand:
    return Errand(task, "cod", **keys)


def wrote(value: str, **keys: Any) -> Errand:
    return errand(Task.WRITE_INFO, info="i13004", value=value, **keys)


def test_tasks_are_those_of_the_table() -> None:
    assert driver().tasks == frozenset()
    assert driver(ZERO, WRITE_INFO).tasks == {Task.ZERO, Task.WRITE_INFO}


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (errand(Task.SPAN), "meter: span for cod is no task of this instrument"),
        (
            errand(Task.WRITE_INFO, info="i13005", value="1"),
            "meter: write_info i13005 for cod is no task of this instru",
        ),
        (wrote("99"), "meter: write_info i13004: 99 is outside 100 to 180"),
        (wrote("150.5"), "meter: write_info i13004: 150.5 is no multiple of 1"),
        (wrote("nan"), "meter: write_info i13004: 'nan' is no number"),
        (wrote("1e2"), "meter: write_info i13004: '1e2' is no number"),
        (wrote("١٥٠"), "is no number"),
        (wrote(""), "is no number"),
    ],
)
def test_what_cannot_be_done_is_known_before_anything_is_asked(asked: Errand, reason: str) -> None:
    with pytest.raises(CannotDo) as caught:
        driver(WRITE_INFO).perform(asked)
    assert reason in str(caught.value)


@pytest.mark.parametrize("framing", ["rtu", "tcp"])
def test_a_trigger(framing: str) -> None:
    meter = Meter()
    assert meter.carry_out(driver(ZERO, framing=framing).perform(errand(Task.ZERO))) == Report()
    assert meter.writes == ["05 00 03 ff 00"]
    assert meter.reads == (1 if framing == "rtu" else 0)  # on a serial line: does it give us our bytes back?


@pytest.mark.parametrize(
    ("step", "pdu"),
    [
        ({"address": 7, "type": "u16", "value": 5}, "06 00 07 00 05"),
        ({"address": 7, "type": "u16", "value": 5, "function": 16}, "10 00 07 00 01 02 00 05"),
        ({"address": 7, "type": "i16", "value": -2}, "06 00 07 ff fe"),
        ({"address": 7, "type": "f32", "value": 12.5}, "10 00 07 00 02 04 41 48 00 00"),
        ({"address": 7, "type": "f32", "order": "CDAB", "value": 12.5}, "10 00 07 00 02 04 00 00 41 48"),
        ({"address": 7, "type": "u32", "order": "DCBA", "value": 1}, "10 00 07 00 02 04 01 00 00 00"),
        ({"address": 7, "type": "bcd16", "value": 1234}, "06 00 07 12 34"),
        ({"address": 7, "type": "u16", "value": 1.5, "scale": 0.1}, "06 00 07 00 0f"),
        ({"address": 7, "type": "u16", "value": 2, "before": [13]}, "10 00 07 00 02 04 00 0d 00 02"),
        ({"table": "coil", "address": 7, "value": 0}, "05 00 07 00 00"),
        ({"table": "coil", "address": 7, "value": 1, "function": 15}, "0f 00 07 00 01 01 01"),
    ],
)
def test_how_a_constant_is_written(step: dict[str, Any], pdu: str) -> None:
    meter = Meter()
    meter.carry_out(driver({"do": "span", "write": [step]}).perform(errand(Task.SPAN)))
    assert meter.writes == [pdu]


def test_a_pulse_with_a_pause_in_between() -> None:
    pulse = [
        {"table": "coil", "address": 3, "value": 1, "wait_s": 2},
        {"table": "coil", "address": 3, "value": 0},
    ]
    meter = Meter()
    meter.carry_out(driver({"do": "clean", "write": pulse}).perform(errand(Task.CLEAN)))
    assert meter.writes == ["05 00 03 ff 00", "05 00 03 00 00"]
    assert meter.pauses == [2.0]


def test_a_trigger_is_never_sent_twice() -> None:
    meter = Meter(deaf={3})
    with pytest.raises(NoReply):
        meter.carry_out(driver(ZERO).perform(errand(Task.ZERO)))
    assert (len(meter.writes), meter.coils) == (1, {3: 1})


def test_nothing_is_written_to_an_instrument_that_does_not_answer() -> None:
    meter = Meter(silent={100})
    with pytest.raises(NoReply):
        meter.carry_out(driver(ZERO).perform(errand(Task.ZERO)))
    assert meter.writes == []


def test_a_refused_write_ends_the_errand() -> None:
    meter = Meter(refusing={3})
    with pytest.raises(Refused, match=r"slave 9 refuses to write coil 3 to 3: exception 2 \(illegal address\)"):
        meter.carry_out(driver(ZERO).perform(errand(Task.ZERO)))


def test_a_parameter_is_read_back() -> None:
    meter = Meter()
    meter.carry_out(driver(WRITE_INFO).perform(wrote("165")))
    assert meter.holding == {40: 165}
    assert meter.writes == ["06 00 28 00 a5"]
    assert meter.reads == 2


def test_a_parameter_whose_answer_got_lost_is_written_again() -> None:
    meter = Meter(deaf={40})
    meter.carry_out(driver(WRITE_INFO).perform(wrote("165")))
    assert meter.writes == ["06 00 28 00 a5"] * 2
    assert meter.pauses == [0.0]


def test_a_parameter_that_is_taken_over_late() -> None:
    def undo(meter: Meter, number: int) -> None:
        meter.holding[40] = 150 if number == 1 else 165

    meter = Meter(on_pause=undo)
    slow = {**WRITE_INFO, "write": [{**PARAMETER, "wait_s": 1}]}
    meter.carry_out(driver(slow).perform(wrote("165")))
    assert meter.pauses == [1.0, 1.0]


def test_a_parameter_that_is_not_taken_over() -> None:
    class Stubborn(Meter):
        def _store(self, function: int, address: int, pdu: bytes) -> None:
            del function, address, pdu

    with pytest.raises(Refused) as caught:
        Stubborn({40: 150}).carry_out(driver(WRITE_INFO).perform(wrote("165")))
    assert str(caught.value) == "meter: write_info i13004: wrote 00a5 to holding 40, reads back 0096"


def test_a_write_only_parameter_is_not_read_back() -> None:
    meter = Meter()
    meter.carry_out(
        driver({**WRITE_INFO, "write": [{**PARAMETER, "verify": False}]}, framing="tcp").perform(wrote("165"))
    )
    assert meter.reads == 0


def test_a_parameter_of_the_instrument_in_its_own_unit_and_order() -> None:
    step = {"address": 40, "type": "f32", "takes": "value", "range": [0, 10], "scale": 1000}
    meter = Meter()
    meter.carry_out(driver({**WRITE_INFO, "write": [step]}, order="CDAB").perform(wrote("2.5")))
    assert meter.holding == {40: 0xD70A, 41: 0x3B23}


TIMES = [
    ({"time": "bcd"}, [0x2601, 0x0108, 0x0000]),
    ({"time": "words"}, [26, 1, 1, 8, 0, 0]),
    ({"time": "words_full"}, [2026, 1, 1, 8, 0, 0]),
    ({"time": "unix"}, [0x6955, 0xB900]),
    ({"time": "unix", "order": "CDAB"}, [0xB900, 0x6955]),
]


@pytest.mark.parametrize(("form", "words"), TIMES)
def test_the_clock_is_set_and_read_in_every_form(form: dict[str, str], words: list[int]) -> None:
    clock = driver(
        {"do": "set_clock", "write": [{"address": 20, "takes": "time", "verify": True, **form}]},
        {"do": "read_clock", "read": [{"address": 20, **form}]},
    )
    meter = Meter()
    meter.carry_out(clock.perform(errand(Task.SET_CLOCK, at_ms=AT_MS)))
    assert meter.holding == dict(enumerate(words, 20))
    assert meter.carry_out(clock.perform(errand(Task.READ_CLOCK))) == Report(at_ms=AT_MS)


def test_a_clock_that_goes_on_is_as_written_and_one_that_stands_elsewhere_is_not() -> None:
    table = {
        "do": "set_clock",
        "write": [{"address": 20, "takes": "time", "verify": True, "time": "words", "wait_s": 2}],
    }

    def went_on(by_s: int) -> Meter:
        return Meter(on_pause=lambda meter, _: meter.holding.update({25: by_s}))

    went_on(2).carry_out(driver(table).perform(errand(Task.SET_CLOCK, at_ms=AT_MS)))
    with pytest.raises(Refused, match=r"meter: set_clock: wrote .* to holding 20, reads back"):
        went_on(30).carry_out(driver(table).perform(errand(Task.SET_CLOCK, at_ms=AT_MS)))


def test_the_clock_of_the_national_map_is_set_by_command_13() -> None:
    step = {"address": 0x1200, "before": [13], "takes": "time", "time": "bcd"}
    meter = Meter()
    meter.carry_out(driver({"do": "set_clock", "write": [step]}).perform(errand(Task.SET_CLOCK, at_ms=AT_MS)))
    assert meter.writes == ["10 12 00 00 04 08 00 0d 26 01 01 08 00 00"]


def test_a_clock_is_not_set_twice() -> None:
    meter = Meter(deaf={20})
    table = {"do": "set_clock", "write": [{"address": 20, "takes": "time", "time": "bcd"}]}
    with pytest.raises(NoReply):
        meter.carry_out(driver(table).perform(errand(Task.SET_CLOCK, at_ms=AT_MS)))
    assert len(meter.writes) == 1


@pytest.mark.parametrize("words", [[0x26FF, 0x0108, 0], [0x2613, 0x0108, 0], [0, 0, 0]])
def test_registers_that_hold_no_time(words: list[int]) -> None:
    table = {"do": "read_clock", "read": [{"address": 20, "time": "bcd"}]}
    with pytest.raises(InstrumentError, match=r"meter: read_clock: holding 20\.\.22 holds no time: "):
        Meter(dict(enumerate(words, 20))).carry_out(driver(table).perform(errand(Task.READ_CLOCK)))


def test_the_cycle_is_set_and_read() -> None:
    start = {"address": 30, "type": "u16", "scale": 3600}
    hours = {"address": 31, "type": "u16"}
    meter = Meter()
    cycle = driver(
        {"do": "set_cycle", "write": [{**start, "takes": "start"}, {**hours, "takes": "hours"}]},
        {"do": "read_cycle", "read": [{**start, "gives": "start"}, {**hours, "gives": "hours"}]},
    )
    meter.carry_out(cycle.perform(errand(Task.SET_CYCLE, cycle=Cycle(7200, 4))))
    assert meter.holding == {30: 2, 31: 4}
    assert meter.carry_out(cycle.perform(errand(Task.READ_CYCLE))).cycle == Cycle(7200, 4)
    with pytest.raises(CannotDo, match="meter: set_cycle: 1800 is no multiple of 3600"):
        cycle.perform(errand(Task.SET_CYCLE, cycle=Cycle(1800, 4)))
    with pytest.raises(CannotDo, match="meter: set_cycle: the errand brings no start"):
        cycle.perform(errand(Task.SET_CYCLE))


def test_what_is_read_is_reported() -> None:
    read = driver(
        {"do": "read_serial", "read": [{"address": 0, "text": "ascii", "count": 4}]},
        {"do": "read_delay", "read": [{"address": 10, "type": "u16"}]},
        {"do": "read_info", "info": "i13004", "read": [{"address": 11, "type": "u16", "scale": 0.1}]},
        {"do": "read_info", "info": "i13005", "read": [{"address": 12, "type": "f32"}]},
        {"do": "read_info", "info": "i12101", "read": [{"address": 14, "type": "u16", "map": {0: "0", 8: "5"}}]},
        {"do": "read_info", "info": "i13101", "read": [{"address": 20, "time": "words"}]},
        {"do": "read_info", "info": "i13102", "read": [{"address": 0, "text": "hex", "count": 2}]},
    )
    words = [0x5A2D, 0x3132, 0x3300, 0, *[0] * 6, 45, 1650, 0x3DCC, 0xCCCD, 8, *[0] * 5, 26, 1, 1, 8, 0, 0]
    meter = Meter(dict(enumerate(words)))

    def said(task: Task, info: str = "") -> Report:
        return meter.carry_out(read.perform(errand(task, info=info)))

    assert said(Task.READ_SERIAL) == Report(value="Z-123")
    assert said(Task.READ_DELAY) == Report(minutes=45)
    assert said(Task.READ_INFO, "i13004") == Report(value="165")
    assert said(Task.READ_INFO, "i13005") == Report(value="0.1")
    assert said(Task.READ_INFO, "i12101") == Report(value="5")
    assert said(Task.READ_INFO, "i13101") == Report(value="20260101080000")
    assert said(Task.READ_INFO, "i13102") == Report(value="5A2D3132")
    meter.holding[14] = 77
    with pytest.raises(InstrumentError, match="meter: read_info: holding 14 holds no value: 004d"):
        said(Task.READ_INFO, "i12101")
    meter.holding[0] = 0xFFFF
    with pytest.raises(InstrumentError, match=r"meter: read_serial: holding 0\.\.3 holds no value: ffff 3132"):
        said(Task.READ_SERIAL)


def test_a_read_whose_answer_got_lost_is_asked_again() -> None:
    table = {"do": "read_delay", "read": [{"address": 10, "type": "u16"}]}
    meter = Meter({10: 45}, silent={10}, on_pause=lambda meter, _: meter.silent.clear())
    assert meter.carry_out(driver(table).perform(errand(Task.READ_DELAY))) == Report(minutes=45)
    assert meter.pauses == [0.0]


CHECK = {
    "do": "check",
    "write": [{"address": 5, "type": "u16", "value": 2}],
    "until": [
        {"address": 6, "type": "u16", "equals": [8], "within_s": 30, "every_s": 10},
        {"address": 6, "type": "u16", "equals": [0], "fails": [99], "within_s": 100, "every_s": 20},
    ],
    "read": [
        {"address": 50, "type": "u16", "scale": 0.1, "gives": "reading"},
        {"address": 51, "type": "u16", "scale": 0.1, "gives": "standard"},
        {"address": 52, "type": "u16", "map": {0: "1", 1: "0"}, "gives": "passed"},
    ],
}


def working(*states: int | None) -> Meter:
    """Return an instrument that shows one state after another, one each pause; None is no answer at all."""

    def go_on(meter: Meter, number: int) -> None:
        state = states[min(number, len(states)) - 1]
        meter.silent = {6} if state is None else set()
        meter.holding[6] = state or 0

    return Meter({50: 204, 51: 200}, on_pause=go_on)


def test_a_check_is_followed_to_its_end() -> None:
    meter = working(0, 8, 8, None, 8, 0)
    assert meter.carry_out(driver(CHECK).perform(errand(Task.CHECK))) == Report(
        reading=20.4, standard=20.0, is_passed=True
    )
    assert meter.pauses == [10.0, 10.0, 20.0, 20.0, 20.0, 20.0]
    assert meter.writes == ["06 00 05 00 02"]


def test_a_check_that_does_not_begin() -> None:
    meter = working(0)
    with pytest.raises(NoReply) as caught:
        meter.carry_out(driver(CHECK).perform(errand(Task.CHECK)))
    assert str(caught.value) == ("meter: check did not end within 30 s: holding 6 should become 8, seen last: 0")
    assert meter.pauses == [10.0] * 3


def test_a_check_that_fails() -> None:
    with pytest.raises(InstrumentError, match="meter: check failed: holding 6 is 99"):
        working(8, 99).carry_out(driver(CHECK).perform(errand(Task.CHECK)))


def test_a_sampler_says_which_bottle_keeps_the_sample() -> None:
    keep = {
        "do": "keep_exceeding",
        "write": [{"address": 24, "type": "u16", "value": 2}],
        "read": [{"address": 25, "type": "u16", "gives": "bottle"}, {"address": 26, "time": "bcd", "gives": "time"}],
    }
    meter = Meter({25: 7, 26: 0x2601, 27: 0x0108})
    assert meter.carry_out(driver(keep).perform(Errand(Task.KEEP_EXCEEDING, ""))) == Report(bottle=7, at_ms=AT_MS)


def test_tasks_for_some_channels() -> None:
    points = [{**POINT, "channel": "so2"}, {**POINT, "channel": "nox", "address": 101}]
    tasks = [
        {"do": "zero", "channels": [name], "write": [{"table": "coil", "address": at, "value": 1}]}
        for at, name in enumerate(("so2", "nox"))
    ]
    gas = driver(*tasks, point=points)
    meter = Meter()
    meter.carry_out(gas.perform(Errand(Task.ZERO, "nox")))
    assert meter.writes == ["05 00 01 ff 00"]
