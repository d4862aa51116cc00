"""The driver as a conversation: a list of answers in, readings out."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dau.core.instrument import Driver, NoReply, Query, Refused
from dau.core.samples import Reading
from dau.core.states import State
from drivers.modbus_map import Options, build
from drivers.modbus_map.frames import with_crc

Answer = Callable[[Query], bytes | Exception]


def converse(driver: Driver, answer: Answer) -> tuple[list[bytes], tuple[Reading, ...]]:
    """Run one poll; returns the requests in order and the readings."""
    steps = driver.poll()
    requests: list[bytes] = []
    try:
        query = next(steps)
        while True:
            requests.append(query.request)
            reply = answer(query)
            query = steps.throw(reply) if isinstance(reply, Exception) else steps.send(reply)
    except StopIteration as end:
        readings: tuple[Reading, ...] = end.value
        return requests, readings


def address(query: Query) -> int:
    return int.from_bytes(query.request[-6:-4] if not query.numbered else query.request[-4:-2], "big")


def registers(values: dict[int, int]) -> Answer:
    """Answer from these registers, 0 elsewhere."""

    def answer(query: Query) -> bytes:
        pdu = query.request[6:] if query.numbered else query.request[:-2]
        first, count = int.from_bytes(pdu[2:4], "big"), int.from_bytes(pdu[4:6], "big")
        data = b"".join(values.get(at, 0).to_bytes(2, "big") for at in range(first, first + count))
        message = pdu[:2] + bytes([len(data)]) + data
        head = query.request[:4] + len(message).to_bytes(2, "big")
        frame = head + message if query.numbered else with_crc(message)
        found = query.find(frame)
        assert found is not None
        return found.frame

    return answer


def but(answer: Answer, exceptions: dict[int, Exception]) -> Answer:
    return lambda query: exceptions.get(address(query)) or answer(query)


def driver(**keys: object) -> Driver:
    points = [{"channel": f"c{at}", "address": at, "type": "u16"} for at in (0, 1, 10, 11, 20)]
    return build(Options.model_validate({"slave": 9, "point": points, **keys}), "meter")


def test_what_the_bus_may_ask() -> None:
    meter = driver()
    assert meter.channels == ("c0", "c1", "c10", "c11", "c20")
    assert meter.device == "slave 9"
    assert [address(query) for query in meter.queries()] == [0, 10, 20]
    assert [query.reply_bytes for query in meter.queries()] == [9, 9, 7]


@pytest.mark.parametrize("framing", ["rtu", "tcp"])
def test_a_poll_asks_every_block_and_reads_every_point(framing: str) -> None:
    requests, readings = converse(driver(framing=framing), registers({0: 5, 1: 6, 10: 7, 11: 65535, 20: 9}))
    assert len(requests) == 3
    assert readings == (
        Reading("c0", 5.0),
        Reading("c1", 6.0),
        Reading("c10", 7.0),
        Reading("c11", 65535.0),
        Reading("c20", 9.0),
    )


def test_a_wide_gap_makes_one_read() -> None:
    requests, readings = converse(driver(max_gap=8), registers({20: 3}))
    assert len(requests) == 1
    assert len(readings) == 5


def test_a_refused_block_costs_its_own_points() -> None:
    refusing = but(registers({0: 5}), {10: Refused("exception 2")})
    requests, readings = converse(driver(), refusing)
    assert len(requests) == 3
    assert [(reading.channel, reading.value, reading.states) for reading in readings] == [
        ("c0", 5.0, State.OK),
        ("c1", 0.0, State.OK),
        ("c10", None, State.FAULT),
        ("c11", None, State.FAULT),
        ("c20", 0.0, State.OK),
    ]


def test_everything_refused_is_still_an_answer() -> None:
    refusing = but(registers({}), {at: Refused("exception 6") for at in (0, 10, 20)})
    assert [reading.states for reading in converse(driver(), refusing)[1]] == [State.FAULT] * 5


def test_nothing_at_all_is_a_missed_poll() -> None:
    with pytest.raises(NoReply, match="nothing came"):
        converse(driver(), but(registers({}), {0: NoReply("nothing came")}))


def test_a_silent_block_ends_the_poll_and_is_asked_last_from_then_on() -> None:
    meter = driver()
    ignoring = but(registers({0: 5, 20: 8}), {10: NoReply("nothing came")})
    requests, readings = converse(meter, ignoring)
    assert len(requests) == 2
    assert {reading.channel: (reading.value, reading.states) for reading in readings} == {
        "c0": (5.0, State.OK),
        "c1": (0.0, State.OK),
        "c10": (None, State.COMM_LOST),
        "c11": (None, State.COMM_LOST),
        "c20": (None, State.COMM_LOST),
    }
    requests, readings = converse(meter, ignoring)
    assert len(requests) == 3
    assert {reading.channel: reading.value for reading in readings} == {
        "c0": 5.0,
        "c1": 0.0,
        "c10": None,
        "c11": None,
        "c20": 8.0,
    }


def test_a_bad_point_costs_only_itself() -> None:
    points = [
        {"channel": "a", "address": 0, "type": "bcd16"},
        {"channel": "b", "address": 1, "type": "bcd16"},
        {"channel": "c", "address": 2, "type": "f32"},
    ]
    readings = converse(driver(point=points), registers({0: 0x12F4, 1: 0x1234, 2: 0x7FC0}))[1]
    assert readings == (Reading("a", None, State.FAULT), Reading("b", 1234.0), Reading("c", None, State.FAULT))


STATUS = {"address": 30, "type": "u16", "map": {1: "maintenance", 2: "calibration", 3: "ok"}}


@pytest.mark.parametrize(
    ("word", "states"),
    [
        (0, State.OK),
        (1, State.MAINTENANCE),
        (2, State.CALIBRATION),
        (3, State.OK),
        (77, State.FAULT),
    ],
)
def test_a_status_word_speaks_for_all_channels(word: int, states: State) -> None:
    readings = converse(driver(status=[STATUS]), registers({0: 5, 30: word}))[1]
    assert readings[0] == Reading("c0", 5.0, states)
    assert {reading.states for reading in readings} == {states}


def test_the_state_of_numbers_that_are_not_listed() -> None:
    readings = converse(driver(status=[{**STATUS, "other": "no_data"}]), registers({30: 77}))[1]
    assert readings[0].states == State.NO_DATA


def test_zero_may_be_listed() -> None:
    turned = {"address": 30, "type": "bit", "bit": 4, "map": {0: "fault", 1: "ok"}}
    assert converse(driver(status=[turned]), registers({30: 0}))[1][0].states == State.FAULT
    assert converse(driver(status=[turned]), registers({30: 16}))[1][0].states == State.OK


def test_status_bits_join() -> None:
    bits = {"address": 30, "type": "u16", "bits": {0: "fault", 5: "calibration", 6: "maintenance"}}
    readings = converse(driver(status=[bits]), registers({30: 0b0110_0010}))[1]
    assert readings[0].states == State.CALIBRATION | State.MAINTENANCE


def test_status_words_join_and_may_speak_for_some() -> None:
    some = {"address": 31, "type": "u16", "map": {1: "stopped"}, "channels": ["c1"]}
    readings = converse(driver(status=[STATUS, some]), registers({30: 1, 31: 1}))[1]
    states = {reading.channel: reading.states for reading in readings}
    assert states["c0"] == State.MAINTENANCE
    assert states["c1"] == State.MAINTENANCE | State.STOPPED


def test_a_status_word_in_the_same_read_as_its_points() -> None:
    meter = driver(status=[{**STATUS, "address": 2}])
    requests, readings = converse(meter, registers({1: 4, 2: 1}))
    assert len(requests) == 3
    assert readings[1] == Reading("c1", 4.0, State.MAINTENANCE)


def test_a_point_without_value_keeps_the_state_that_explains_it() -> None:
    point = [{"channel": "a", "address": 0, "type": "u16", "no_value": [65535]}]
    meter = driver(point=point, status=[STATUS])
    assert converse(meter, registers({0: 65535, 30: 2}))[1] == (Reading("a", None, State.CALIBRATION),)
    assert converse(meter, registers({0: 65535, 30: 0}))[1] == (Reading("a", None, State.FAULT),)


def test_without_its_status_word_a_value_is_not_believed() -> None:
    meter = driver(status=[{**STATUS, "channels": ["c0"]}])
    readings = converse(meter, but(registers({0: 5, 1: 6}), {30: Refused("exception 2")}))[1]
    assert readings[:2] == (Reading("c0", 5.0, State.FAULT), Reading("c1", 6.0))
    readings = converse(meter, but(registers({0: 5, 1: 6}), {30: NoReply("nothing came")}))[1]
    assert readings[:2] == (Reading("c0", 5.0, State.COMM_LOST), Reading("c1", 6.0))


def test_status_in_a_table_of_bits() -> None:
    meter = driver(status=[{"table": "discrete", "address": 3, "map": {1: "maintenance"}}])

    def answer(query: Query) -> bytes | Exception:
        return with_crc(bytes([9, 2, 1, 1])) if query.request[1] == 2 else registers({})(query)

    assert {reading.states for reading in converse(meter, answer)[1]} == {State.MAINTENANCE}


def test_coils_and_inputs_are_points_too() -> None:
    points = [
        {"channel": "pump", "table": "coil", "address": 8},
        {"channel": "valve", "table": "coil", "address": 9, "scale": 100},
    ]
    assert converse(driver(point=points), lambda _: with_crc(bytes([9, 1, 1, 2])))[1] == (
        Reading("pump", 0.0),
        Reading("valve", 100.0),
    )


def test_queries_of_two_polls_are_the_same_on_a_serial_line_only() -> None:
    for framing, same in (("rtu", True), ("tcp", False)):
        meter = driver(framing=framing)
        first, second = (converse(meter, registers({}))[0] for _ in range(2))
        assert (first == second) is same


def test_overlapping_status_words_are_read_in_one_block_each() -> None:
    wide = {"address": 1, "type": "u32", "bits": {31: "fault"}}
    meter = driver(max_count=2, status=[wide, {**STATUS, "address": 1}])
    readings = converse(meter, registers({1: 0x8000}))[1]
    assert sorted(reading.channel for reading in readings) == sorted(meter.channels)
    assert replace(readings[0], states=State.OK) == Reading("c0", 0.0)
    assert State.FAULT in readings[0].states
